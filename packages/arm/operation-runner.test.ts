import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openSqliteStore } from '@tombolo/store';
import { openMemoryStore } from '@tombolo/store/memory/memory-store';
import type { JsonObject, Operation, Store } from '@tombolo/store/port';
import { LeaseLost, RunnerSuperseded, StoreConflict } from '@tombolo/store/port';
import { scratchDirectory } from '@tombolo/store/sqlite/scratch-directory.testkit';
import { createOperationRunner } from './operation-runner.ts';
import { createRegistry } from './registry.ts';
import type { OperationKind } from './resource-type.ts';
import type { Settings } from './settings.ts';

const target = '/subscriptions/s/resourceGroups/g';
const operation = (kind: string, state: JsonObject = {}): Operation => ({
  id: 'op',
  kind,
  subscriptionId: 's',
  location: 'japaneast',
  target,
  status: 'InProgress',
  startTime: 0,
  dueAt: 0,
  state,
});

/** Counts to three, one document a step. */
const count: OperationKind = {
  step: async ({ operation, now }) => {
    const done = Number(operation.state.done ?? 0);
    if (done === 3) return { status: 'Succeeded' };
    return {
      status: 'InProgress',
      effects: { puts: [{ id: `${target}/n/${done}`, type: 'n', body: {} }] },
      state: { done: done + 1 },
      dueAt: now + 1000,
    };
  },
};

/** `renew`: time has come for what is repeated while steps run. */
const runnerOn = async (
  store: Store,
  kinds: Record<string, OperationKind>,
  clock: { now: number },
  name = 'one',
) => {
  const errors: unknown[] = [];
  const repeated = new Set<() => void>();
  const runner = createOperationRunner({
    store,
    progress: new Map(),
    registry: createRegistry([{ namespace: 'N', types: [], operationKinds: kinds }]),
    settings: {} as Settings,
    runner: await store.startRunner(name),
    now: () => clock.now,
    newGuid: () => 'guid',
    repeat: (_, work) => {
      repeated.add(work);
      return () => void repeated.delete(work);
    },
    onError: (_, error) => errors.push(error),
  });
  const renew = async () => {
    for (const work of repeated) work();
    await turns();
  };
  return { runner, errors, renew, repeated };
};

const turns = async () => {
  for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};
const started = async (kind: string, state?: JsonObject, store = openMemoryStore()): Promise<Store> => {
  await store.commit({ operations: [operation(kind, state)] });
  return store;
};

/** Counts like `count`, and stands still within the step that `done` names until it is let go. */
const pausing = (at: number) => {
  let reached: () => void = () => {};
  let go: () => void = () => {};
  const there = new Promise<void>((resolve) => {
    reached = resolve;
  });
  const gate = new Promise<void>((resolve) => {
    go = resolve;
  });
  const kind: OperationKind = {
    step: async (input) => {
      const outcome = await count.step(input);
      if (Number(input.operation.state.done ?? 0) === at) {
        reached();
        await gate;
      }
      return outcome;
    },
  };
  return { kind, there, go };
};

describe('the operation runner', () => {
  test('forgets operations whose status is shown no more, in batches, once an hour', async () => {
    const day = 24 * 60 * 60 * 1000;
    const clock = { now: day };
    const store = openMemoryStore();
    const ids = Array.from({ length: 300 }, (_, index) => `op-${index}`);
    const ended = { ...operation('count'), status: 'Succeeded', endTime: 0 } as const;
    await store.commit({
      operations: [...ids.map((id) => ({ ...ended, id })), { ...ended, id: 'b', endTime: 1 }],
    });
    const left = async () => {
      const all = await Promise.all([...ids, 'b'].map((id) => store.operation(id)));
      return all.filter((found) => found !== undefined).length;
    };
    const { runner } = await runnerOn(store, { count }, clock);
    await runner.runDue();
    assert.equal(await left(), 45);
    await runner.runDue();
    assert.equal(await left(), 1, 'what ended a moment later is shown still');
    clock.now += 1;
    await runner.runDue();
    assert.equal(await left(), 1);
    clock.now += day / 24;
    await runner.runDue();
    assert.equal(await left(), 0);
  });

  test('runs what is due, says when the next step is, and ends', async () => {
    const clock = { now: 1 };
    const store = await started('count');
    const { runner } = await runnerOn(store, { count }, clock);
    for (let next = await runner.runDue(); next !== undefined; next = await runner.runDue()) {
      assert.equal(next, clock.now + 1000);
      clock.now = next;
    }
    const ended = await store.operation('op');
    assert.equal(ended?.status, 'Succeeded');
    assert.equal(ended?.endTime, clock.now);
    assert.equal((await store.list({ type: 'n' })).length, 3);
  });

  test('a look that finds nothing due still says when the next step is', async () => {
    const clock = { now: 0 };
    const { runner } = await runnerOn(await started('count'), { count }, clock);
    assert.equal(await runner.runDue(), 1000);
    clock.now = 300;
    assert.equal(await runner.runDue(), 1000);
  });

  test('a step that is due soon is taken early when what it waits for may have come, once', async () => {
    const clock = { now: 0 };
    const store = await started('count');
    const { runner } = await runnerOn(store, { count }, clock);
    await runner.runDue();
    clock.now = 800;
    assert.equal(await runner.runDue(100), 1000);
    assert.equal((await store.operation('op'))?.state.done, 1);
    assert.equal(await runner.runDue(250), 1800);
    assert.equal((await store.operation('op'))?.state.done, 2);
  });

  test('a conflict decides anew; a conflict that stays waits a second', async () => {
    const clock = { now: 1 };
    const store = await started('put');
    await store.commit({ puts: [{ id: target, type: 't', body: {} }] });
    let seen = 0;
    const put: OperationKind = {
      step: async ({ store: reader }) => {
        seen += 1;
        const version = seen === 1 ? 99 : (await reader.get(target))!.version;
        return { status: 'Succeeded', effects: { expect: [{ id: target, version }] } };
      },
    };
    await (await runnerOn(store, { put }, clock)).runner.runDue();
    assert.equal(seen, 2);
    assert.equal((await store.operation('op'))?.status, 'Succeeded');

    const stuck = await started('stuck');
    const never: OperationKind = {
      step: async () => {
        throw new StoreConflict({ kind: 'version', id: target, expected: 1, found: 2 });
      },
    };
    const { runner, errors } = await runnerOn(stuck, { stuck: never }, clock);
    assert.equal(await runner.runDue(), clock.now + 1000);
    assert.equal((await stuck.operation('op'))?.status, 'InProgress');
    assert.equal(errors.length, 1);
  });

  test('a mistake of ours fails the operation without telling what it was', async () => {
    const store = await started('bad');
    const bad: OperationKind = {
      step: async () => {
        throw new Error('secret');
      },
    };
    const { runner, errors } = await runnerOn(store, { bad }, { now: 1 });
    await runner.runDue();
    const failed = await store.operation('op');
    assert.equal(failed?.error?.code, 'InternalServerError');
    assert.ok(!failed?.error?.message.includes('secret'));
    assert.equal(errors.length, 1);
  });

  test('a kind that this version does not know is a failure, not a loop', async () => {
    const store = await started('of another version');
    await (await runnerOn(store, {}, { now: 1 })).runner.runDue();
    assert.equal((await store.operation('op'))?.error?.code, 'NotImplemented');
  });

  test('a step starts other operations in its own batch', async () => {
    const clock = { now: 1 };
    const store = await started('parent');
    const parent: OperationKind = {
      step: async ({ operation, store: reader, now }) => {
        const child = await reader.operation('child');
        if (child?.status === 'Succeeded') return { status: 'Succeeded' };
        const starts = operation.state.asked
          ? []
          : [{ id: 'child', kind: 'count', state: {}, target, location: 'x' }];
        return { status: 'InProgress', starts, state: { asked: true }, dueAt: now + 1000 };
      },
    };
    const { runner } = await runnerOn(store, { parent, count }, clock);
    for (let next = await runner.runDue(); next !== undefined; next = await runner.runDue()) clock.now = next;
    assert.equal((await store.operation('op'))?.status, 'Succeeded');
    assert.equal((await store.list({ type: 'n' })).length, 3);
  });
});

const scratch = scratchDirectory();
let stores = 0;
const kindsOfStore: Readonly<Record<string, () => readonly [Store, Store]>> = {
  memory: () => {
    const store = openMemoryStore();
    return [store, store];
  },
  'sqlite, opened twice': () => {
    const path = scratch(`runners-${stores++}.db`);
    const open = () => openSqliteStore({ path, now: () => 0 });
    return [open(), open()];
  },
};
for (const [name, open] of Object.entries(kindsOfStore))
  describe(`two operation runners on one store: ${name}`, () => {
    const onBoth = async (run: (first: Store, second: Store) => Promise<void>, kind = 'count') => {
      const [first, second] = open();
      await started(kind, undefined, first);
      try {
        await run(first, second);
      } finally {
        await first.close();
        if (second !== first) await second.close();
      }
    };
    const toTheEnd = async (
      runner: { runDue: () => Promise<number | undefined> },
      clock: { now: number },
    ) => {
      for (let next = await runner.runDue(); next !== undefined; next = await runner.runDue())
        clock.now = next;
    };

    test('one dies within a step: the other goes on from what was written last, once the lease has expired', () =>
      onBoth(async (first, second) => {
        const clock = { now: 1 };
        const dying = pausing(1);
        const one = await runnerOn(first, { count: dying.kind }, clock);
        const two = await runnerOn(second, { count }, clock, 'two');
        await one.runner.runDue();
        clock.now += 1000;
        const never = one.runner.runDue();
        await dying.there;
        clock.now += 29_999;
        assert.equal(await two.runner.runDue(), undefined, 'leased by the one that died');
        assert.equal((await second.operation('op'))?.state.done, 1);
        clock.now += 1;
        await toTheEnd(two.runner, clock);
        assert.equal((await second.operation('op'))?.status, 'Succeeded');
        assert.equal((await second.list({ type: 'n' })).length, 3);
        dying.go();
        await never;
      }));

    test('one pauses within a step and wakes up after its lease is another’s: it commits nothing, and goes on with the next', () =>
      onBoth(async (first, second) => {
        const clock = { now: 1 };
        const sleeping = pausing(0);
        const one = await runnerOn(first, { count: sleeping.kind }, clock);
        const two = await runnerOn(second, { count }, clock, 'two');
        const woken = one.runner.runDue();
        await sleeping.there;
        clock.now += 30_000;
        await two.runner.runDue();
        const after = await second.operation('op');
        const head = await second.head();
        assert.equal(after?.state.done, 1);
        sleeping.go();
        assert.equal(await woken, undefined, 'it knows of no next step');
        assert.deepEqual(
          one.errors.map((error) => error instanceof LeaseLost),
          [true],
        );
        assert.deepEqual(await second.operation('op'), after);
        assert.deepEqual(await second.head(), head);
        clock.now += 1000;
        await toTheEnd(one.runner, clock);
        assert.equal((await second.operation('op'))?.status, 'Succeeded');
      }));

    test('a mistake within a step whose lease is another’s does not fail the operation', () =>
      onBoth(async (first, second) => {
        const clock = { now: 1 };
        const failing: OperationKind = {
          step: async () => {
            clock.now += 30_000;
            await two.runner.runDue();
            throw new Error('ours');
          },
        };
        const one = await runnerOn(first, { count: failing }, clock);
        const two = await runnerOn(second, { count }, clock, 'two');
        await one.runner.runDue();
        assert.deepEqual((await second.operation('op'))?.status, 'InProgress');
        assert.equal(one.errors.length, 2);
      }));

    test('a step that takes long keeps its lease, and those that wait behind it theirs', () =>
      onBoth(async (first, second) => {
        await first.commit({ operations: [{ ...operation('count'), id: 'waiting', dueAt: 1 }] });
        const clock = { now: 1 };
        const slow = pausing(0);
        const one = await runnerOn(first, { count: slow.kind }, clock);
        const two = await runnerOn(second, { count }, clock, 'two');
        const done = one.runner.runDue();
        await slow.there;
        for (let minute = 0; minute < 12; minute += 1) {
          clock.now += 20_000;
          await one.renew();
          assert.equal(await two.runner.runDue(), undefined);
        }
        slow.go();
        await done;
        assert.equal((await second.operation('op'))?.state.done, 2, 'the second step was due long ago');
        assert.equal((await second.operation('waiting'))?.state.done, 1);
        assert.deepEqual([one.errors, one.repeated.size], [[], 0]);
      }));

    test('a step that hangs loses its lease in the end, and what waits behind it is the other’s', () =>
      onBoth(async (first, second) => {
        await first.commit({ operations: [{ ...operation('count'), id: 'waiting', dueAt: 1 }] });
        const clock = { now: 1 };
        const hanging = pausing(0);
        const one = await runnerOn(first, { count: hanging.kind }, clock);
        const two = await runnerOn(second, { count }, clock, 'two');
        const done = one.runner.runDue();
        await hanging.there;
        for (let step = 0; step < 34; step += 1) {
          clock.now += 10_000;
          await one.renew();
        }
        await toTheEnd(two.runner, clock);
        for (const id of ['op', 'waiting']) assert.equal((await second.operation(id))?.status, 'Succeeded');
        hanging.go();
        await done;
        assert.deepEqual(
          one.errors.map((error) => error instanceof LeaseLost),
          [true, true],
        );
      }));

    test('one whose leases were lost while a step ran does not even begin what waits behind it', () =>
      onBoth(async (first, second) => {
        await first.commit({ operations: [{ ...operation('count'), id: 'waiting', dueAt: 1 }] });
        const clock = { now: 1 };
        let steps = 0;
        const slow = pausing(0);
        const counted: OperationKind = {
          step: (input) => {
            steps += 1;
            return slow.kind.step(input);
          },
        };
        const one = await runnerOn(first, { count: counted }, clock);
        const two = await runnerOn(second, { count }, clock, 'two');
        const done = one.runner.runDue();
        await slow.there;
        clock.now += 30_000;
        await two.runner.runDue();
        await one.renew();
        slow.go();
        await done;
        assert.equal(steps, 1);
      }));

    test('one that starts again under its name takes up at once what it had leased; the former one runs nothing more', () =>
      onBoth(async (first, second) => {
        const clock = { now: 1 };
        const left = pausing(0);
        const former = await runnerOn(first, { count: left.kind }, clock);
        const late = former.runner.runDue();
        await left.there;
        const again = await runnerOn(second, { count }, clock);
        await toTheEnd(again.runner, clock);
        assert.equal(clock.now, 3001, 'no lease was waited for');
        assert.equal((await second.operation('op'))?.status, 'Succeeded');
        left.go();
        await assert.rejects(late, RunnerSuperseded);
        assert.deepEqual(
          former.errors.map((error) => error instanceof LeaseLost),
          [true],
        );
        assert.equal((await second.list({ type: 'n' })).length, 3);
      }));
  });
