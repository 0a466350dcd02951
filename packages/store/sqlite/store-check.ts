/** Whether a store's file and the copies of its followers are whole, and say the same: on connections that only read. */
import { existsSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { isDeepStrictEqual } from 'node:util';
import type { Document } from '../port.ts';
import { openReadConnection } from './database-file.ts';
import { type Row, toDocument } from './rows.ts';
import { checkFormat } from './schema.ts';

/** Faults that are listed of one file. */
const MAX_FAULTS = 20;

interface FileCheck {
  readonly path: string;
  /** Empty: whole. What SQLite's integrity check says, or what keeps the file from being read. */
  readonly faults: readonly string[];
}

interface StoreCheck extends FileCheck {
  readonly epoch?: string;
  readonly through?: number;
  readonly documents?: number;
}

export interface FollowerCheck extends FileCheck {
  readonly through?: number;
  readonly documents?: number;
  /** `behind` and `of another epoch` cannot be compared now: the follower is on its way. */
  readonly compared: 'equal' | 'different' | 'behind' | 'of another epoch' | 'absent' | 'unreadable';
}

const pragmaFaults = (database: DatabaseSync): string[] =>
  database
    .prepare(`PRAGMA integrity_check(${MAX_FAULTS})`)
    .all()
    .map((row) => String(row.integrity_check))
    .filter((line) => line !== 'ok');

/** Runs `look` in one read transaction; what it throws is a fault of the file. */
const lookInto = <T>(path: string, look: (database: DatabaseSync) => T): T | { readonly fault: string } => {
  if (!existsSync(path)) return { fault: 'there is no such file' };
  try {
    const database = openReadConnection(path);
    try {
      database.exec('BEGIN');
      return look(database);
    } finally {
      database.close();
    }
  } catch (error) {
    return { fault: (error as Error).message };
  }
};

/** Every page and index, bodies that are JSON, and numbers that fit the head. */
export const checkStore = (path: string): StoreCheck => {
  const outcome = lookInto(path, (database): Omit<StoreCheck, 'path'> => {
    const faults = pragmaFaults(database);
    if (faults.length > 0) return { faults };
    checkFormat(database, path);
    const head = database.prepare('SELECT epoch, through, compacted FROM head').get();
    if (head === undefined) return { faults: ['it has no head'] };
    const [epoch, through] = [String(head.epoch), Number(head.through)];
    const counted = database
      .prepare('SELECT count(*) AS documents, coalesce(max(feed), 0) AS newest FROM documents')
      .get()!;
    const broken = database
      .prepare(`SELECT id FROM documents WHERE NOT json_valid(body) LIMIT ${MAX_FAULTS}`)
      .all()
      .map(({ id }) => `the document ${id} is no JSON`);
    if (Number(counted.newest) > through)
      broken.push(`a document has number ${counted.newest}, and the head is ${through}`);
    if (Number(head.compacted) > through)
      broken.push(`it is compacted to ${head.compacted}, and the head is ${through}`);
    return { faults: broken, epoch, through, documents: Number(counted.documents) };
  });
  return 'fault' in outcome ? { path, faults: [outcome.fault] } : { path, ...outcome };
};

interface Copy {
  readonly epoch: string;
  readonly through: number;
  readonly types: readonly string[];
  readonly documents: readonly { readonly key: string; readonly document: string }[];
}

const readCopy = (database: DatabaseSync): Copy | { readonly faults: readonly string[] } | undefined => {
  const faults = pragmaFaults(database);
  if (faults.length > 0) return { faults };
  const cursor = database.prepare('SELECT types, epoch, through FROM cursor').get();
  if (cursor === undefined) return undefined;
  return {
    epoch: String(cursor.epoch),
    through: Number(cursor.through),
    types: JSON.parse(String(cursor.types)) as string[],
    documents: database.prepare('SELECT key, document FROM documents ORDER BY key').all() as never,
  };
};

/** Changes of other types do not concern a copy, and its number does not move with them. */
const changedSince = (database: DatabaseSync, { types, through }: Copy): boolean =>
  ['documents', 'tombstones'].some((table) =>
    database
      .prepare(`SELECT 1 FROM ${table} WHERE feed > ? AND type IN (SELECT value FROM json_each(?)) LIMIT 1`)
      .get(through, JSON.stringify(types)),
  );

/** What is not as the store has it in the copy of one document; undefined where all is. */
const otherIn = (text: string, row: Row): string | undefined => {
  const copied = JSON.parse(text) as Partial<Document>;
  const stored = toDocument(row);
  if (copied.version !== stored.version) return 'another version';
  return isDeepStrictEqual(copied, stored) ? undefined : 'another content';
};

/** What differs between a copy and the store that it follows. */
const differences = (database: DatabaseSync, copy: Copy): string[] => {
  const kept = new Map(copy.documents.map(({ key, document }) => [key, document]));
  const rows = database
    .prepare(
      'SELECT key, id, type, version, body FROM documents WHERE type IN (SELECT value FROM json_each(?)) ORDER BY key',
    )
    .iterate(JSON.stringify(copy.types));
  const found: string[] = [];
  for (const row of rows) {
    const key = String(row.key);
    const text = kept.get(key);
    kept.delete(key);
    if (found.length >= MAX_FAULTS) continue;
    if (text === undefined) found.push(`${row.id} is not in the copy`);
    else {
      const other = otherIn(text, row);
      if (other !== undefined) found.push(`${row.id} has ${other} in the copy`);
    }
  }
  for (const key of kept.keys()) if (found.length < MAX_FAULTS) found.push(`${key} is only in the copy`);
  return found;
};

/** The copy of a follower, and whether it equals the store where nothing that it follows has changed since. */
export const checkFollower = (path: string, store: string): FollowerCheck => {
  if (!existsSync(path)) return { path, faults: [], compared: 'absent' };
  const copy = lookInto(path, readCopy);
  if (copy === undefined) return { path, faults: [], compared: 'absent' };
  if ('fault' in copy) return { path, faults: [copy.fault], compared: 'unreadable' };
  if ('faults' in copy) return { path, faults: copy.faults, compared: 'unreadable' };
  const { through } = copy;
  const seen = { path, through, documents: copy.documents.length };
  const outcome = lookInto(store, (database): Pick<FollowerCheck, 'faults' | 'compared'> => {
    const head = database.prepare('SELECT epoch, through FROM head').get();
    if (head?.epoch !== copy.epoch) return { faults: [], compared: 'of another epoch' };
    if (changedSince(database, copy)) return { faults: [], compared: 'behind' };
    const faults = differences(database, copy);
    return { faults, compared: faults.length === 0 ? 'equal' : 'different' };
  });
  return 'fault' in outcome
    ? { ...seen, faults: [outcome.fault], compared: 'unreadable' }
    : { ...seen, ...outcome };
};
