import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openMemoryStore } from '@tombolo/store/memory/memory-store';
import type { JsonObject, Operation, Store } from '@tombolo/store/port';
import { StoreConflict } from '@tombolo/store/port';
import { createOperationRunner } from './operation-runner.ts';
import type { OperationKind } from './provider.ts';
import { createRegistry } from './provider.ts';
import type { Settings } from './resource-type.ts';

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

const runnerOn = (
  store: Store,
  kinds: Record<string, OperationKind>,
  clock: { now: number },
  owner = 'one',
) => {
  const errors: unknown[] = [];
  const runner = createOperationRunner({
    store,
    registry: createRegistry([{ namespace: 'N', types: [], operationKinds: kinds }]),
    settings: {} as Settings,
    owner,
    now: () => clock.now,
    newGuid: () => 'guid',
    onError: (_, error) => errors.push(error),
  });
  return { runner, errors };
};
const started = async (kind: string, state?: JsonObject): Promise<Store> => {
  const store = openMemoryStore();
  await store.commit({ operations: [operation(kind, state)] });
  return store;
};

describe('the operation runner', () => {
  test('runs what is due, says when the next step is, and ends', async () => {
    const clock = { now: 1 };
    const store = await started('count');
    const { runner } = runnerOn(store, { count }, clock);
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
    const { runner } = runnerOn(await started('count'), { count }, clock);
    assert.equal(await runner.runDue(), 1000);
    clock.now = 300;
    assert.equal(await runner.runDue(), 1000);
  });

  test('a step that is due soon is taken early when what it waits for may have come, once', async () => {
    const clock = { now: 0 };
    const store = await started('count');
    const { runner } = runnerOn(store, { count }, clock);
    await runner.runDue();
    clock.now = 800;
    assert.equal(await runner.runDue(100), 1000);
    assert.equal((await store.operation('op'))?.state.done, 1);
    assert.equal(await runner.runDue(250), 1800);
    assert.equal((await store.operation('op'))?.state.done, 2);
  });

  test('another runner finishes what one left behind, from the state that was written last', async () => {
    const clock = { now: 1 };
    const store = await started('count');
    let crashes = 1;
    const crashing: OperationKind = {
      step: async (input) => {
        const outcome = await count.step(input);
        if (Number(input.operation.state.done) === 1 && crashes-- > 0) return new Promise(() => {});
        return outcome;
      },
    };
    const first = runnerOn(store, { count: crashing }, clock).runner;
    await first.runDue();
    clock.now += 1000;
    void first.runDue(); // The process dies within this step: its lease stays.
    await new Promise((resolve) => setImmediate(resolve));
    const second = runnerOn(store, { count }, clock, 'two').runner;
    assert.equal(await second.runDue(), undefined, 'leased by the one that died');
    clock.now += 31_000;
    for (let next = await second.runDue(); next !== undefined; next = await second.runDue()) clock.now = next;
    assert.equal((await store.operation('op'))?.status, 'Succeeded');
    assert.equal((await store.list({ type: 'n' })).length, 3);
  });

  test('the only runner of a store takes over at once what one that died had leased', async () => {
    const clock = { now: 1 };
    const store = openMemoryStore();
    const ids = Array.from({ length: 100 }, (_, index) => `op-${index}`);
    await store.commit({ operations: ids.map((id) => ({ ...operation('count'), id })) });
    const query = { owner: 'dead', now: clock.now, leaseMs: 30_000, limit: 32 };
    assert.equal((await store.leaseOperations(query)).length, 32);
    const { runner } = runnerOn(store, { count }, clock, 'two');
    await runner.takeOver();
    const states = await Promise.all(ids.map(async (id) => (await store.operation(id))?.state.done));
    assert.ok(
      states.every((done) => Number(done) >= 1),
      String(states),
    );
    for (let next = await runner.runDue(); next !== undefined; next = await runner.runDue()) clock.now = next;
    assert.ok(clock.now < 30_000, 'no lease was waited for');
    for (const id of ids) assert.equal((await store.operation(id))?.status, 'Succeeded');
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
    await runnerOn(store, { put }, clock).runner.runDue();
    assert.equal(seen, 2);
    assert.equal((await store.operation('op'))?.status, 'Succeeded');

    const stuck = await started('stuck');
    const never: OperationKind = {
      step: async () => {
        throw new StoreConflict({ kind: 'version', id: target, expected: 1, found: 2 });
      },
    };
    const { runner, errors } = runnerOn(stuck, { stuck: never }, clock);
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
    const { runner, errors } = runnerOn(store, { bad }, { now: 1 });
    await runner.runDue();
    const failed = await store.operation('op');
    assert.equal(failed?.error?.code, 'InternalServerError');
    assert.ok(!failed?.error?.message.includes('secret'));
    assert.equal(errors.length, 1);
  });

  test('a kind that this version does not know is a failure, not a loop', async () => {
    const store = await started('of another version');
    await runnerOn(store, {}, { now: 1 }).runner.runDue();
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
    const { runner } = runnerOn(store, { parent, count }, clock);
    for (let next = await runner.runDue(); next !== undefined; next = await runner.runDue()) clock.now = next;
    assert.equal((await store.operation('op'))?.status, 'Succeeded');
    assert.equal((await store.list({ type: 'n' })).length, 3);
  });
});
