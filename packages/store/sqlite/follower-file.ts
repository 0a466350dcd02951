/** What a follower last saw, in a database file of its own. */
import { renameSync, rmSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Cursor, FollowerState, OpenFollowerState } from '../feed/follower-state.ts';
import type { Document } from '../port.ts';
import { filesBeside, openDatabaseFile } from './database-file.ts';

/** Another format, or other types, is not an error: the state is a copy, and starts anew from a snapshot. */
const FORMAT = 'follower-1';
const ROWS_PER_TURN = 256;

function openReadable(path: string, damaged: (error: unknown) => void): DatabaseSync {
  const open = () => {
    const database = openDatabaseFile(path, 'full');
    try {
      database.exec(`
        CREATE TABLE IF NOT EXISTS cursor (one INTEGER PRIMARY KEY CHECK (one = 1), format TEXT NOT NULL,
          types TEXT NOT NULL, epoch TEXT NOT NULL, through INTEGER NOT NULL) STRICT;
        CREATE TABLE IF NOT EXISTS documents (key TEXT PRIMARY KEY, document TEXT NOT NULL) STRICT;
      `);
      const check = database.prepare('PRAGMA quick_check(1)').get();
      if (check?.quick_check !== 'ok') throw new Error(`quick_check: ${check?.quick_check}`);
    } catch (error) {
      database.close();
      throw error;
    }
    return database;
  };
  try {
    return open();
  } catch (error) {
    damaged(error);
    renameSync(path, `${path}.damaged`);
    for (const file of filesBeside(path)) rmSync(file, { force: true });
    return open();
  }
}

/** A file that cannot be read is set aside as `.damaged`. */
export const followerFile =
  (path: string): OpenFollowerState =>
  (types, damaged) =>
    openFollowerFile(path, types, damaged);

function openFollowerFile(
  path: string,
  types: readonly string[],
  damaged: (error: unknown) => void,
): FollowerState {
  const database = openReadable(path, damaged);
  const wanted = JSON.stringify([...types].sort());
  const row = database.prepare('SELECT format, types, epoch, through FROM cursor').get();
  const current = row?.format === FORMAT && row.types === wanted;
  if (!current) database.exec('DELETE FROM documents; DELETE FROM cursor');
  const all = database.prepare('SELECT document FROM documents ORDER BY key');
  const setCursor = database.prepare('INSERT OR REPLACE INTO cursor VALUES (1, ?, ?, ?, ?)');
  const put = database.prepare('INSERT OR REPLACE INTO documents (key, document) VALUES (?, ?)');
  const remove = database.prepare('DELETE FROM documents WHERE key = ?');

  /** One transaction, but many turns: a large snapshot must not hold up the packets that this process carries. */
  async function write(
    cursor: Cursor,
    all: boolean,
    entries: Iterable<readonly [string, Document | undefined]>,
  ): Promise<void> {
    database.exec('BEGIN IMMEDIATE');
    try {
      if (all) database.exec('DELETE FROM documents');
      let count = 0;
      for (const [key, document] of entries) {
        if (document === undefined) remove.run(key);
        else put.run(key, JSON.stringify(document));
        if (++count % ROWS_PER_TURN === 0) await nextTurn();
      }
      setCursor.run(FORMAT, wanted, cursor.epoch, cursor.through);
      database.exec('COMMIT');
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  }

  return {
    cursor: current ? { epoch: row.epoch as string, through: row.through as number } : undefined,
    *documents() {
      for (const { document } of all.iterate()) yield JSON.parse(document as string) as Document;
    },
    replace: (cursor, documents) => write(cursor, true, documents),
    amend: (cursor, changes) =>
      write(
        cursor,
        false,
        changes.map(({ id, document }) => [id.toLowerCase(), document] as const),
      ),
    close: () => database.close(),
  };
}
