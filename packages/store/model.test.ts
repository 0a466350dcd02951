import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { openMemoryStore } from './memory/memory-store.ts';
import {
  type Batch,
  FeedGone,
  type Lease,
  LeaseLost,
  MalformedBatch,
  type Operation,
  RunnerSuperseded,
  type Store,
  StoreConflict,
} from './port.ts';
import { scratchDirectory } from './sqlite/scratch-directory.testkit.ts';
import { openSqliteStore } from './sqlite/sqlite-store.ts';

const scratch = scratchDirectory();
let count = 0;
const EPOCH = '5f1c7d2e-0000-4000-8000-000000000001';

/** Few ids, keys and values, so that random batches meet; case, nesting and odd characters, so that order matters. */
const id = fc.constantFrom('/s/a', '/S/A', '/s/a/x', '/s/b', '/s', '/s0', '/\u{1f600}', '/\uffee', '/É');
const type = fc.constantFrom('T/a', 'T/b');
const key = fc.constantFrom('k', 'k/1', 'k/2', 'K');
const value = fc.constantFrom('1', '2');
const some = <T>(what: fc.Arbitrary<T>, maxLength = 3) => fc.array(what, { maxLength });

const operation: fc.Arbitrary<Operation> = fc.record({
  id: fc.constantFrom('o1', 'o2', 'O2'),
  kind: fc.constant('k'),
  subscriptionId: fc.constant('s'),
  location: fc.constant('l'),
  target: id,
  status: fc.constantFrom('InProgress', 'Succeeded'),
  startTime: fc.nat(5),
  dueAt: fc.nat(20),
  state: fc.dictionary(fc.constantFrom('a', 'b'), fc.nat(3)),
});

const lease: fc.Arbitrary<Lease> = fc.record({
  operation: fc.constantFrom('o1', 'O1', 'o2'),
  token: fc.constantFrom(1, 1, 2, 3),
});

const batch: fc.Arbitrary<Batch> = fc.record(
  {
    expect: some(
      fc.oneof(
        fc.record({
          id,
          version: fc.oneof(
            fc.constantFrom('absent' as const, 'present' as const),
            fc.integer({ min: 1, max: 6 }),
          ),
        }),
        fc.record({ unclaimed: key, except: some(id, 2) }),
      ),
      1,
    ),
    puts: some(
      fc.record({
        id,
        type,
        body: fc.dictionary(fc.string({ maxLength: 3 }), fc.jsonValue() as fc.Arbitrary<never>, {
          maxKeys: 2,
        }),
      }),
    ),
    deletes: some(id, 2),
    claims: some(fc.record({ key, value, holder: id }), 2),
    releases: some(fc.oneof(fc.record({ holder: id }), fc.record({ holder: id, key })), 2),
    operations: some(operation, 1),
    audit: some(
      fc.record({
        at: fc.nat(9),
        correlationId: fc.constant('c'),
        caller: fc.constant('me'),
        action: fc.constant('write'),
        resourceId: id,
        status: fc.constant(200),
      }),
      1,
    ),
  },
  { requiredKeys: [] },
);

/** One in ten under a lease, which seldom holds. */
const anyBatch: fc.Arbitrary<Batch> = fc.oneof(
  { weight: 9, arbitrary: batch },
  { weight: 1, arbitrary: fc.tuple(batch, lease).map(([each, held]) => ({ ...each, lease: held })) },
);

type Step = (store: Store) => Promise<unknown>;

const step: fc.Arbitrary<{ readonly name: string; readonly run: Step }> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.array(anyBatch, { minLength: 1, maxLength: 4 }).map((batches) => ({
      name: `commit in one turn ${fc.stringify(batches)}`,
      run: (store: Store) => Promise.all(batches.map((each) => outcome(store.commit(each)))),
    })),
  },
  {
    weight: 1,
    arbitrary: fc.record({ before: fc.nat(12), auditBefore: fc.nat(12) }).map((query) => ({
      name: `compact ${fc.stringify(query)}`,
      run: (store: Store) => store.compact(query),
    })),
  },
  {
    weight: 2,
    arbitrary: fc
      .record({
        runner: fc.record({ name: fc.constantFrom('me', 'you'), generation: fc.constantFrom(1, 1, 2) }),
        now: fc.nat(30),
        dueBy: fc.nat(30),
        limit: fc.nat(2),
      })
      .map((query) => ({
        name: `lease ${fc.stringify(query)}`,
        run: (store: Store) => outcome(store.leaseOperations({ leaseMs: 5, ...query })),
      })),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('me', 'you').map((name) => ({
      name: `start ${name}`,
      run: (store: Store) => store.startRunner(name),
    })),
  },
  {
    weight: 1,
    arbitrary: fc.record({ leases: some(lease), until: fc.nat(40) }).map(({ leases, until }) => ({
      name: `renew ${fc.stringify(leases)} to ${until}`,
      run: (store: Store) => store.renewLeases(leases, until),
    })),
  },
  {
    weight: 1,
    arbitrary: fc
      .array(fc.record({ key, at: fc.nat(5), value: fc.dictionary(fc.constant('n'), fc.nat()) }), {
        maxLength: 3,
      })
      .map((facts) => ({
        name: `facts ${fc.stringify(facts)}`,
        run: (store: Store) => store.recordFacts(facts),
      })),
  },
  {
    weight: 3,
    arbitrary: fc
      .record({
        after: fc.nat(12),
        limit: fc.integer({ min: 1, max: 4 }),
        types: fc.option(fc.subarray(['T/a', 'T/b']), { nil: undefined }),
      })
      .map(({ types, ...query }) => ({
        name: `changes ${fc.stringify({ types, ...query })}`,
        run: (store: Store) =>
          outcome(store.changes({ ...query, epoch: EPOCH, ...(types ? { types } : {}) })),
      })),
  },
  {
    weight: 2,
    arbitrary: fc
      .record(
        { type, under: fc.option(id), after: fc.option(id), limit: fc.option(fc.nat(3)) },
        { requiredKeys: [] },
      )
      .map((query) => {
        const given = Object.fromEntries(Object.entries(query).filter(([, each]) => each !== null));
        return { name: `list ${fc.stringify(given)}`, run: (store: Store) => store.list(given) };
      }),
  },
);

async function outcome(promise: Promise<unknown>): Promise<unknown> {
  try {
    return { is: await promise };
  } catch (error) {
    if (error instanceof StoreConflict) return { conflict: error.reason };
    if (error instanceof MalformedBatch) return { malformed: error.message };
    if (error instanceof LeaseLost || error instanceof RunnerSuperseded) return { lost: error.message };
    if (error instanceof FeedGone) return { gone: true };
    throw error;
  }
}

async function everything(store: Store): Promise<unknown> {
  const { epoch, through } = await store.head();
  const pages: unknown[] = [];
  for (let after = 0; after <= through; after++)
    for (const limit of [1, 2, 100]) pages.push(await outcome(store.changes({ after, epoch, limit })));
  return {
    pages,
    snapshot: await store.snapshot(),
    ofOneType: await store.snapshot(['T/b']),
    head: await store.head(),
    claims: await store.claimsUnder(''),
    operations: [await store.operation('o1'), await store.operation('O2')],
    facts: await store.factsUnder(''),
    audit: await store.audit({ limit: 1_000 }),
  };
}

test('SQLite does what the reference does, on random batches, leases, facts, compactions and reads', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const path = scratch(`model-${count++}.db`);
      const sqlite = openSqliteStore({ path, synchronous: 'normal', now: () => 0, newGuid: () => EPOCH });
      const reference = openMemoryStore({ newGuid: () => EPOCH });
      try {
        for (const { name, run } of steps) {
          assert.deepEqual(await run(sqlite), await run(reference), name);
          assert.deepEqual(await everything(sqlite), await everything(reference), `after ${name}`);
        }
      } finally {
        await sqlite.close();
      }
    }),
    { seed: 20_251, numRuns: 150 },
  );
});

test('whoever follows the feed in pages holds exactly the documents whenever a page reaches the head', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(batch, fc.integer({ min: 0, max: 3 })), { maxLength: 25 }),
      fc.option(fc.subarray(['T/a', 'T/b']), { nil: undefined }),
      fc.integer({ min: 1, max: 3 }),
      async (steps, types, limit) => {
        const path = scratch(`follow-${count++}.db`);
        const store = openSqliteStore({ path, synchronous: 'normal', now: () => 0, newGuid: () => EPOCH });
        const copy = new Map<string, unknown>();
        let after = 0;
        const readPage = async () => {
          const page = await store.changes({ after, epoch: EPOCH, limit, ...(types ? { types } : {}) });
          assert.ok(page.through >= after);
          for (const { feed, id, document } of page.changes) {
            assert.ok(feed > after && feed <= page.through);
            if (document) copy.set(id.toLowerCase(), document);
            else copy.delete(id.toLowerCase());
          }
          after = page.through;
        };
        const agree = async () => {
          const { documents } = await store.snapshot(types);
          assert.deepEqual(copy, new Map(documents.map((document) => [document.id.toLowerCase(), document])));
        };
        try {
          for (const [each, pages] of steps) {
            await outcome(store.commit(each));
            for (let page = 0; page < pages; page++) await readPage();
            if (after === (await store.head()).through) await agree();
          }
          while (after < (await store.head()).through) await readPage();
          await agree();
        } finally {
          await store.close();
        }
      },
    ),
    { seed: 20_252, numRuns: 100 },
  );
});
