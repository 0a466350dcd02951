/** Answers several reads out of one snapshot: small answers at once, large ones in chunks on a reader's connection. */
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { checkWhole, idKey } from '../batch.ts';
import { byCodePoint } from '../memory/code-point-order.ts';
import { type ChangePage, type ChangeQuery, FeedGone, type ReadAnswers, type Reads } from '../port.ts';
import { belowRange, prefixRange } from '../prefix-range.ts';
import { HEAD, type HeadRow, inReading, pageReader, toHead } from './change-reader.ts';
import { CHUNK, type ReaderPool } from './reader-pool.ts';
import { type Row, toDocument, toFact, toHeldClaims, toOperation } from './rows.ts';

interface Selection {
  readonly sql: string;
  readonly parameters: Record<string, SQLInputValue>;
  /** Rows at most; absent: the statement finds one. */
  readonly limit?: number;
}

/** One statement for each kind that is asked for by key, and one for each range. */
interface Selections {
  readonly documents: readonly Selection[];
  readonly lists: readonly Selection[];
  readonly claims: readonly Selection[];
  readonly claimsUnder: readonly Selection[];
  readonly facts: readonly Selection[];
  readonly operations: readonly Selection[];
}

const DOCUMENT = 'SELECT id, type, version, body FROM documents';
const BELOW = 'key > :from AND key < :to AND key > :after';
const CLAIM = 'SELECT key, value, holder FROM claims';
// A sum, because SQLite compiles a statement anew whenever its bare LIMIT parameter is bound.
const LIMIT = 'LIMIT :limit + 0';
const LIST = `${DOCUMENT} WHERE ${BELOW} ORDER BY key ${LIMIT}`;
const LIST_OF_TYPE = `${DOCUMENT} WHERE type = :type AND ${BELOW} ORDER BY key ${LIMIT}`;
const CLAIMS_UNDER = `${CLAIM} WHERE key >= :from AND key < :to ORDER BY key, holder_key ${LIMIT}`;

/** Of a table: the statement that finds one key, and the one that finds many. */
const keyed = (select: string, order?: string) => ({
  one: `${select} WHERE key = :key${order === undefined ? '' : ` ORDER BY ${order} ${LIMIT}`}`,
  many: `${select} WHERE key IN (SELECT value FROM json_each(:keys)) ORDER BY ${order ?? 'key'} ${LIMIT}`,
  unique: order === undefined,
});
const DOCUMENTS = keyed(DOCUMENT);
const CLAIMS = keyed(CLAIM, 'key, holder_key');
const FACTS = keyed('SELECT key, at, value FROM facts');
const OPERATIONS = keyed('SELECT operation FROM operations');

/** A few keys are looked up one by one, which costs less than a list of them. */
const FEW = 16;
const ALL = Number.MAX_SAFE_INTEGER;

const byKeys = (keys: readonly string[], { one, many, unique }: typeof DOCUMENTS): readonly Selection[] => {
  if (keys.length === 0) return [];
  const distinct = keys.length === 1 ? keys : [...new Set(keys)].sort(byCodePoint);
  if (distinct.length > FEW)
    return [{ sql: many, parameters: { keys: JSON.stringify(distinct) }, limit: ALL }];
  return distinct.map((key) => ({ sql: one, parameters: { key }, ...(unique ? {} : { limit: ALL }) }));
};

const selectionsOf = (reads: Reads): Selections => ({
  documents: byKeys((reads.documents ?? []).map(idKey), DOCUMENTS),
  lists: (reads.lists ?? []).map(({ type, under, after = '', limit = ALL }) => ({
    sql: type === undefined ? LIST : LIST_OF_TYPE,
    parameters: {
      ...belowRange(under),
      after: idKey(after),
      ...(type === undefined ? {} : { type }),
    },
    limit: checkWhole('the limit of a list', limit),
  })),
  claims: byKeys(reads.claims ?? [], CLAIMS),
  claimsUnder: (reads.claimsUnder ?? []).map((prefix) => ({
    sql: CLAIMS_UNDER,
    parameters: prefixRange(prefix),
    limit: ALL,
  })),
  facts: byKeys(reads.facts ?? [], FACTS),
  operations: byKeys((reads.operations ?? []).map(idKey), OPERATIONS),
});

type Rows = { readonly [kind in keyof Selections]: Row[][] };

interface Found {
  readonly head: { readonly epoch: string; readonly through: number };
  readonly rows: Rows;
  readonly changes: readonly (ChangePage | undefined)[];
}

const answersOf = ({ head, rows, changes }: Found): ReadAnswers => ({
  epoch: head.epoch,
  through: head.through,
  documents: new Map(
    rows.documents.flat().map((row) => {
      const document = toDocument(row);
      return [idKey(document.id), document];
    }),
  ),
  lists: rows.lists.map((list) => list.map(toDocument)),
  claims: new Map(toHeldClaims(rows.claims.flat()).map((claim) => [claim.key, claim])),
  claimsUnder: rows.claimsUnder.map(toHeldClaims),
  facts: new Map(rows.facts.flat().map((row) => [row.key as string, toFact(row)])),
  operations: new Map(
    rows.operations.flat().map((row) => {
      const operation = toOperation(row);
      return [idKey(operation.id), operation];
    }),
  ),
  changes,
});

const kinds = ['documents', 'lists', 'claims', 'claimsUnder', 'facts', 'operations'] as const;
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

/**
 * One statement is a snapshot by itself: most requests ask for one document, some for what is below it too, and for changes
 * of which there are none.
 */
const headWith = (rows: string): string =>
  `SELECT epoch, through, compacted, part, id, type, version, body FROM head LEFT JOIN (${rows})`;
const A_DOCUMENT = 'SELECT 0 AS part, id, type, version, body FROM documents WHERE key = :key';
const HEAD_AND_DOCUMENT = headWith(A_DOCUMENT);
const andBelow = (list: string): string =>
  headWith(`${A_DOCUMENT} UNION ALL SELECT 1 AS part, * FROM (${list})`);
const HEAD_AND_DOCUMENT_AND = new Map([LIST, LIST_OF_TYPE].map((list) => [list, andBelow(list)]));

/** The port's `read`. `prepare` keeps the statements of the writer's connection. */
export function batchReader(
  database: DatabaseSync,
  prepare: (sql: string) => StatementSync,
  readers: ReaderPool,
): (reads: Reads) => Promise<ReadAnswers> {
  const readPage = pageReader(database);
  const readHead = (): HeadRow => toHead(prepare(HEAD).get());
  const reading = inReading(database);

  /** Undefined where it is not a document, or a document and a list, that is asked for, or something has changed. */
  const inOneStatement = (selections: Selections, reads: Reads): Found | undefined => {
    const [document, ...more] = kinds.flatMap((kind) => selections[kind]);
    const list = selections.lists[0];
    if (document === undefined || document !== selections.documents[0] || document.limit !== undefined)
      return undefined;
    if (more.length > 1 || more[0] !== list) return undefined;
    const found = list
      ? prepare(HEAD_AND_DOCUMENT_AND.get(list.sql)!).all({
          ...document.parameters,
          ...list.parameters,
          limit: Math.min(list.limit ?? ALL, CHUNK + 1),
        })
      : [prepare(HEAD_AND_DOCUMENT).get(document.parameters)!];
    if (found.length > CHUNK) return undefined;
    const { compacted: _, ...head } = toHead(found[0]);
    const asked = reads.changes ?? [];
    if (asked.some(({ epoch, after }) => epoch !== head.epoch || after !== head.through)) return undefined;
    const rows = noRows();
    const [single, below]: [Row[], Row[]] = [[], []];
    for (const row of found) if (row.id !== null) (row.part === 0 ? single : below).push(row);
    rows.documents.push(single);
    if (list) rows.lists.push(below);
    return { head, rows, changes: asked.map(() => ({ ...head, changes: [] })) };
  };

  /** Undefined where an answer is too large for one turn of the loop. */
  const atOnce = (selections: Selections, reads: Reads): Found | undefined =>
    reading(() => {
      const rows = noRows();
      for (const kind of kinds) {
        for (const { sql, parameters, limit } of selections[kind]) {
          if (limit === undefined) {
            const row = prepare(sql).get(parameters);
            if (row !== undefined) rows[kind].push([row]);
          } else {
            const found = prepare(sql).all({ ...parameters, limit: Math.min(limit, CHUNK + 1) });
            if (found.length > CHUNK) return undefined;
            rows[kind].push(found);
          }
        }
      }
      const head = readHead();
      return { head, rows, changes: (reads.changes ?? []).map(changesWith(readPage, head)) };
    });

  const inChunks = (selections: Selections, reads: Reads): Promise<Found> =>
    readers.use(async (reader) => {
      // The read transaction begins with its first read.
      const head = toHead(reader.database.prepare(HEAD).get());
      const changes = (reads.changes ?? []).map(changesWith(pageReader(reader.database), head));
      const rows = noRows();
      for (const kind of kinds) {
        for (const { sql, parameters, limit } of selections[kind])
          rows[kind].push(
            await reader.scan(sql, limit === undefined ? parameters : { ...parameters, limit }, (row) => row),
          );
      }
      return { head, rows, changes };
    });

  return async (reads) => {
    for (const { after, limit } of reads.changes ?? []) {
      checkWhole('the cursor of the feed', after);
      checkWhole('the limit of a page', limit, 1);
    }
    const selections = selectionsOf(reads);
    return answersOf(
      inOneStatement(selections, reads) ?? atOnce(selections, reads) ?? (await inChunks(selections, reads)),
    );
  };
}
