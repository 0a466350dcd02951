/** Opens the store's database file: private to its owner, write-ahead logged, durable at each commit. */
import { chmodSync, closeSync, existsSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { syncDirectory } from '../durable-directory.ts';
import { StoreFault } from '../port.ts';
import { damagedFile, faultOf } from './faults.ts';

export type Synchronous = 'full' | 'normal';

/** What SQLite keeps beside a database file: the log, its index, and the log of the other kind. */
export const filesBeside = (path: string): readonly string[] =>
  ['-wal', '-shm', '-journal'].map((suffix) => `${path}${suffix}`);

/** Of these, those that hold what is not in the file itself, where they are not empty. */
export const logsBeside = (path: string): readonly string[] =>
  filesBeside(path).filter((file) => !file.endsWith('-shm'));

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
    const fault = faultOf(error, path);
    if (fault instanceof StoreFault) throw fault;
    throw new Error(
      `The store ${path} cannot be opened (${(error as Error).message}): ` +
        'it must be a store of this program in a directory that can be written; restore a backup if it is damaged.',
      { cause: error },
    );
  }
  return database;
}

/** Of a larger file the check takes longer than a start may; `tombolo check` does it there. */
const CHECKED_AT_START = 64 * 1024 * 1024;

/** Throws {@link StoreFault} where a file of some megabytes has a page that is not as SQLite wrote it. */
export function refuseDamage(database: DatabaseSync, path: string): void {
  if (statSync(path).size > CHECKED_AT_START) return;
  const check = database.prepare('PRAGMA quick_check(1)').get();
  if (check?.quick_check !== 'ok') throw damagedFile(path, String(check?.quick_check));
}

/** A second connection that only reads, for work that spans turns of the event loop. */
export function openReadConnection(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: 5_000 });
  database.exec('PRAGMA query_only = ON; PRAGMA trusted_schema = OFF');
  return database;
}
