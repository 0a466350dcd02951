/** A store's file that nobody has open: what is beside it, what is in it, and its new life after a restore. */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { Document } from '../port.ts';
import { openDatabaseFile, openReadConnection } from './database-file.ts';
import { DOCUMENT, toDocument } from './rows.ts';
import { checkFormat, migrate } from './schema.ts';

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
    const document = database.prepare(`${DOCUMENT} WHERE key = ?`);
    return ids.map((id) => {
      const row = document.get(id.toLowerCase());
      return row && toDocument(row);
    });
  } finally {
    database.close();
  }
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
