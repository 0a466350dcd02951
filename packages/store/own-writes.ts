/** What a request has written itself, put into what it knows, so that its answer needs no reading again. */
import { idKey } from './batch.ts';
import { byCodePoint } from './code-point-order.ts';
import type {
  Batch,
  ChangePage,
  Committed,
  Document,
  Fact,
  HeldClaim,
  ListQuery,
  Operation,
} from './port.ts';
import { belowRange } from './prefix-range.ts';

interface KnownList {
  readonly query: ListQuery;
  readonly documents: readonly Document[];
}

/** What a reading has been told. Absent: not asked yet; undefined: asked, and not there. */
export interface Known {
  readonly documents: Map<string, Document | undefined>;
  readonly lists: Map<string, KnownList>;
  readonly claims: Map<string, HeldClaim | undefined>;
  readonly claimsUnder: Map<string, readonly HeldClaim[]>;
  readonly facts: Map<string, Fact | undefined>;
  readonly operations: Map<string, Operation | undefined>;
  readonly changes: Map<string, ChangePage | undefined>;
}

/** Changes `known` by a batch that the store has taken. */
export const byOwnWrites = (known: Known, batch: Batch, committed: Committed): void => {
  const written = writtenDocuments(known, batch, committed);
  for (const [key, document] of written) known.documents.set(key, document);
  for (const [key, list] of known.lists) {
    const changed = listAfter(list, written);
    if (changed) known.lists.set(key, changed);
    else known.lists.delete(key);
  }
  for (const [key, claim] of known.claims) known.claims.set(key, claimAfter(key, claim, batch));
  for (const [prefix, claims] of known.claimsUnder)
    known.claimsUnder.set(prefix, claimsUnderAfter(prefix, claims, batch));
  for (const { id } of batch.operations ?? []) known.operations.delete(idKey(id));
  known.changes.clear();
};

/** By lower-case id; undefined: deleted. An id keeps the case in which the store has it. */
const writtenDocuments = (
  known: Known,
  batch: Batch,
  committed: Committed,
): ReadonlyMap<string, Document | undefined> => {
  const written = new Map<string, Document | undefined>();
  for (const id of batch.deletes ?? []) written.set(idKey(id), undefined);
  for (const { id, type, body } of batch.puts ?? []) {
    const key = idKey(id);
    const version = committed.versions.get(key)!;
    written.set(key, { id: known.documents.get(key)?.id ?? id, type, body, version });
  }
  return written;
};

/** Undefined: what is there now cannot be told from what was (a page of a longer list). */
const listAfter = (
  list: KnownList,
  written: ReadonlyMap<string, Document | undefined>,
): KnownList | undefined => {
  const { type, under, after, limit } = list.query;
  const { from, to } = belowRange(under);
  const within = (key: string): boolean => byCodePoint(key, from) > 0 && byCodePoint(key, to) < 0;
  const touched = [...written].filter(
    ([key, document]) =>
      within(key) && (document === undefined || type === undefined || document.type === type),
  );
  if (touched.length === 0) return list;
  if (after !== undefined || limit !== undefined) return undefined;
  const documents = new Map(list.documents.map((document) => [idKey(document.id), document]));
  for (const [key, document] of touched) {
    if (document === undefined) documents.delete(key);
    else documents.set(key, document);
  }
  const sorted = [...documents].sort(([a], [b]) => byCodePoint(a, b)).map(([, document]) => document);
  return { query: list.query, documents: sorted };
};

/** Releases come before claims, as the port says. */
const claimAfter = (key: string, claim: HeldClaim | undefined, batch: Batch): HeldClaim | undefined => {
  const holders = new Map((claim?.holders ?? []).map((holder) => [idKey(holder), holder]));
  let value = claim?.value;
  for (const { holder, key: only } of batch.releases ?? [])
    if (only === undefined || only === key) holders.delete(idKey(holder));
  for (const taken of batch.claims ?? []) {
    if (taken.key !== key) continue;
    value = taken.value;
    if (!holders.has(idKey(taken.holder))) holders.set(idKey(taken.holder), taken.holder);
  }
  if (holders.size === 0 || value === undefined) return undefined;
  const sorted = [...holders].sort(([a], [b]) => byCodePoint(a, b)).map(([, holder]) => holder);
  return { key, value, holders: sorted };
};

const claimsUnderAfter = (
  prefix: string,
  claims: readonly HeldClaim[],
  batch: Batch,
): readonly HeldClaim[] => {
  const before = new Map(claims.map((claim) => [claim.key, claim]));
  const taken = (batch.claims ?? []).map(({ key }) => key).filter((key) => key.startsWith(prefix));
  const keys = [...new Set([...before.keys(), ...taken])].sort(byCodePoint);
  return keys.flatMap((key) => claimAfter(key, before.get(key), batch) ?? []);
};
