/** A lock of the operating system's on a file, taken through SQLite: it ends with its holder, however that ends. */
import { closeSync, existsSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { filesBeside } from './database-file.ts';

/** The file of a lock, and what may lie beside it while it is held. */
export const filesOfLock = (path: string): readonly string[] => [path, ...filesBeside(path)];

/** Kept here, for what nobody refers to is collected, and its lock ends with it. */
const held = new Set<DatabaseSync>();

/** SQLITE_BUSY: sqlite.org, "Result and Error Codes". */
const busy = 5;

/**
 * Makes the file (0600) where it is not there, and returns the release; undefined where another process holds it. Throws where it
 * cannot be written.
 */
export function takeFileLock(path: string): (() => void) | undefined {
  if (!existsSync(path)) closeSync(openSync(path, 'a', 0o600));
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    database.exec('BEGIN EXCLUSIVE');
    held.add(database);
    return () => {
      held.delete(database);
      database.close();
    };
  } catch (error) {
    database.close();
    if ((error as { errcode?: number }).errcode === busy) return undefined;
    throw error;
  }
}
