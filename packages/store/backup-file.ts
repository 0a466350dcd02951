/** A backup as a file, which appears under its name only when it is complete and on the disk. */
import { existsSync, linkSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { syncDirectory } from './durable-directory.ts';
import type { Backup, Store } from './port.ts';

/** Files that this process writes now: a second backup of the name would take the first one's. */
const underWay = new Set<string>();

/** For its owner only (0600): it holds keys. Throws when `path` exists; nothing stays of a backup that failed. */
export async function writeBackupFile(store: Pick<Store, 'backup'>, path: string): Promise<Backup> {
  if (existsSync(path))
    throw new Error(`The backup ${path} exists already: name a file that does not, none is overwritten.`);
  const partial = `${resolve(path)}.partial`;
  if (underWay.has(partial))
    throw new Error(`A backup to ${path} is being written already: wait for it, or name another file.`);
  underWay.add(partial);
  try {
    return await writeThrough(store, partial, path);
  } finally {
    underWay.delete(partial);
  }
}

async function writeThrough(store: Pick<Store, 'backup'>, partial: string, path: string): Promise<Backup> {
  rmSync(partial, { force: true });
  const file = await open(partial, 'wx', 0o600);
  try {
    const backup = await store.backup(async (part) => {
      // A short write is no error of the system's: appendFile goes on until all is written, or throws.
      await file.appendFile(part);
    });
    await file.sync();
    // A link, unlike a rename, fails where another backup took the name meanwhile.
    linkSync(partial, path);
    syncDirectory(dirname(path));
    return backup;
  } finally {
    await file.close();
    rmSync(partial, { force: true });
  }
}
