/** Answers several reads out of one snapshot: small answers at once, large ones in chunks on a reader's connection. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { checkWhole, idKey } from '../batch.ts';
import type { ChangePage, ChangeQuery, ReadAnswers, Reads } from '../port.ts';
import { FeedGone } from '../port.ts';
import {
  HEAD,
  type HeadRow,
  inReading,
  isUpToDate,
  nothingNew,
  pageReader,
  toHead,
} from './change-reader.ts';
import { compoundReader } from './compound-select.ts';
import { CHUNK, inTurns, type ReaderPool } from './reader-pool.ts';
import { toDocument, toFact, toHeldClaims, toOperation } from './rows.ts';
import {
  asColumns,
  type Columns,
  inColumns,
  kinds,
  noRows,
  type Rows,
  type Selection,
  type Selections,
  selectionsOf,
  withinCharacters,
} from './selections.ts';

const none: readonly never[] = [];

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
  const rowsOf = ({ sql, parameters, limit, characters }: Selection): readonly Columns[] | undefined => {
    if (limit === undefined) {
      const row = kept(sql).get(...parameters);
      return row === undefined ? none : [asColumns(row)];
    }
    const bound = [...parameters, Math.min(limit, CHUNK + 1)];
    if (characters !== undefined) {
      const rows = [...withinCharacters(kept(sql).iterate(...bound), characters)];
      return rows.length > CHUNK ? undefined : rows;
    }
    const found = kept(sql).all(...bound);
    // As asColumns, without a copy.
    return found.length > CHUNK ? undefined : (found as unknown as readonly Columns[]);
  };

  const readTogether = compoundReader((sql) => inColumns(database, sql));

  /** Undefined, too, where the feed has news: what is read of it has to be of the same moment. */
  const inOneStatement = (selections: Selections, { changes = none }: Reads): Found | undefined => {
    const found = readTogether(selections);
    if (found === undefined || !changes.every((query) => isUpToDate(query, found.head))) return undefined;
    return { ...found, changes: changes.map(() => nothingNew(found.head)) };
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
        for (const { sql, parameters, limit, characters } of selections[kind]) {
          const bound = limit === undefined ? parameters : [...parameters, limit];
          const found: Iterable<unknown> = inColumns(reader, sql).iterate(...bound);
          const wanted = characters === undefined ? found : withinCharacters(found, characters);
          rows[kind].push(await inTurns(wanted, asColumns));
        }
      return { head, rows, changes };
    });

  return async (reads) => {
    for (const { after, limit } of reads.changes ?? none) {
      checkWhole('the cursor of the feed', after);
      checkWhole('the limit of a page', limit, 1);
    }
    const selections = selectionsOf(reads);
    return answersOf(
      inOneStatement(selections, reads) ?? atOnce(selections, reads) ?? (await inChunks(selections, reads)),
    );
  };
}
