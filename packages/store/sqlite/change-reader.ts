/** Reads the change feed by number: documents by that of their last change, merged with tombstones. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { type Change, type ChangePage, type ChangeQuery, FeedGone, type FeedQuery } from '../port.ts';
import { type Row, toDocument } from './rows.ts';

const changesSql = (filter: string, columns: string, deadColumns: string) => `
  SELECT ${columns} FROM documents WHERE feed > :after AND feed <= :upTo ${filter}
  UNION ALL
  SELECT ${deadColumns} FROM tombstones WHERE feed > :after AND feed <= :upTo ${filter}`;

/**
 * Both read by number and stop at the end of the page, so that what is read costs what is new. The plus before `type` keeps
 * SQLite from the index on types (sqlite.org/optoverview.html §7): by that one it sorts, for every page anew, all that is
 * still to come. The index on numbers has the types, so that rows of others are passed over without being read.
 */
export const changeQueries = (ofTypes: boolean): { readonly cut: string; readonly page: string } => {
  const filter = ofTypes ? 'AND +type IN (SELECT value FROM json_each(:types))' : '';
  return {
    cut: `${changesSql(filter, 'feed', 'feed')} ORDER BY feed LIMIT 1 OFFSET :skip`,
    page: `${changesSql(filter, 'feed, key, id, type, version, body', 'feed, key, id, type, NULL, NULL')} ORDER BY feed, key`,
  };
};

export const typeParameter = ({ types }: Pick<FeedQuery, 'types'>): Record<string, string> =>
  types === undefined ? {} : { types: JSON.stringify(types) };

export function toChange(row: Row): Change {
  const change = { feed: row.feed as number, id: row.id as string, type: row.type as string };
  return row.body === null ? change : { ...change, document: toDocument(row) };
}

export interface HeadRow {
  readonly epoch: string;
  readonly through: number;
  /** Up to here the feed has forgotten. */
  readonly compacted: number;
}

export const HEAD = 'SELECT epoch, through, compacted FROM head';

export const toHead = (row: Row | undefined): HeadRow => ({
  epoch: row!.epoch as string,
  through: row!.through as number,
  compacted: row!.compacted as number,
});

/** Throws {@link FeedGone} where the feed does not hold the cursor. */
const checkCursor = (head: HeadRow, { epoch, after }: Pick<FeedQuery, 'epoch' | 'after'>): void => {
  if (epoch !== head.epoch)
    throw new FeedGone(`Epoch ${epoch} is over; this is ${head.epoch}: start from a snapshot.`);
  if (after < head.compacted || after > head.through)
    throw new FeedGone(
      `The feed holds changes after ${head.compacted} up to ${head.through}, not after ${after}: start from a snapshot.`,
    );
};

/** The head's number, for a cursor that the feed still holds. Throws {@link FeedGone}. */
export function headReader(database: DatabaseSync): (cursor: Pick<FeedQuery, 'epoch' | 'after'>) => number {
  const read = database.prepare(HEAD);
  return (cursor) => {
    const head = toHead(read.get());
    checkCursor(head, cursor);
    return head.through;
  };
}

export interface FeedStatements {
  readonly cut: StatementSync;
  readonly page: StatementSync;
}

/** The statements of this connection, with and without a filter of types. */
export function feedStatements(database: DatabaseSync): (query: Pick<FeedQuery, 'types'>) => FeedStatements {
  const [every, ofTypes] = [false, true].map((filtered) => {
    const { cut, page } = changeQueries(filtered);
    return { cut: database.prepare(cut), page: database.prepare(page) };
  }) as [FeedStatements, FeedStatements];
  return ({ types }) => (types === undefined ? every : ofTypes);
}

/** Runs what it is given in one read transaction each. */
export function inReading(database: DatabaseSync): <T>(read: () => T) => T {
  const begin = database.prepare('BEGIN');
  const end = database.prepare('ROLLBACK');
  return (read) => {
    begin.run();
    try {
      return read();
    } finally {
      end.run();
    }
  };
}

/** Whether a cursor stands at the head: the page after it is {@link nothingNew}. */
export const isUpToDate = (
  { epoch, after }: Pick<ChangeQuery, 'epoch' | 'after'>,
  head: Pick<HeadRow, 'epoch' | 'through'>,
): boolean => epoch === head.epoch && after === head.through;

export const nothingNew = ({ epoch, through }: Pick<HeadRow, 'epoch' | 'through'>): ChangePage => ({
  epoch,
  through,
  changes: [],
});

/**
 * Reads one page; for the caller to run in the read transaction in which it read the head, when it has checked `after` and
 * `limit` to be whole numbers.
 */
export function pageReader(database: DatabaseSync): (query: ChangeQuery, head: HeadRow) => ChangePage {
  const statementsOf = feedStatements(database);
  return (query, headRow) => {
    const { after, epoch, limit } = query;
    checkCursor(headRow, query);
    const head = headRow.through;
    // Most requests ask for what is new, and nothing is.
    if (isUpToDate(query, headRow)) return nothingNew(headRow);
    const { cut, page } = statementsOf(query);
    const filter = typeParameter(query);
    const end = cut.get({ after, upTo: head, skip: limit - 1, ...filter });
    const through = end === undefined ? head : (end.feed as number);
    const latest = new Map<string, Row>();
    for (const row of page.all({ after, upTo: through, ...filter })) {
      latest.delete(row.key as string);
      latest.set(row.key as string, row);
    }
    return { epoch, through, changes: [...latest.values()].map(toChange) };
  };
}

/** Reads one page in one read transaction. */
export function changeReader(database: DatabaseSync): (query: ChangeQuery) => ChangePage {
  const read = pageReader(database);
  const head = database.prepare(HEAD);
  const reading = inReading(database);
  return (query) => reading(() => read(query, toHead(head.get())));
}
