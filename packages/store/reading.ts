/** The reader of one request: few round trips, nothing read twice, its own writes known. */
import { nextTick } from 'node:process';
import { idKey } from './batch.ts';
import { byCodePoint } from './memory/code-point-order.ts';
import { byOwnWrites, type Known } from './own-writes.ts';
import type { ChangeQuery, ListQuery, ReadAnswers, Reading, Reads, Store } from './port.ts';

type Asked = { readonly [kind in keyof Reads]-?: Map<string, NonNullable<Reads[kind]>[number]> };

interface Trip {
  readonly asked: Asked;
  readonly answered: Promise<ReadAnswers>;
}

const nothingAsked = (): Asked => ({
  documents: new Map(),
  lists: new Map(),
  claims: new Map(),
  claimsUnder: new Map(),
  facts: new Map(),
  operations: new Map(),
  changes: new Map(),
});

const listKey = ({ type, under = '', after = '', limit }: ListQuery): string =>
  JSON.stringify([type, idKey(under).replace(/\/+$/, ''), idKey(after), limit]);
const changesKey = ({ after, epoch, types, limit }: ChangeQuery): string =>
  JSON.stringify([after, epoch, types, limit]);

/** When all that can go on without an answer has gone as far as it can: nothing else joins this round trip. */
const everybodyWaits = async (): Promise<void> => {
  await undefined;
  await new Promise<void>((resolve) => nextTick(resolve));
};

export const openReading = (store: Pick<Store, 'read' | 'followers'>): Reading => {
  const known: Known = {
    documents: new Map(),
    lists: new Map(),
    claims: new Map(),
    claimsUnder: new Map(),
    facts: new Map(),
    operations: new Map(),
    changes: new Map(),
  };
  /** What has been asked and not answered, by kind and key. */
  const underWay = new Map<string, Trip>();
  let next: Trip | undefined;

  const newTrip = (): Trip => {
    const asked = nothingAsked();
    const answered = (async () => {
      await everybodyWaits();
      next = undefined;
      const answers = await store.read({
        documents: [...asked.documents.values()],
        lists: [...asked.lists.values()],
        claims: [...asked.claims.keys()],
        claimsUnder: [...asked.claimsUnder.keys()],
        facts: [...asked.facts.keys()],
        operations: [...asked.operations.values()],
        changes: [...asked.changes.values()],
      });
      takeIn(asked, answers);
      return answers;
    })();
    // Whoever waits for it gets the error; nobody may be waiting for what was asked ahead.
    answered.catch(() => undefined);
    return { asked, answered };
  };

  const takeIn = (asked: Asked, answers: ReadAnswers): void => {
    const keyed = ['documents', 'claims', 'facts', 'operations'] as const;
    for (const kind of keyed) {
      const found: ReadonlyMap<string, unknown> = answers[kind];
      const into: Map<string, unknown> = known[kind];
      for (const key of asked[kind].keys()) into.set(key, found.get(key));
    }
    for (const [index, [key, query]] of [...asked.lists].entries()) {
      const documents = answers.lists[index]!;
      known.lists.set(key, { query, documents });
      for (const document of documents) {
        const id = idKey(document.id);
        // What is known already was read earlier, and what was decided on stays.
        if (!known.documents.has(id)) known.documents.set(id, document);
      }
    }
    for (const [index, key] of [...asked.claimsUnder.keys()].entries())
      known.claimsUnder.set(key, answers.claimsUnder[index]!);
    for (const [index, key] of [...asked.changes.keys()].entries())
      known.changes.set(key, answers.changes[index]);
    for (const kind of Object.keys(asked) as (keyof Asked)[])
      for (const key of asked[kind].keys()) underWay.delete(`${kind} ${key}`);
  };

  /** Asks unless it is known or under way. */
  const ask = <K extends keyof Asked>(
    kind: K,
    key: string,
    value: NonNullable<Reads[K]>[number],
  ): Promise<unknown> | undefined => {
    if (known[kind].has(key)) return undefined;
    const name = `${kind} ${key}`;
    let trip = underWay.get(name);
    if (trip === undefined) {
      next ??= newTrip();
      trip = next;
      (trip.asked[kind] as Map<string, unknown>).set(key, value);
      underWay.set(name, trip);
    }
    return trip.answered;
  };

  const askAll = (reads: Reads): Promise<unknown>[] =>
    [
      ...(reads.documents ?? []).map((id) => ask('documents', idKey(id), id)),
      ...(reads.lists ?? []).map((query) => ask('lists', listKey(query), query)),
      ...(reads.claims ?? []).map((key) => ask('claims', key, key)),
      ...(reads.claimsUnder ?? []).map((prefix) => ask('claimsUnder', prefix, prefix)),
      ...(reads.facts ?? []).map((key) => ask('facts', key, key)),
      ...(reads.operations ?? []).map((id) => ask('operations', idKey(id), id)),
      ...(reads.changes ?? []).map((query) => ask('changes', changesKey(query), query)),
    ].filter((answered) => answered !== undefined);
  /** Waits for nothing where all is known. */
  const all = async (reads: Reads): Promise<void> => {
    const waited = askAll(reads);
    if (waited.length > 0) await Promise.all(waited);
  };
  const there = <T>(keys: readonly string[], values: ReadonlyMap<string, T | undefined>): Map<string, T> =>
    new Map(
      [...new Set(keys)].sort(byCodePoint).flatMap((key) => {
        const value = values.get(key);
        return value === undefined ? [] : [[key, value] as const];
      }),
    );

  return {
    ahead: (reads) => void askAll(reads),
    async get(id) {
      await all({ documents: [id] });
      return known.documents.get(idKey(id));
    },
    async getMany(ids) {
      await all({ documents: ids });
      return there(ids.map(idKey), known.documents);
    },
    async list(query) {
      await all({ lists: [query] });
      return known.lists.get(listKey(query))!.documents;
    },
    async claim(key) {
      await all({ claims: [key] });
      return known.claims.get(key);
    },
    async claimsUnder(prefix) {
      await all({ claimsUnder: [prefix] });
      return known.claimsUnder.get(prefix)!;
    },
    async operation(id) {
      await all({ operations: [id] });
      return known.operations.get(idKey(id));
    },
    async facts(keys) {
      await all({ facts: keys });
      return there(keys, known.facts);
    },
    async changes(query) {
      await all({ changes: [query] });
      return known.changes.get(changesKey(query));
    },
    followers: () => store.followers(),
    async head() {
      next ??= newTrip();
      const { epoch, through } = await next.answered;
      return { epoch, through };
    },
    wrote: (batch, committed) => byOwnWrites(known, batch, committed),
  };
};
