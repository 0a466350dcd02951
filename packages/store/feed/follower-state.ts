/** What a follower last saw, on its own disk: whole at one feed number, or, after a crash, whole at the one before. */
import { renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Change, Document } from '../port.ts';
import { openDatabaseFile } from '../sqlite/database-file.ts';

export interface Cursor {
  readonly epoch: string;
  readonly through: number;
}

export interface FollowerState {
  /** Absent: nothing was ever seen of these types. */
  readonly cursor: Cursor | undefined;
  /** By lower-case id. */
  readonly documents: Map<string, Document>;
  /** Replaces everything; durable when it resolves. */
  replace(cursor: Cursor, documents: ReadonlyMap<string, Document>): Promise<void>;
  /** Amends by changes; durable when it resolves. */
  amend(cursor: Cursor, changes: readonly Change[]): Promise<void>;
  close(): void;
}

/** Another format, or other types, is not an error: the state is a copy, and starts anew from a snapshot. */
const FORMAT = 'follower-1';
const ROWS_PER_TURN = 256;

const isDirectory = (path: string) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

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
    for (const suffix of ['-wal', '-shm']) rmSync(`${path}${suffix}`, { force: true });
    return open();
  }
}

/**
 * Opens `path` (a file, or `feed.db` in the directory that it names). A file that cannot be read is set aside as
 * `.damaged`, `damaged` is told, and the follower starts from a snapshot.
 */
export function openFollowerState(
  path: string,
  types: readonly string[],
  damaged: (error: unknown) => void,
): FollowerState {
  const file = isDirectory(path) ? join(path, 'feed.db') : path;
  const database = openReadable(file, damaged);
  const wanted = JSON.stringify([...types].sort());
  const row = database.prepare('SELECT format, types, epoch, through FROM cursor').get();
  const current = row?.format === FORMAT && row.types === wanted;
  const documents = new Map<string, Document>();
  if (current)
    for (const { key, document } of database.prepare('SELECT key, document FROM documents').iterate())
      documents.set(key as string, JSON.parse(document as string));
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
    documents,
    replace: (cursor, all) => write(cursor, true, all),
    amend: (cursor, changes) =>
      write(
        cursor,
        false,
        changes.map(({ id, document }) => [id.toLowerCase(), document] as const),
      ),
    close: () => database.close(),
  };
}
