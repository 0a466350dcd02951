/** A consistent copy of the whole store in one file, which appears under its name only when it is complete. */
import { closeSync, existsSync, fsyncSync, linkSync, openSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { backup, type DatabaseSync } from 'node:sqlite';
import type { Document } from '../port.ts';
import { openReadConnection, syncDirectory } from './database-file.ts';
import { toDocument } from './rows.ts';
import { checkFormat } from './schema.ts';

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

/**
 * Documents of a store that nobody has open, in the order asked for, each page of the file checked first. Throws a sentence
 * where the file is no store, is damaged, or was written by a newer version.
 */
export function readBackup(path: string, ids: readonly string[]): (Document | undefined)[] {
  const database = openReadConnection(path);
  try {
    const check = database.prepare('PRAGMA integrity_check(1)').get();
    if (check?.integrity_check !== 'ok') throw new Error(`it is damaged: ${check?.integrity_check}`);
    const tables = database
      .prepare(
        "SELECT count(*) AS found FROM sqlite_schema WHERE name IN ('schema_migrations', 'head', 'documents')",
      )
      .get();
    if (tables?.found !== 3) throw new Error('it is no store of this program');
    checkFormat(database, path);
    const document = database.prepare('SELECT id, type, version, body FROM documents WHERE key = ?');
    return ids.map((id) => {
      const row = document.get(id.toLowerCase());
      return row && toDocument(row);
    });
  } finally {
    database.close();
  }
}
