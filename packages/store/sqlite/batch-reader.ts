/** Answers several reads out of one snapshot: small answers at once, large ones in chunks on a reader's connection. */
import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite';
import { checkWhole, idKey } from '../batch.ts';
import type { ChangePage, ChangeQuery, ListQuery, ReadAnswers, Reads } from '../port.ts';
import { FeedGone } from '../port.ts';
import { pageRange, prefixRange } from '../prefix-range.ts';
import { HEAD, type HeadRow, inReading, pageReader, toHead } from './change-reader.ts';
import { CHUNK, inTurns, type ReaderPool } from './reader-pool.ts';
import { toDocument, toFact, toHeldClaims, toOperation } from './rows.ts';

/** A row by the order of its statement's columns: that costs half of what a row with names does, binding by name likewise. */
type Columns = readonly SQLOutputValue[];

interface Selection {
  readonly sql: string;
  /** In the order of the statement's question marks. */
  readonly parameters: readonly SQLInputValue[];
  /** Rows at most, the last parameter; absent: the statement finds one. */
  readonly limit?: number;
}

const DOCUMENT = 'SELECT id, type, version, body FROM documents';
const CLAIM = 'SELECT key, value, holder FROM claims';
// A sum, because SQLite compiles a statement anew whenever its bare LIMIT parameter is bound.
const LIMIT = 'LIMIT ? + 0';
const BELOW = `key > ? AND key < ? ORDER BY key ${LIMIT}`;
const LIST = `${DOCUMENT} WHERE ${BELOW}`;
const LIST_OF_TYPE = `${DOCUMENT} WHERE type = ? AND ${BELOW}`;
const CLAIMS_UNDER = `${CLAIM} WHERE key >= ? AND key < ? ORDER BY key, holder_key ${LIMIT}`;

/** Of a table: the statement that finds one key, and the one that finds many. */
const keyed = (select: string, order?: string) => ({
  one: `${select} WHERE key = ?${order === undefined ? '' : ` ORDER BY ${order} ${LIMIT}`}`,
  many: `${select} WHERE key IN (SELECT value FROM json_each(?)) ORDER BY ${order ?? 'key'} ${LIMIT}`,
  unique: order === undefined,
});
const DOCUMENTS = keyed(DOCUMENT);
const CLAIMS = keyed(CLAIM, 'key, holder_key');
const FACTS = keyed('SELECT key, at, value FROM facts');
const OPERATIONS = keyed('SELECT operation FROM operations');

/** A few keys are looked up one by one, which costs less than a list of them. */
const FEW = 16;
const ALL = Number.MAX_SAFE_INTEGER;
const none: readonly never[] = [];

const byKeys = (keys: readonly string[], { one, many, unique }: typeof DOCUMENTS): readonly Selection[] => {
  if (keys.length === 0) return none;
  const distinct = keys.length === 1 ? keys : [...new Set(keys)];
  if (distinct.length > FEW) return [{ sql: many, parameters: [JSON.stringify(distinct)], limit: ALL }];
  return distinct.map((key) => ({ sql: one, parameters: [key], ...(unique ? {} : { limit: ALL }) }));
};

const listOf = (query: ListQuery): Selection => {
  const { type, limit = ALL } = query;
  const { from, to } = pageRange(query);
  return {
    sql: type === undefined ? LIST : LIST_OF_TYPE,
    parameters: type === undefined ? [from, to] : [type, from, to],
    limit: checkWhole('the limit of a list', limit),
  };
};

const claimsUnder = (prefix: string): Selection => {
  const { from, to } = prefixRange(prefix);
  return { sql: CLAIMS_UNDER, parameters: [from, to], limit: ALL };
};

const kinds = ['documents', 'lists', 'claims', 'claimsUnder', 'facts', 'operations'] as const;
type Selections = { readonly [kind in (typeof kinds)[number]]: readonly Selection[] };

const selectionsOf = (reads: Reads): Selections => ({
  documents: byKeys(reads.documents?.map(idKey) ?? none, DOCUMENTS),
  lists: reads.lists?.map(listOf) ?? none,
  claims: byKeys(reads.claims ?? none, CLAIMS),
  claimsUnder: reads.claimsUnder?.map(claimsUnder) ?? none,
  facts: byKeys(reads.facts ?? none, FACTS),
  operations: byKeys(reads.operations?.map(idKey) ?? none, OPERATIONS),
});

/** What each selection found. */
type Rows = { readonly [kind in keyof Selections]: (readonly Columns[])[] };

interface Found {
  readonly head: HeadRow;
  readonly rows: Rows;
  readonly changes: readonly (ChangePage | undefined)[];
}

const documentOf = ([id, type, version, body]: Columns) =>
  toDocument({ id: id!, type: type!, version: version!, body: body! });
const operationOf = ([operation]: Columns) => toOperation({ operation: operation! });
const factOf = ([key, at, value]: Columns) => toFact({ key: key!, at: at!, value: value! });
const heldClaims = (rows: readonly Columns[]) =>
  toHeldClaims(rows.map(([key, value, holder]) => ({ key: key!, value: value!, holder: holder! })));

const mapped = <T>(
  found: readonly (readonly Columns[])[],
  of: (row: Columns) => T,
  keyOf: (value: T) => string,
): ReadonlyMap<string, T> => {
  const byKey = new Map<string, T>();
  for (const rows of found)
    for (const row of rows) {
      const value = of(row);
      byKey.set(keyOf(value), value);
    }
  return byKey;
};
const byId = ({ id }: { readonly id: string }): string => idKey(id);
const byOwnKey = ({ key }: { readonly key: string }): string => key;

const answersOf = ({ head, rows, changes }: Found): ReadAnswers => ({
  epoch: head.epoch,
  through: head.through,
  documents: mapped(rows.documents, documentOf, byId),
  lists: rows.lists.map((list) => list.map(documentOf)),
  claims: new Map(heldClaims(rows.claims.flat()).map((claim) => [claim.key, claim])),
  claimsUnder: rows.claimsUnder.map(heldClaims),
  facts: mapped(rows.facts, factOf, byOwnKey),
  operations: mapped(rows.operations, operationOf, byId),
  changes,
});

const noRows = (): Rows => ({
  documents: [],
  lists: [],
  claims: [],
  claimsUnder: [],
  facts: [],
  operations: [],
});

const changesWith =
  (read: (query: ChangeQuery, head: HeadRow) => ChangePage, head: HeadRow) =>
  (query: ChangeQuery): ChangePage | undefined => {
    try {
      return read(query, head);
    } catch (error) {
      if (error instanceof FeedGone) return undefined;
      throw error;
    }
  };

const inColumns = (database: DatabaseSync, sql: string): StatementSync => {
  const statement = database.prepare(sql);
  statement.setReturnArrays(true);
  return statement;
};
/** The types of node:sqlite know rows with names only. */
const asColumns = (row: unknown): Columns => row as Columns;

/** The port's `read`. Keeps its statements on the writer's connection. */
export function batchReader(
  database: DatabaseSync,
  readers: ReaderPool,
): (reads: Reads) => Promise<ReadAnswers> {
  const readPage = pageReader(database);
  const readHead = database.prepare(HEAD);
  const reading = inReading(database);
  const prepared = new Map<string, StatementSync>();
  const kept = (sql: string): StatementSync => {
    let statement = prepared.get(sql);
    if (statement === undefined) {
      statement = inColumns(database, sql);
      prepared.set(sql, statement);
    }
    return statement;
  };

  /** Undefined: more than fits into one turn of the loop. */
  const rowsOf = ({ sql, parameters, limit }: Selection): readonly Columns[] | undefined => {
    if (limit === undefined) {
      const row = kept(sql).get(...parameters);
      return row === undefined ? none : [asColumns(row)];
    }
    const found = kept(sql).all(...parameters, Math.min(limit, CHUNK + 1));
    // As asColumns, without a copy.
    return found.length > CHUNK ? undefined : (found as unknown as readonly Columns[]);
  };

  /** Undefined where an answer is too large for one turn of the loop. */
  const atOnce = (selections: Selections, reads: Reads): Found | undefined =>
    reading(() => {
      const rows = noRows();
      for (const kind of kinds)
        for (const selection of selections[kind]) {
          const found = rowsOf(selection);
          if (found === undefined) return undefined;
          rows[kind].push(found);
        }
      const head = toHead(readHead.get());
      return { head, rows, changes: reads.changes?.map(changesWith(readPage, head)) ?? none };
    });

  const inChunks = (selections: Selections, reads: Reads): Promise<Found> =>
    readers.use(async ({ database: reader }) => {
      // The read transaction begins with its first read.
      const head = toHead(reader.prepare(HEAD).get());
      const changes = reads.changes?.map(changesWith(pageReader(reader), head)) ?? none;
      const rows = noRows();
      for (const kind of kinds)
        for (const { sql, parameters, limit } of selections[kind]) {
          const bound = limit === undefined ? parameters : [...parameters, limit];
          rows[kind].push(await inTurns(inColumns(reader, sql).iterate(...bound), asColumns));
        }
      return { head, rows, changes };
    });

  return async (reads) => {
    for (const { after, limit } of reads.changes ?? none) {
      checkWhole('the cursor of the feed', after);
      checkWhole('the limit of a page', limit, 1);
    }
    const selections = selectionsOf(reads);
    return answersOf(atOnce(selections, reads) ?? (await inChunks(selections, reads)));
  };
}
