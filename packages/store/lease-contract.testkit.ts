/** The part of the store's contract that is about operations and the runners that share them. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { operation, put } from './feed-contract.testkit.ts';
import {
  type LeasedOperation,
  LeaseLost,
  MalformedBatch,
  type Runner,
  RunnerSuperseded,
  type Store,
} from './port.ts';

/** Registers the tests inside a suite that opens `current()` before each; `beside` opens it as another process does. */
export function leaseContract(current: () => Store, beside: () => Promise<Store>): void {
  describe('leases of operations, with two runners', () => {
    let one: Store;
    let other: Store;
    let a: Runner;
    let b: Runner;
    beforeEach(async () => {
      one = current();
      other = await beside();
      a = await one.startRunner('a');
      b = await other.startRunner('b');
    });
    afterEach(() => other.close());

    const take = (store: Store, runner: Runner, now: number, more = {}) =>
      store.leaseOperations({ runner, now, dueBy: now, leaseMs: 10, limit: 5, ...more });
    const ids = (leased: readonly LeasedOperation[]) => leased.map((each) => each.operation.id);
    /** The step of a runner: what it decided, and the operation's new state, under its lease. */
    const write = (store: Store, { operation: { id }, lease }: LeasedOperation, step: number) =>
      store.commit({
        lease,
        puts: [put(`/step/${step}`)],
        operations: [operation(id, { state: { step } })],
      });

    test('ended operations are forgotten by when they ended, the earliest first, no more than asked', async () => {
      const ended = (id: string, endTime: number) => operation(id, { status: 'Succeeded', endTime });
      await one.commit({
        operations: [
          ended('third', 30),
          ended('first', 10),
          { ...operation('second', { status: 'Failed', endTime: 20 }), error: { code: 'C', message: 'm' } },
          operation('under way', { dueAt: 1 }),
        ],
      });
      const left = async () => {
        const ids = ['first', 'second', 'third', 'under way'];
        const found = await Promise.all(ids.map((id) => one.operation(id)));
        return ids.filter((_, index) => found[index] !== undefined);
      };
      assert.equal(await one.forgetOperations({ endedBefore: 10, limit: 9 }), 0);
      assert.equal(await one.forgetOperations({ endedBefore: 30, limit: 1 }), 1);
      assert.deepEqual(await left(), ['second', 'third', 'under way']);
      assert.equal(await one.forgetOperations({ endedBefore: 31, limit: 9 }), 2);
      assert.deepEqual(await left(), ['under way']);
    });

    test('a due operation is leased to one, until the lease expires or it is written', async () => {
      await one.commit({
        operations: [
          operation('b'),
          operation('a'),
          operation('later', { dueAt: 99 }),
          operation('done', { status: 'Succeeded' }),
        ],
      });
      assert.deepEqual(ids(await take(one, a, 9)), []);
      assert.deepEqual(ids(await take(one, a, 9, { dueBy: 10, limit: 1 })), ['a']);
      assert.deepEqual(ids(await take(one, a, 10)), ['b']);
      assert.deepEqual(ids(await take(other, b, 18)), []);
      assert.deepEqual(
        ids(await take(other, b, 18, { dueBy: 99 })),
        ['later'],
        'due early, never expired early',
      );
      await one.commit({ operations: [operation('A', { state: { step: 2 } })] });
      assert.deepEqual(ids(await take(other, b, 18)), ['A']);
      assert.deepEqual(ids(await take(other, b, 20)), ['b']);
      assert.deepEqual((await one.operation('a'))?.state, { step: 2 });
    });

    test('what has been due for longest comes first, so that nothing waits for ever behind the rest', async () => {
      await one.commit({
        operations: [
          operation('a', { dueAt: 5 }),
          operation('b', { dueAt: 1 }),
          operation('c', { dueAt: 1 }),
        ],
      });
      const order = [];
      for (let turn = 0; turn < 3; turn++) order.push(...ids(await take(one, a, 10, { limit: 1 })));
      assert.deepEqual(order, ['b', 'c', 'a']);
    });

    test('a start in the same turn comes before the lease that was asked for after it', async () => {
      await one.commit({ operations: [operation('o')] });
      const started = one.startRunner('a');
      await assert.rejects(take(one, a, 10), RunnerSuperseded);
      assert.deepEqual(ids(await take(one, await started, 10)), ['o']);
    });

    test('of two runners in one turn, one gets the lease', async () => {
      await one.commit({ operations: [operation('o')] });
      const [first, second] = await Promise.all([take(one, a, 10), take(other, b, 10)]);
      assert.equal(first.length + second.length, 1);
    });

    test('one that is killed in the middle: the other waits for the expiry, and goes on from what was written', async () => {
      await one.commit({ operations: [operation('o')] });
      const [first] = await take(one, a, 10);
      await write(one, first!, 2);
      await take(one, a, 11); // Nothing comes of this: it dies.
      assert.deepEqual(await take(other, b, 20), []);
      const [second] = await take(other, b, 21);
      assert.deepEqual(second!.operation.state, { step: 2 });
      await write(other, second!, 3);
      assert.deepEqual((await one.operation('o'))?.state, { step: 3 });
    });

    test('one that wakes up after another has the operation commits nothing, by whatever clock', async () => {
      await one.commit({ operations: [operation('o')] });
      const [paused] = await take(one, a, 10);
      const [taken] = await take(other, b, 20);
      const before = (await one.head()).through;
      await assert.rejects(write(one, paused!, 2), LeaseLost);
      assert.deepEqual(await one.renewLeases([paused!.lease], 99), []);
      await write(other, taken!, 3);
      await assert.rejects(write(one, paused!, 2), LeaseLost, 'nor once the other has written');
      assert.equal((await one.head()).through, before + 1);
      assert.equal(await one.get('/step/2'), undefined);
      assert.deepEqual((await one.operation('o'))?.state, { step: 3 });
    });

    test('a runner that took its own expired lease again has a new one, and the former is of no use', async () => {
      await one.commit({ operations: [operation('o')] });
      const [former] = await take(one, a, 10);
      const [newer] = await take(one, a, 20);
      assert.ok(newer!.lease.token > former!.lease.token);
      await assert.rejects(write(one, former!, 2), LeaseLost);
      await write(one, newer!, 3);
      await assert.rejects(write(one, newer!, 4), LeaseLost, 'a lease is for one step');
      const [next] = await take(one, a, 21);
      assert.ok(next!.lease.token > newer!.lease.token, 'also after it was written');
    });

    test('an expired lease that nobody took still commits; an operation that ended is nobody’s', async () => {
      await one.commit({ operations: [operation('o')] });
      const [late] = await take(one, a, 10);
      assert.deepEqual(await one.renewLeases([late!.lease], 15), [late!.lease]);
      assert.deepEqual(ids(await take(other, b, 19)), [], 'a renewal never shortens');
      const { lease } = late!;
      await one.commit({ lease, operations: [operation('o', { status: 'Succeeded' })] });
      await assert.rejects(write(one, late!, 2), LeaseLost);
      assert.deepEqual(await one.renewLeases([lease], 99), []);
    });

    test('a renewed lease lasts longer, and tells which of those asked for are still held', async () => {
      await one.commit({ operations: [operation('o'), operation('p')] });
      const [o, p] = await take(one, a, 10);
      await one.commit({ operations: [operation('p', { dueAt: 99 })] });
      const operationInCapitals = { ...o!.lease, operation: 'O' };
      assert.deepEqual(await one.renewLeases([operationInCapitals, p!.lease], 40), [operationInCapitals]);
      assert.deepEqual(ids(await take(other, b, 39)), []);
      assert.deepEqual(ids(await take(other, b, 40)), ['o']);
    });

    test('a runner that starts again ends the leases of its former generation at once, and no others', async () => {
      await one.commit({ operations: [operation('o'), operation('p', { dueAt: 11 })] });
      const [left] = await take(one, a, 10);
      const [theirs] = await take(other, b, 11);
      const again = await one.startRunner('a');
      assert.deepEqual(again, { name: 'a', generation: a.generation + 1 });
      const [mine, ...rest] = await take(one, again, 11);
      assert.deepEqual([mine!.operation.id, rest], ['o', []]);
      await write(one, mine!, 2);
      await write(other, theirs!, 3);
      // The former one was not dead at all.
      await assert.rejects(write(one, left!, 4), LeaseLost);
      await assert.rejects(take(one, a, 50), RunnerSuperseded);
      await assert.rejects(take(one, { name: 'never started', generation: 1 }, 50), RunnerSuperseded);
    });

    test('a lease that could be none is refused', async () => {
      for (const lease of [
        { operation: '', token: 1 },
        { operation: 'o', token: 0 },
        { operation: 'o', token: 1.5 },
      ])
        await assert.rejects(one.commit({ lease, puts: [put('/a')] }), MalformedBatch);
      await assert.rejects(one.commit({ lease: { operation: 'o', token: 1 }, puts: [put('/a')] }), LeaseLost);
      await assert.rejects(one.startRunner('\n'), MalformedBatch);
      assert.equal((await one.head()).through, 0);
    });
  });
}
