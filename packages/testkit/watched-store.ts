/** A store that notes what is asked of it: which calls, in how many round trips one after another, for which keys. */

import { nextTick } from 'node:process';
import type { ListQuery, ReadAnswers, Reads, Store } from '@tombolo/store/port';
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
  /** That answers brought, as often as they came. */
  readonly documents: number;
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
  let documents = 0;
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
  const counted = async <T>(answer: Promise<T>, count: (answer: T) => number): Promise<T> => {
    const given = await answer;
    documents += count(given);
    return given;
  };
  const inAll = (answers: ReadAnswers): number =>
    answers.lists.reduce((sum, { length }) => sum + length, answers.documents.size);

  const store: Store = {
    ...inner,
    read: (asked) => noted(keysOf(asked), () => counted(inner.read(asked), inAll)),
    reading: () => openReading(store),
    get: (id) => noted(keysOf({ documents: [id] }), () => counted(inner.get(id), (found) => (found ? 1 : 0))),
    getMany: (ids) =>
      noted(keysOf({ documents: ids }), () => counted(inner.getMany(ids), ({ size }) => size)),
    list: (query) =>
      noted(keysOf({ lists: [query] }), () => counted(inner.list(query), ({ length }) => length)),
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
    const taken = { reads, trips, writes, documents, keys };
    reads = 0;
    trips = 0;
    writes = 0;
    documents = 0;
    keys = [];
    return taken;
  };
  return { store, take };
};
