import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Batch, FeedGone } from '../port.ts';
import { type FeedWorld, followedTypes, openFeedWorld } from './feed-world.testkit.ts';

const id = fc.constantFrom('/a', '/b', '/c', '/d', '/e', '/f', '/g', '/h');
/** An id stays of its type, unless it is deleted first: that the same id returns as another is in the contract. */
const typeOf = (of: string): string => (of < '/e' ? 'T/a' : of < '/h' ? 'T/b' : 'T/other');
const batch: fc.Arbitrary<Batch> = fc
  .uniqueArray(fc.record({ id, value: fc.option(fc.nat(9), { nil: undefined }) }), {
    minLength: 1,
    maxLength: 5,
    selector: (entry) => entry.id,
  })
  .map((entries) => ({
    puts: entries.flatMap(({ id: each, value }) =>
      value === undefined ? [] : [{ id: each, type: typeOf(each), body: { value } }],
    ),
    deletes: entries.flatMap(({ id: each, value }) => (value === undefined ? [each] : [])),
  }));

type Step = readonly [name: string, run: (world: FeedWorld) => Promise<unknown>];
const ordinary: readonly fc.WeightedArbitrary<Step>[] = [
  { weight: 6, arbitrary: batch.map((each): Step => ['write', (world) => world.write(each)]) },
  { weight: 8, arbitrary: fc.constant<Step>(['deliver', (world) => world.deliver()]) },
  { weight: 2, arbitrary: fc.constant<Step>(['cut', (world) => world.cut()]) },
  { weight: 1, arbitrary: fc.constant<Step>(['restart', (world) => world.restartFollower()]) },
  { weight: 1, arbitrary: fc.constant<Step>(['refuse', async (world) => world.refuseApply()]) },
  { weight: 3, arbitrary: fc.constant<Step>(['forget', (world) => world.forget(2)]) },
];
const step: fc.Arbitrary<Step> = fc.oneof(
  ...ordinary,
  {
    weight: 2,
    arbitrary: fc.nat(3).map(
      (back): Step => [
        `compact to ${back} before the head`,
        async (world) => {
          const { through } = await world.store().head();
          await world.store().compact({ before: Math.max(0, through - back) });
        },
      ],
    ),
  },
  {
    weight: 1,
    arbitrary: fc
      .subarray(['/a', '/c', '/e', '/g'])
      .map((kept): Step => ['restore', (world) => world.restore((each) => kept.includes(each))]),
  },
);

test('whatever is written, cut, compacted, restored and restarted: only states of the store are applied, and the last one is', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const world = await openFeedWorld();
      try {
        for (const [, run] of steps) await run(world);
        await world.drain();
        const { epoch, through } = await world.store().head();
        const { documents } = await world.store().snapshot(followedTypes);
        assert.deepEqual(
          world.followed(),
          new Map(documents.map((document) => [document.id.toLowerCase(), document])),
        );
        assert.ok(through === 0 || world.applied.at(-1)?.startsWith(epoch), 'the present store is in force');
      } finally {
        await world.close();
      }
    }),
    { seed: 20_261, numRuns: 300 },
  );
});

test('what control forgets costs a follower that is there no snapshot, and is forgotten', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(...ordinary), { maxLength: 40 }), async (steps) => {
      const world = await openFeedWorld();
      try {
        await world.drain();
        const before = world.snapshots();
        for (const [, run] of steps) await run(world);
        await world.drain();
        assert.equal(world.snapshots(), before);
        const { documents } = await world.store().snapshot(followedTypes);
        assert.deepEqual(
          world.followed(),
          new Map(documents.map((document) => [document.id.toLowerCase(), document])),
        );
        await world.forget(2);
        const { epoch, through } = await world.store().head();
        const after = (back: number) =>
          world.store().changes({ after: Math.max(0, through - back), epoch, limit: 9 });
        await after(2);
        if (through > 2) await assert.rejects(after(3), FeedGone);
      } finally {
        await world.close();
      }
    }),
    { seed: 20_263, numRuns: 150 },
  );
});

/** Eight ids, and their deletions: more entries no round has, so it has no more parts of two, and its end. */
const eventsOfARound = 8 + 1;

test('while others write without end, a follower applies once in a bounded number of writes, also when it is compacted', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(batch, { minLength: 1, maxLength: 3 }), { minLength: 40, maxLength: 40 }),
      fc.boolean(),
      async (bursts, compacting) => {
        const world = await openFeedWorld();
        try {
          await world.drain();
          let since = 0;
          for (const burst of bursts) {
            for (const each of burst) await world.write(each);
            // Forgets all that it may: whoever is in the middle of a round or a snapshot has to begin anew.
            if (compacting) await world.store().compact({ before: (await world.store().head()).through });
            const before = world.applied.length;
            await world.deliver();
            since = world.applied.length > before ? 0 : since + burst.length;
            // The round that was on its way when the last one ended, and one of everything; each event with a burst.
            assert.ok(since <= 2 * 3 * (eventsOfARound + 1), `${since} writes without an apply`);
          }
        } finally {
          await world.close();
        }
      },
    ),
    { seed: 20_262, numRuns: 60 },
  );
});

test('a stream that is cut after every two events comes to the end of a long round', async () => {
  const world = await openFeedWorld();
  try {
    await world.write({ puts: [{ id: '/first', type: 'T/a', body: {} }] });
    await world.drain();
    await world.cut();
    for (let index = 0; index < 20; index++)
      await world.write({ puts: [{ id: `/${index}`, type: 'T/a', body: {} }] });
    let events = 0;
    for (; world.followed().size < 21; events++) {
      assert.ok(events < 100, 'each connection brings it further');
      await world.deliver();
      await world.deliver();
      await world.cut();
    }
    assert.equal(world.applied.at(-1), 'epoch-1 21');
  } finally {
    await world.close();
  }
});
