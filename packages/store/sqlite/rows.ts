/** The rows of the tables, as they are asked for, and as the port's values. */
import type { SQLOutputValue } from 'node:sqlite';
import type { Document, Fact, Follower, HeldClaim, Operation } from '../port.ts';

export type Row = Record<string, SQLOutputValue>;

export const DOCUMENT = 'SELECT id, type, version, body FROM documents';
export const OF_TYPES = 'WHERE type IN (SELECT value FROM json_each(:types))';
export const CLAIM = 'SELECT key, value, holder FROM claims';
export const FACT = 'SELECT key, at, value FROM facts';
export const OPERATION = 'SELECT operation FROM operations';

export const toDocument = (row: Row): Document => ({
  id: row.id as string,
  type: row.type as string,
  body: JSON.parse(row.body as string),
  version: row.version as number,
});

export const toOperation = (row: Row): Operation => JSON.parse(row.operation as string);

export const toFact = (row: Row): Fact => ({
  key: row.key as string,
  at: row.at as number,
  value: JSON.parse(row.value as string),
});

export const toFollower = (row: Row): Follower => ({
  name: row.name as string,
  through: row.through as number,
  at: row.at as number,
  report: JSON.parse(row.report as string),
});

/** Rows of one claim each, sorted by key and holder, as one entry a key. */
export function toHeldClaims(rows: readonly Row[]): HeldClaim[] {
  const claims: { key: string; value: string; holders: string[] }[] = [];
  for (const row of rows) {
    const last = claims.at(-1);
    if (last !== undefined && last.key === row.key) last.holders.push(row.holder as string);
    else claims.push({ key: row.key as string, value: row.value as string, holders: [row.holder as string] });
  }
  return claims;
}
