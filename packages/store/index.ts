/** The store's public surface: the port, its SQLite and in-memory implementations, and the feed to followers. */
export { writeBackupFile } from './backup-file.ts';
export { syncDirectory } from './durable-directory.ts';
export { feedRoutes } from './feed/feed-routes.ts';
export { type Applied, type Follow, follow } from './feed/follower.ts';
export {
  type CatchingUp,
  catchingUp,
  type FollowerProgress,
  type FollowersProgress,
  isAlive,
} from './feed/follower-progress.ts';
export {
  activityForgets,
  type FeedKept,
  feedForgets,
  markDay,
} from './feed/forgetting.ts';
export { systemTimers, type Timers } from './feed/timers.ts';
export { waitForFollowers } from './feed/wait-for-followers.ts';
export * from './port.ts';
export { filesBeside, logsBeside } from './sqlite/database-file.ts';
export { followerFile } from './sqlite/follower-file.ts';
export { openSqliteStore } from './sqlite/sqlite-store.ts';
export { checkFollower, checkStore, type FollowerCheck } from './sqlite/store-check.ts';
export { readBackup, renewEpoch } from './sqlite/stored-file.ts';
