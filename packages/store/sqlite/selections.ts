/** What one read asks for, as statements and their parameters. */
import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite';
import { checkWhole, idKey } from '../batch.ts';
import type { ListQuery, Reads } from '../port.ts';
import { pageRange, prefixRange } from '../prefix-range.ts';
import { CLAIM, DOCUMENT, FACT, OPERATION } from './rows.ts';

/** A row by the order of its statement's columns: that costs half of what a row with names does, binding by name likewise. */
export type Columns = readonly SQLOutputValue[];

export interface Selection {
  readonly sql: string;
  /** In the order of the statement's question marks. */
  readonly parameters: readonly SQLInputValue[];
  /** Rows at most, the last parameter; absent: the statement finds one. */
  readonly limit?: number;
  /** Of bodies, the last column: the rows end with the one that reaches it. */
  readonly characters?: number;
}

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
const FACTS = keyed(FACT);
const OPERATIONS = keyed(OPERATION);

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
  const { type, limit = ALL, characters } = query;
  const { from, to } = pageRange(query);
  return {
    sql: type === undefined ? LIST : LIST_OF_TYPE,
    parameters: type === undefined ? [from, to] : [type, from, to],
    limit: checkWhole('the limit of a list', limit),
    ...(characters === undefined ? {} : { characters }),
  };
};

const claimsUnder = (prefix: string): Selection => {
  const { from, to } = prefixRange(prefix);
  return { sql: CLAIMS_UNDER, parameters: [from, to], limit: ALL };
};

export const kinds = ['documents', 'lists', 'claims', 'claimsUnder', 'facts', 'operations'] as const;
export type Selections = { readonly [kind in (typeof kinds)[number]]: readonly Selection[] };

export const selectionsOf = (reads: Reads): Selections => ({
  documents: byKeys(reads.documents?.map(idKey) ?? none, DOCUMENTS),
  lists: reads.lists?.map(listOf) ?? none,
  claims: byKeys(reads.claims ?? none, CLAIMS),
  claimsUnder: reads.claimsUnder?.map(claimsUnder) ?? none,
  facts: byKeys(reads.facts ?? none, FACTS),
  operations: byKeys(reads.operations?.map(idKey) ?? none, OPERATIONS),
});

/** What each selection found. */
export type Rows = { readonly [kind in keyof Selections]: (readonly Columns[])[] };

export const noRows = (): Rows => ({
  documents: [],
  lists: [],
  claims: [],
  claimsUnder: [],
  facts: [],
  operations: [],
});

export const inColumns = (database: DatabaseSync, sql: string): StatementSync => {
  const statement = database.prepare(sql);
  statement.setReturnArrays(true);
  return statement;
};
/** The types of node:sqlite know rows with names only. */
export const asColumns = (row: unknown): Columns => row as Columns;

/** The column of a document's body. */
const BODY = 3;
export const charactersOf = (row: Columns): number => (row[BODY] as string).length;

/** Rows of documents up to the one that reaches so many characters; those behind it are not read. */
export const withinCharacters = function* (rows: Iterable<unknown>, most: number): Generator<Columns> {
  let read = 0;
  for (const row of rows) {
    const columns = asColumns(row);
    yield columns;
    read += charactersOf(columns);
    if (read >= most) return;
  }
};
