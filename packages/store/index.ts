/** The store's public surface: the port, its SQLite and in-memory implementations, and the feed to followers. */
export { writeBackupFile } from './backup-file.ts';
export { syncDirectory } from './durable-directory.ts';
export { eventBytes, type FeedEvent, feedEventReader } from './feed/event-stream.ts';
export { type FeedRole, type FeedRoutesOptions, feedRoutes } from './feed/feed-routes.ts';
export { type Applied, type Follow, type FollowOptions, follow } from './feed/follower.ts';
export { systemTimers, type Timers } from './feed/timers.ts';
export { type Convergence, waitForFollowers } from './feed/wait-for-followers.ts';
export { type MemoryStoreOptions, openMemoryStore } from './memory/memory-store.ts';
export * from './port.ts';
export { filesBeside, logsBeside } from './sqlite/database-file.ts';
export { followerFile } from './sqlite/follower-file.ts';
export { openSqliteStore, type SqliteStoreOptions } from './sqlite/sqlite-store.ts';
export { readBackup, renewEpoch } from './sqlite/stored-file.ts';
