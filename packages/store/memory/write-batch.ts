/** Judges a checked batch against the Maps and, only once all of it holds, writes it. */
import { type CheckedBatch, leaseLost } from '../batch.ts';
import { byCodePoint } from '../code-point-order.ts';
import { type Committed, type HeldClaim, type Lease, MalformedBatch, StoreConflict } from '../port.ts';

export interface StoredDocument {
  readonly id: string;
  readonly type: string;
  readonly version: number;
  /** The body's JSON. */
  readonly text: string;
}

export interface MemoryState {
  through: number;
  readonly documents: Map<string, StoredDocument>;
  /** Every change in order; the latest of each id and type counts. */
  log: {
    readonly feed: number;
    readonly key: string;
    readonly id: string;
    readonly type: string;
    readonly deleted: boolean;
  }[];
  /** Holders by lower-case id. */
  readonly claims: Map<string, Held>;
  readonly operations: Map<
    string,
    {
      readonly status: string;
      readonly dueAt: number;
      readonly text: string;
      /** Absent: nobody has it. */
      readonly leaseOwner?: string;
      readonly leaseToken: number;
      readonly leasedUntil: number;
    }
  >;
  /** Generations by name. */
  readonly runners: Map<string, number>;
  audit: { readonly feed: number; readonly resource: string; readonly text: string }[];
}

interface Held {
  readonly value: string;
  readonly holders: ReadonlyMap<string, string>;
}

/** Who lets go of which claims that are there: one look at each, however many let go. */
function releasedOf(state: MemoryState, { releases }: CheckedBatch): ReadonlyMap<string, Set<string>> {
  const released = new Map<string, Set<string>>();
  const release = (key: string, holder: string): void => {
    if (!state.claims.get(key)?.holders.has(holder)) return;
    const holders = released.get(key) ?? new Set();
    released.set(key, holders.add(holder));
  };
  const ofAll = new Set(releases.filter(({ key }) => key === undefined).map(({ holder }) => holder));
  if (ofAll.size > 0)
    for (const [key, { holders }] of state.claims)
      for (const holder of holders.keys()) if (ofAll.has(holder)) release(key, holder);
  for (const { holder, key } of releases) if (key !== undefined) release(key, holder);
  return released;
}

/** The claims that this batch touches, as they would be after it; no holders means gone. Throws StoreConflict. */
function claimsAfter(state: MemoryState, batch: CheckedBatch): ReadonlyMap<string, Held> {
  const touched = new Map<string, Held>();
  const held = (key: string) => touched.get(key) ?? state.claims.get(key);
  for (const [key, holders] of releasedOf(state, batch)) {
    const { value, holders: before } = state.claims.get(key)!;
    touched.set(key, { value, holders: new Map([...before].filter(([holder]) => !holders.has(holder))) });
  }
  const sorted = (claim: Held | undefined) =>
    [...(claim?.holders ?? [])].sort(([a], [b]) => byCodePoint(a, b));
  for (const { key, except } of batch.unclaimed) {
    const others = sorted(held(key)).filter(([holder]) => !except.has(holder));
    if (others.length > 0)
      throw new StoreConflict({ kind: 'in-use', key, holders: others.map(([, holder]) => holder) });
  }
  const copied = new Map<string, Map<string, string>>();
  for (const { key, value, holder, holderKey } of batch.claims) {
    const claim = held(key);
    if (claim !== undefined && claim.holders.size > 0 && claim.value !== value) {
      const now: HeldClaim = { key, value: claim.value, holders: sorted(claim).map(([, each]) => each) };
      throw new StoreConflict({ kind: 'claim', key, wanted: value, held: now });
    }
    // Copied once, however many take it in this batch.
    const holders = copied.get(key) ?? new Map(claim?.holders);
    copied.set(key, holders);
    if (!holders.has(holderKey)) holders.set(holderKey, holder);
    touched.set(key, { value, holders });
  }
  return touched;
}

export const leaseHeld = (state: MemoryState, { operation, token }: Lease): boolean => {
  const there = state.operations.get(operation);
  return there?.leaseOwner !== undefined && there.leaseToken === token;
};

function judge(state: MemoryState, batch: CheckedBatch): ReadonlyMap<string, Held> {
  if (batch.lease !== undefined && !leaseHeld(state, batch.lease)) throw leaseLost(batch.lease);
  for (const { id, version: expected } of batch.versions) {
    const found = state.documents.get(id.toLowerCase())?.version ?? 'absent';
    if (expected === 'present' ? found === 'absent' : expected !== found)
      throw new StoreConflict({ kind: 'version', id, expected, found });
  }
  const claims = claimsAfter(state, batch);
  for (const { key, id, type } of batch.puts) {
    const there = state.documents.get(key);
    if (there !== undefined && there.type !== type)
      throw new MalformedBatch(
        `The batch was refused: ${id} exists as another type than ${type}. Nothing was written.`,
      );
  }
  return claims;
}

/** Throws StoreConflict, LeaseLost or MalformedBatch before anything is written. */
export function writeBatch(state: MemoryState, batch: CheckedBatch): Committed {
  for (const [key, claim] of judge(state, batch)) {
    if (claim.holders.size > 0) state.claims.set(key, claim);
    else state.claims.delete(key);
  }
  const gone = batch.deletes.filter((key) => state.documents.has(key));
  if (gone.length + batch.puts.length > 0) state.through++;
  const feed = state.through;
  for (const key of gone) {
    const { id, type } = state.documents.get(key)!;
    state.documents.delete(key);
    state.log.push({ feed, key, id, type, deleted: true });
  }
  const versions = new Map<string, number>();
  for (const { key, id, type, text } of batch.puts) {
    const there = state.documents.get(key);
    // As in SQLite: no later life of an id has a version of an earlier one.
    const version = there === undefined ? feed : there.version + 1;
    const document = { id: there?.id ?? id, type, version, text };
    state.documents.set(key, document);
    state.log.push({ feed, key, id: document.id, type, deleted: false });
    versions.set(key, document.version);
  }
  for (const { key, status, dueAt, text } of batch.operations)
    state.operations.set(key, {
      ...{ status, dueAt, text, leasedUntil: 0 },
      leaseToken: state.operations.get(key)?.leaseToken ?? 0,
    });
  for (const entry of batch.audit) state.audit.push({ feed, ...entry });
  return { feed, versions };
}
