/** A store that notes what is asked of it: which calls, in how many round trips one after another, for which keys. */

import { nextTick } from 'node:process';
import type { ListQuery, Reads, Store } from '@tombolo/store/port';
import { openReading } from '@tombolo/store/reading';

export interface Watched {
  readonly store: Store;
  /** What has been noted since the last call, which is then forgotten. */
  readonly take: () => Noted;
}

export interface Noted {
  /** Calls that read. */
  readonly reads: number;
  /** Those, where what was asked before anybody had an answer counts once. */
  readonly trips: number;
  readonly writes: number;
  /** `document /a`, `list …`: as often as it was asked for. */
  readonly keys: readonly string[];
}

const listKey = ({ type = 'all', under = '', after = '', limit }: ListQuery): string =>
  `list of ${type} under ${under.toLowerCase()} after ${after} up to ${limit ?? 'its end'}`;

const keysOf = (reads: Reads): readonly string[] => [
  ...(reads.documents ?? []).map((id) => `document ${id.toLowerCase()}`),
  ...(reads.lists ?? []).map(listKey),
  ...(reads.claims ?? []).map((key) => `claim ${key}`),
  ...(reads.claimsUnder ?? []).map((prefix) => `claims under ${prefix}`),
  ...(reads.facts ?? []).map((key) => `fact ${key}`),
  ...(reads.operations ?? []).map((id) => `operation ${id}`),
  ...(reads.changes ?? []).map(({ after }) => `changes after ${after}`),
];

export const watchedStore = (inner: Store): Watched => {
  let reads = 0;
  let trips = 0;
  let writes = 0;
  let keys: string[] = [];
  let leaving: Promise<void> | undefined;

  /** Leaves with all that is asked for before anything can go on: as a database far away would see it at best. */
  const trip = (): Promise<void> => {
    leaving ??= (async () => {
      await undefined;
      await new Promise<void>((resolve) => nextTick(resolve));
      leaving = undefined;
      trips += 1;
    })();
    return leaving;
  };
  const noted = async <T>(asked: readonly string[], answer: () => Promise<T>): Promise<T> => {
    reads += 1;
    keys.push(...asked);
    await trip();
    return answer();
  };

  const store: Store = {
    ...inner,
    read: (asked) => noted(keysOf(asked), () => inner.read(asked)),
    reading: () => openReading(store),
    get: (id) => noted(keysOf({ documents: [id] }), () => inner.get(id)),
    getMany: (ids) => noted(keysOf({ documents: ids }), () => inner.getMany(ids)),
    list: (query) => noted(keysOf({ lists: [query] }), () => inner.list(query)),
    claim: (key) => noted(keysOf({ claims: [key] }), () => inner.claim(key)),
    claimsUnder: (prefix) => noted(keysOf({ claimsUnder: [prefix] }), () => inner.claimsUnder(prefix)),
    operation: (id) => noted(keysOf({ operations: [id] }), () => inner.operation(id)),
    facts: (wanted) => noted(keysOf({ facts: wanted }), () => inner.facts(wanted)),
    followers: () => noted(['followers'], () => inner.followers()),
    head: () => noted(['head'], () => inner.head()),
    changes: (query) => noted(keysOf({ changes: [query] }), () => inner.changes(query)),
    snapshot: (types) => noted([`snapshot of ${types?.join(' ')}`], () => inner.snapshot(types)),
    snapshotInParts: (types, take) =>
      noted([`snapshot of ${types.join(' ')}`], () => inner.snapshotInParts(types, take)),
    commit: async (batch) => {
      writes += 1;
      return inner.commit(batch);
    },
  };
  const take = (): Noted => {
    const taken = { reads, trips, writes, keys };
    reads = 0;
    trips = 0;
    writes = 0;
    keys = [];
    return taken;
  };
  return { store, take };
};
