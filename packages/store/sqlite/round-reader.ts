/** Reads a round of the feed, from a cursor to the head as it was at the beginning, out of one snapshot. */
import type { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Change, FeedQuery, Store } from '../port.ts';
import {
  feedStatements,
  HEAD,
  headReader,
  inReading,
  toChange,
  toHead,
  typeParameter,
} from './change-reader.ts';
import { readerPool } from './reader-pool.ts';
import { DOCUMENT, OF_TYPES, type Row, toDocument } from './rows.ts';

/** A part: a few milliseconds of parsing, and no more text at once than this unless one document has it. */
const CHANGES_PER_PART = 200;
const CHARACTERS_PER_PART = 1024 * 1024;
/** Numbers looked through in one turn of the loop, also where they are all of other types. */
const NUMBERS_PER_TURN = 2_000;

export interface RoundReader {
  readonly round: Store['round'];
  readonly snapshotInParts: Store['snapshotInParts'];
  /** Waits for the rounds that run. */
  close(): Promise<void>;
}

/** Without an order: for one, SQLite would hold all bodies and sort them before the first is sent. */
export const snapshotQueries = {
  count: `SELECT count(*) AS count FROM documents ${OF_TYPES}`,
  documents: `${DOCUMENT} ${OF_TYPES}`,
};

/** Collects rows until a part is full. */
function partCollector<T>(toEntry: (row: Row) => T) {
  let rows: Row[] = [];
  let characters = 0;
  return {
    add(row: Row): void {
      rows.push(row);
      characters += (row.body as string | null)?.length ?? 0;
    },
    full: (): boolean => rows.length >= CHANGES_PER_PART || characters >= CHARACTERS_PER_PART,
    take(): T[] {
      const entries = rows.map(toEntry);
      rows = [];
      characters = 0;
      return entries;
    },
  };
}

/** @param database the writer's connection, which answers the many rounds of a few changes at once */
export function roundReader(database: DatabaseSync, path: string): RoundReader {
  const readHead = headReader(database);
  const statementsOf = feedStatements(database);
  const reading = inReading(database);
  // Of their own: no list waits for a follower that reads slowly.
  const readers = readerPool(path);

  /** All of the round where it fits into one part; else undefined. */
  const small = (query: FeedQuery): { readonly changes: Change[]; readonly head: number } | undefined =>
    reading(() => {
      const head = readHead(query);
      if (head - query.after > NUMBERS_PER_TURN) return undefined;
      const part = partCollector(toChange);
      const { page } = statementsOf(query);
      for (const row of page.iterate({ after: query.after, upTo: head, ...typeParameter(query) })) {
        if (part.full()) return undefined;
        part.add(row);
      }
      return { changes: part.take(), head };
    });

  const long = (query: FeedQuery, take: Parameters<Store['round']>[1]): Promise<number> =>
    readers.use(async ({ database: reader }) => {
      const head = headReader(reader)(query);
      const { page } = feedStatements(reader)(query);
      const filter = typeParameter(query);
      const part = partCollector(toChange);
      for (let after = query.after; after < head; after += NUMBERS_PER_TURN) {
        const upTo = Math.min(head, after + NUMBERS_PER_TURN);
        for (const row of page.iterate({ after, upTo, ...filter })) {
          part.add(row);
          if (!part.full()) continue;
          if (!(await take(part.take(), head))) return head;
          await nextTurn();
        }
        await nextTurn();
      }
      const rest = part.take();
      if (rest.length > 0) await take(rest, head);
      return head;
    });

  const snapshotInParts: Store['snapshotInParts'] = (types, take) =>
    readers.use(async ({ database: reader }) => {
      const { epoch, through } = toHead(reader.prepare(HEAD).get());
      const filter = typeParameter({ types });
      const { count } = reader.prepare(snapshotQueries.count).get(filter) as {
        count: number;
      };
      const size = { epoch, through, count };
      const part = partCollector(toDocument);
      for (const row of reader.prepare(snapshotQueries.documents).iterate(filter)) {
        part.add(row);
        if (!part.full()) continue;
        if (!(await take(part.take(), size))) return size;
        await nextTurn();
      }
      const rest = part.take();
      if (rest.length > 0) await take(rest, size);
      return size;
    });

  return {
    async round(query, take) {
      const found = small(query);
      if (found === undefined) return long(query, take);
      if (found.changes.length > 0) await take(found.changes, found.head);
      return found.head;
    },
    snapshotInParts,
    close: () => readers.close(),
  };
}
