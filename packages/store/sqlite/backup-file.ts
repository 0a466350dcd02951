/** A consistent copy of the whole store in one file, which appears under its name only when it is complete. */
import { closeSync, existsSync, fsyncSync, linkSync, openSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { backup, type DatabaseSync } from 'node:sqlite';
import { syncDirectory } from './database-file.ts';

/**
 * Copies what `reader`'s open read transaction sees, page by page off the main thread, so that commits go on
 * meanwhile. Throws when `path` exists.
 */
export async function writeBackup(reader: DatabaseSync, path: string): Promise<void> {
  if (existsSync(path))
    throw new Error(`The backup ${path} exists already: name a file that does not, none is overwritten.`);
  const partial = `${path}.partial`;
  rmSync(partial, { force: true });
  closeSync(openSync(partial, 'wx', 0o600));
  try {
    await backup(reader, partial, { rate: 256 });
    const handle = openSync(partial, 'r+');
    try {
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    // A link, unlike a rename, fails where another backup took the name meanwhile.
    linkSync(partial, path);
    syncDirectory(dirname(path));
  } finally {
    for (const leftover of [partial, `${partial}-wal`, `${partial}-shm`, `${partial}-journal`])
      rmSync(leftover, { force: true });
  }
}
