/** Store files as tests outside of this folder want them: damaged, of another time, looked into. */
import { rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { JsonObject } from '../port.ts';
import { toOperation } from './rows.ts';

function change(path: string, ...statements: readonly (readonly [string, ...string[]])[]): void {
  const database = new DatabaseSync(path);
  for (const [sql, ...parameters] of statements) database.prepare(sql).run(...parameters);
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  database.close();
}

export const withoutDocument = (path: string, id: string): void =>
  change(path, ['DELETE FROM documents WHERE key = ?', id.toLowerCase()]);

export const withBody = (path: string, id: string, body: JsonObject): void =>
  change(path, ['UPDATE documents SET body = ? WHERE key = ?', JSON.stringify(body), id.toLowerCase()]);

/** As a later version of the program would have left it. */
export const ofNewerFormat = (path: string): void =>
  change(path, ['INSERT INTO schema_migrations VALUES (999, 0)']);

/** A sound database that is no store. */
export function foreignDatabase(path: string): void {
  rmSync(path, { force: true });
  change(path, ['CREATE TABLE documents (x)']);
}

export interface StoredFile {
  /** Lower-case ids. */
  readonly documents: ReadonlySet<string>;
  readonly claims: readonly { readonly key: string; readonly holder: string }[];
  /** Operations that have not ended. */
  readonly inProgress: readonly string[];
  /** `ok` where every page is sound. */
  readonly integrity: string;
}

/** Of a store that is in use, too. */
export function lookInto(path: string): StoredFile {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const all = (sql: string) => database.prepare(sql).all();
    return {
      documents: new Set(all('SELECT key FROM documents').map(({ key }) => key as string)),
      claims: all('SELECT key, holder FROM claims').map(({ key, holder }) => ({
        key: key as string,
        holder: holder as string,
      })),
      inProgress: all("SELECT operation FROM operations WHERE status = 'InProgress'").map(
        (row) => toOperation(row).id,
      ),
      integrity: String(database.prepare('PRAGMA integrity_check').get()?.integrity_check),
    };
  } finally {
    database.close();
  }
}
