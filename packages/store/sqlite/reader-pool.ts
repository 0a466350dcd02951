/** Reads that span turns of the event loop: each on a connection of its own, from one snapshot. */
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { openReadConnection } from './database-file.ts';
import type { Row } from './rows.ts';

const MAX_READERS = 4;
/** Rows taken in one turn of the loop: a few milliseconds of parsing at most. */
export const CHUNK = 256;

interface SnapshotReader {
  readonly database: DatabaseSync;
  /** All rows of a query, {@link CHUNK} a turn. */
  scan<T>(sql: string, parameters: Record<string, SQLInputValue>, map: (row: Row) => T): Promise<T[]>;
}

export interface ReaderPool {
  /** Runs `read` inside one read transaction. At most four run at once; the others wait their turn. */
  use<T>(read: (reader: SnapshotReader) => Promise<T>): Promise<T>;
  /** Waits for what is running. */
  close(): Promise<void>;
}

/** What `map` makes of the rows, {@link CHUNK} a turn of the loop. */
export async function inTurns<R, T>(rows: Iterable<R>, map: (row: R) => T): Promise<T[]> {
  const found: T[] = [];
  for (const row of rows) {
    found.push(map(row));
    if (found.length % CHUNK === 0) await nextTurn();
  }
  return found;
}

export function readerPool(path: string): ReaderPool {
  const idle: DatabaseSync[] = [];
  const waiting: (() => void)[] = [];
  let running = 0;
  let closed = false;
  let onIdle: (() => void) | undefined;

  async function acquire(): Promise<DatabaseSync> {
    if (running >= MAX_READERS) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    return idle.pop() ?? openReadConnection(path);
  }

  /** A waiter inherits the place, so that `running` never exceeds its bound between two turns. */
  function release(database: DatabaseSync | undefined): void {
    if (database !== undefined) idle.push(database);
    const next = waiting.shift();
    if (next === undefined) running--;
    else next();
    if (running === 0) onIdle?.();
  }

  return {
    async use(read) {
      if (closed) throw new Error('The store is closed.');
      let database: DatabaseSync | undefined;
      try {
        database = await acquire();
        const reader = database;
        reader.exec('BEGIN');
        try {
          return await read({
            database: reader,
            scan: (sql, parameters, map) => inTurns(reader.prepare(sql).iterate(parameters), map),
          });
        } finally {
          reader.exec('ROLLBACK');
        }
      } finally {
        release(database);
      }
    },
    async close() {
      closed = true;
      if (running > 0)
        await new Promise<void>((resolve) => {
          onIdle = resolve;
        });
      for (const database of idle.splice(0)) database.close();
    },
  };
}
