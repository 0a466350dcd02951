/** Opens the store's database file: private to its owner, write-ahead logged, durable at each commit. */
import { randomUUID } from 'node:crypto';
import { chmodSync, closeSync, existsSync, fsyncSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { migrate } from './schema.ts';

export type Synchronous = 'full' | 'normal';

/** Makes a directory's entries durable: a file that was synced is lost all the same without its name. */
export function syncDirectory(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/**
 * A connection to `path`. SQLite gives the log beside it the mode of the file itself, so the file is made
 * 0600 before SQLite sees it.
 */
export function openDatabaseFile(path: string, synchronous: Synchronous): DatabaseSync {
  const directory = dirname(path);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  if (!existsSync(path)) {
    closeSync(openSync(path, 'a', 0o600));
    syncDirectory(directory);
  }
  chmodSync(path, 0o600);
  const database = new DatabaseSync(path, { timeout: 5_000, enableForeignKeyConstraints: true });
  try {
    // In WAL mode FULL syncs the log at each commit; NORMAL only at checkpoints, so a power cut can undo commits.
    database.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = ${synchronous === 'full' ? 'FULL' : 'NORMAL'};
      PRAGMA journal_size_limit = 67108864;
      PRAGMA cache_size = -16384;
      PRAGMA trusted_schema = OFF;
    `);
  } catch (error) {
    database.close();
    throw new Error(
      `The store ${path} cannot be opened (${(error as Error).message}): ` +
        'it must be a store of this program in a directory that can be written; restore a backup if it is damaged.',
      { cause: error },
    );
  }
  return database;
}

/** A second connection that only reads, for work that spans turns of the event loop. */
export function openReadConnection(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: 5_000 });
  database.exec('PRAGMA query_only = ON; PRAGMA trusted_schema = OFF');
  return database;
}

/**
 * Gives a restored store a new epoch, so that every follower starts from a snapshot, and forgets what only
 * its former life knew: acknowledgements and leases. The store must not be open elsewhere.
 */
export function renewEpoch(path: string, newGuid: () => string = randomUUID): string {
  if (!existsSync(path)) throw new Error(`There is no store at ${path} whose epoch could be renewed.`);
  const database = openDatabaseFile(path, 'full');
  try {
    const epoch = newGuid();
    migrate(database, path, Date.now, newGuid);
    database.exec('BEGIN IMMEDIATE');
    database.prepare('UPDATE head SET epoch = ?').run(epoch);
    database.exec(`
      DELETE FROM followers;
      UPDATE operations SET lease_owner = NULL, leased_until = 0;
      COMMIT;
      PRAGMA wal_checkpoint(TRUNCATE);
    `);
    return epoch;
  } finally {
    database.close();
  }
}
