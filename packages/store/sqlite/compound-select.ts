/** A few selections and the head in one statement: what SQLite reads with one statement is of one moment, without a transaction. */
import type { SQLInputValue, StatementSync } from 'node:sqlite';
import type { HeadRow } from './change-reader.ts';
import { CHUNK } from './reader-pool.ts';
import {
  asColumns,
  type Columns,
  charactersOf,
  kinds,
  noRows,
  type Rows,
  type Selections,
} from './selections.ts';

/** More of them cost more in one statement than in a transaction. */
const MOST = 4;

/** Of what each kind selects; the others of a compound's columns are filled up. */
const columns: Readonly<Record<(typeof kinds)[number], number>> = {
  documents: 4,
  lists: 4,
  claims: 3,
  claimsUnder: 3,
  facts: 3,
  operations: 1,
};
const widest = Math.max(...Object.values(columns));

/** Its last column says of which selection a row is; the head comes first. The order of a compound's parts is that of their rows. */
const compoundOf = (selections: Selections): string => {
  const parts = kinds.flatMap((kind) =>
    selections[kind].map(({ sql }) => ({ sql, filled: ', NULL'.repeat(widest - columns[kind]) })),
  );
  return [
    'SELECT epoch, through, compacted, NULL, NULL FROM head',
    ...parts.map(({ sql, filled }, index) => `SELECT *${filled}, ${index} FROM (${sql})`),
  ].join(' UNION ALL ');
};

/** What names the compound: the same selections, whatever their parameters. */
const shapeOf = (selections: Selections): string => {
  let shape = '';
  for (const kind of kinds) for (const { sql } of selections[kind]) shape += `${sql}\n`;
  return shape;
};

/** Undefined: there are too many, or what they find is more than fits into one turn of the loop. */
export const compoundReader = (
  prepare: (sql: string) => StatementSync,
): ((selections: Selections) => { readonly head: HeadRow; readonly rows: Rows } | undefined) => {
  /** By shape: these are made of the dozen statements that there are, so they are few. */
  const statements = new Map<string, StatementSync>();
  return (selections) => {
    const parameters: SQLInputValue[] = [];
    const rows = noRows();
    const parts: Columns[][] = [];
    /** Of each part that has a bound, how many characters it may still have. */
    const left: (number | undefined)[] = [];
    for (const kind of kinds)
      for (const { parameters: own, limit, characters } of selections[kind]) {
        if (parts.length === MOST) return undefined;
        const part: Columns[] = [];
        parts.push(part);
        left.push(characters);
        rows[kind].push(part);
        parameters.push(...own);
        if (limit !== undefined) parameters.push(Math.min(limit, CHUNK + 1));
      }
    const shape = shapeOf(selections);
    let statement = statements.get(shape);
    if (statement === undefined) {
      statement = prepare(compoundOf(selections));
      statements.set(shape, statement);
    }
    let head: Columns | undefined;
    // Row by row where it may end early: large documents are not all in memory before they are too many.
    const isBounded = left.some((characters) => characters !== undefined);
    for (const row of isBounded ? statement.iterate(...parameters) : statement.all(...parameters)) {
      const columns = asColumns(row);
      if (head === undefined) {
        head = columns;
        continue;
      }
      const index = columns[widest] as number;
      parts[index]!.push(columns);
      const characters = left[index];
      if (characters === undefined) continue;
      left[index] = characters - charactersOf(columns);
      if (left[index] <= 0) return undefined;
    }
    if (parts.some(({ length }) => length > CHUNK)) return undefined;
    const [epoch, through, compacted] = head!;
    return {
      head: {
        epoch: epoch as string,
        through: through as number,
        compacted: compacted as number,
      },
      rows,
    };
  };
};
