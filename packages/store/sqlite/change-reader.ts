/** Reads pages of the change feed: documents by the number of their last change, merged with tombstones. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { type Change, type ChangePage, FeedGone } from '../port.ts';
import { type Row, toDocument } from './rows.ts';

export interface ChangeQuery {
  readonly after: number;
  readonly epoch: string;
  readonly types?: readonly string[];
  readonly limit: number;
}

const changesSql = (filter: string, columns: string, deadColumns: string) => `
  SELECT ${columns} FROM documents WHERE feed > :after AND feed <= :upTo ${filter}
  UNION ALL
  SELECT ${deadColumns} FROM tombstones WHERE feed > :after AND feed <= :upTo ${filter}`;

/**
 * Both read by number and stop at the end of the page, so that the pages of a round cost together what is new. The plus
 * before `type` keeps SQLite from the index on types (sqlite.org/optoverview.html §7): by that one it sorts, for every
 * page anew, all that is still to come.
 */
export const changeQueries = (ofTypes: boolean): { readonly cut: string; readonly page: string } => {
  const filter = ofTypes ? 'AND +type IN (SELECT value FROM json_each(:types))' : '';
  return {
    cut: `${changesSql(filter, 'feed', 'feed')} ORDER BY feed LIMIT 1 OFFSET :skip`,
    page: `${changesSql(filter, 'feed, key, id, type, version, body', 'feed, key, id, type, NULL, NULL')} ORDER BY feed, key`,
  };
};

function statements(database: DatabaseSync, ofTypes: boolean): { cut: StatementSync; page: StatementSync } {
  const { cut, page } = changeQueries(ofTypes);
  return { cut: database.prepare(cut), page: database.prepare(page) };
}

function toChange(row: Row): Change {
  const change = { feed: row.feed as number, id: row.id as string, type: row.type as string };
  return row.body === null ? change : { ...change, document: toDocument(row) };
}

/** Reads one page in one read transaction. The caller has checked `after` and `limit` to be whole numbers. */
export function changeReader(database: DatabaseSync): (query: ChangeQuery) => ChangePage {
  const every = statements(database, false);
  const ofTypes = statements(database, true);
  const head = database.prepare('SELECT epoch, through, compacted FROM head');

  function read({ after, epoch, types, limit }: ChangeQuery): ChangePage {
    const {
      epoch: current,
      through: last,
      compacted,
    } = head.get() as {
      epoch: string;
      through: number;
      compacted: number;
    };
    if (epoch !== current)
      throw new FeedGone(`Epoch ${epoch} is over; this is ${current}: start from a snapshot.`);
    if (after < compacted || after > last)
      throw new FeedGone(
        `The feed holds changes after ${compacted} up to ${last}, not after ${after}: start from a snapshot.`,
      );
    const { cut, page } = types === undefined ? every : ofTypes;
    const filter: Record<string, string> = types === undefined ? {} : { types: JSON.stringify(types) };
    const end = cut.get({ after, upTo: last, skip: limit - 1, ...filter });
    const through = end === undefined ? last : (end.feed as number);
    const latest = new Map<string, Row>();
    for (const row of page.all({ after, upTo: through, ...filter })) {
      latest.delete(row.key as string);
      latest.set(row.key as string, row);
    }
    return { epoch: current, through, head: last, changes: [...latest.values()].map(toChange) };
  }

  return (query) => {
    database.exec('BEGIN');
    try {
      return read(query);
    } finally {
      database.exec('ROLLBACK');
    }
  };
}
