/** The reader of one request: few round trips, nothing read twice, its own writes known. */
import { nextTick } from 'node:process';
import { idKey } from './batch.ts';
import { byCodePoint } from './code-point-order.ts';
import { byOwnWrites, type Known } from './own-writes.ts';
import type { ChangeQuery, Document, ListQuery, ReadAnswers, Reading, Reads, Store } from './port.ts';

/** By key; of most kinds nothing is asked. */
type Asked = { [kind in keyof Reads]: Map<string, NonNullable<Reads[kind]>[number]> };

interface Trip {
  readonly asked: Asked;
  readonly answered: Promise<ReadAnswers>;
}

const none: readonly never[] = [];
const keysOf = (asked: ReadonlyMap<string, unknown> | undefined): readonly string[] =>
  asked === undefined ? none : [...asked.keys()];
const valuesOf = <T>(asked: ReadonlyMap<string, T> | undefined): readonly T[] =>
  asked === undefined ? none : [...asked.values()];

// No id and no type has a line break in it.
const listKey = ({ type, under = '', after = '', limit, characters }: ListQuery): string =>
  `${type}\n${idKey(under.endsWith('/') ? under.replace(/(?<!\/)\/+$/, '') : under)}\n${idKey(after)}\n${limit}\n${characters}`;
const changesKey = ({ after, epoch, types, limit }: ChangeQuery): string =>
  `${after}\n${epoch}\n${types?.join('\n')}\n${limit}`;

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
  /** Left, and not back yet. */
  const underWay = new Set<Trip>();
  let next: Trip | undefined;
  const listed: (readonly Document[])[] = [];

  const leave = async (asked: Asked): Promise<ReadAnswers> => {
    await everybodyWaits();
    const trip = next!;
    next = undefined;
    underWay.add(trip);
    const answers = await store.read({
      documents: valuesOf(asked.documents),
      lists: valuesOf(asked.lists),
      claims: keysOf(asked.claims),
      claimsUnder: keysOf(asked.claimsUnder),
      facts: keysOf(asked.facts),
      operations: valuesOf(asked.operations),
      changes: valuesOf(asked.changes),
    });
    takeIn(asked, answers);
    underWay.delete(trip);
    return answers;
  };

  const newTrip = (): Trip => {
    const asked: Asked = {};
    const answered = leave(asked);
    // Whoever waits for it gets the error; nobody may be waiting for what was asked ahead.
    answered.catch(() => undefined);
    return { asked, answered };
  };

  const takeIn = (asked: Asked, answers: ReadAnswers): void => {
    const keyed = ['documents', 'claims', 'facts', 'operations'] as const;
    for (const kind of keyed) {
      const found: ReadonlyMap<string, unknown> = answers[kind];
      const into: Map<string, unknown> = known[kind];
      if (asked[kind] !== undefined) for (const key of asked[kind].keys()) into.set(key, found.get(key));
    }
    let index = 0;
    for (const [key, query] of asked.lists ?? none) {
      const documents = answers.lists[index++]!;
      known.lists.set(key, { query, documents });
      listed.push(documents);
    }
    for (const [position, key] of keysOf(asked.claimsUnder).entries())
      known.claimsUnder.set(key, answers.claimsUnder[position]!);
    for (const [position, key] of keysOf(asked.changes).entries())
      known.changes.set(key, answers.changes[position]);
  };

  /** Asks unless it is known or under way. */
  const ask = <K extends keyof Asked>(
    kind: K,
    key: string,
    value: NonNullable<Reads[K]>[number],
  ): Promise<unknown> | undefined => {
    if (known[kind].has(key)) return undefined;
    for (const earlier of underWay) if (earlier.asked[kind]?.has(key)) return earlier.answered;
    next ??= newTrip();
    next.asked[kind] ??= new Map();
    const asked: Map<string, unknown> = next.asked[kind];
    if (!asked.has(key)) asked.set(key, value);
    return next.answered;
  };

  /** Only who asks for single documents needs to know which ones lists have told. */
  const learnListed = (): void => {
    if (listed.length === 0) return;
    for (const document of listed.splice(0).flat()) {
      const key = idKey(document.id);
      // What is known already was read earlier, and what was decided on stays.
      if (!known.documents.has(key)) known.documents.set(key, document);
    }
  };
  const askForDocuments = (ids: readonly string[]) => {
    learnListed();
    return ids.map((id) => ask('documents', idKey(id), id));
  };
  const askForFacts = (keys: readonly string[]) => keys.map((key) => ask('facts', key, key));
  const there = <T>(keys: readonly string[], values: ReadonlyMap<string, T | undefined>): Map<string, T> =>
    new Map(
      [...new Set(keys)].sort(byCodePoint).flatMap((key) => {
        const value = values.get(key);
        return value === undefined ? [] : [[key, value] as const];
      }),
    );

  return {
    ahead: (reads) => {
      askForDocuments(reads.documents ?? []);
      for (const query of reads.lists ?? []) ask('lists', listKey(query), query);
      for (const key of reads.claims ?? []) ask('claims', key, key);
      for (const prefix of reads.claimsUnder ?? []) ask('claimsUnder', prefix, prefix);
      askForFacts(reads.facts ?? []);
      for (const id of reads.operations ?? []) ask('operations', idKey(id), id);
      for (const query of reads.changes ?? []) ask('changes', changesKey(query), query);
    },
    async get(id) {
      learnListed();
      const key = idKey(id);
      const waiting = ask('documents', key, id);
      if (waiting) await waiting;
      return known.documents.get(key);
    },
    async getMany(ids) {
      await Promise.all(askForDocuments(ids));
      return there(ids.map(idKey), known.documents);
    },
    async list(query) {
      if (query.once) return (await store.read({ lists: [query] })).lists[0]!;
      const key = listKey(query);
      const waiting = ask('lists', key, query);
      if (waiting) await waiting;
      return known.lists.get(key)!.documents;
    },
    async claim(key) {
      await ask('claims', key, key);
      return known.claims.get(key);
    },
    async claimsUnder(prefix) {
      await ask('claimsUnder', prefix, prefix);
      return known.claimsUnder.get(prefix)!;
    },
    async operation(id) {
      const key = idKey(id);
      await ask('operations', key, id);
      return known.operations.get(key);
    },
    async facts(keys) {
      await Promise.all(askForFacts(keys));
      return there(keys, known.facts);
    },
    async changes(query) {
      const key = changesKey(query);
      await ask('changes', key, query);
      return known.changes.get(key);
    },
    followers: () => store.followers(),
    async head() {
      next ??= newTrip();
      const { epoch, through } = await next.answered;
      return { epoch, through };
    },
    wrote: (batch, committed) => {
      learnListed();
      byOwnWrites(known, batch, committed);
    },
  };
};
