import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { describe, test } from 'node:test';
import { openMemoryStore } from '../memory/memory-store.ts';
import { followerFile } from '../sqlite/follower-file.ts';
import {
  controlPlane,
  converged,
  freshName,
  keptIn,
  manualTimers,
  put,
  scratch,
  watch,
} from './control-plane.testkit.ts';

describe('follower', () => {
  test('applies a snapshot, then changes, and acknowledges each with its report', async () => {
    const { store, socketPath } = await controlPlane();
    await store.commit(put('/A'));
    const { follower, calls } = watch(socketPath, { report: { unrealized: ['10.0.0.4'] } });
    await converged(store, 1);
    await store.commit({ puts: put('/b').puts, deletes: ['/a'] });
    const { behind, followers } = await converged(store, 2);
    assert.deepEqual(behind, []);
    assert.deepEqual(followers.get('dns')?.report, { unrealized: ['10.0.0.4'] });
    assert.deepEqual(calls[0], { ids: ['/a'], changed: 'snapshot' });
    assert.deepEqual(calls.at(-1), { ids: ['/b'], changed: ['-/A', '/b'] });
    assert.equal(follower.applied(), 2);
    assert.equal(follower.lastContact(), 1_000);
  });

  test('acknowledges numbers that changed nothing of its types, without applying again', async () => {
    const { store, socketPath } = await controlPlane();
    await store.commit(put('/a'));
    const { calls } = watch(socketPath);
    await converged(store, 1);
    await store.commit(put('/x', 'T/secret'));
    assert.deepEqual((await converged(store, 2)).behind, []);
    assert.equal(calls.length, 1);
  });

  test('tells a new report without a change of the feed', async () => {
    const { store, socketPath } = await controlPlane();
    await store.commit(put('/a'));
    const { follower, calls } = watch(socketPath, { report: { unrealized: ['10.0.0.4'] } });
    await converged(store, 1);
    const again = new Promise<unknown>((resolve) => {
      store.onAcknowledge(({ through, report }) => resolve({ through, report }));
    });
    follower.tell({ unrealized: [] });
    assert.deepEqual(await again, { through: 1, report: { unrealized: [] } });
    assert.equal(calls.length, 1);
  });

  test('says again in a quiet time what it has applied', async () => {
    const plane = await controlPlane();
    const { timers, tick } = manualTimers();
    await plane.store.commit({ puts: [{ id: '/a', type: 'T/a', body: {} }] });
    watch(plane.socketPath, { timers });
    await converged(plane.store, 1);
    const again = new Promise<number>((resolve) => {
      plane.store.onAcknowledge((follower) => resolve(follower.through));
    });
    tick();
    assert.equal(await again, 1);
  });

  test('with the control plane down it applies what is on disk, and catches up when it returns', async () => {
    const first = await controlPlane();
    const statePath = scratch('kept.db');
    await first.store.commit(put('/gone'));
    const before = watch(first.socketPath, { state: followerFile(statePath) });
    await converged(first.store, 1);
    await first.store.commit({ ...put('/a'), deletes: ['/gone'] });
    await converged(first.store, 2);
    await before.follower.stop();
    await first.close();

    let applied = () => {};
    const appliedOnce = new Promise<void>((resolve) => {
      applied = resolve;
    });
    const after = watch(first.socketPath, { state: followerFile(statePath), onApply: async () => applied() });
    await appliedOnce;
    assert.deepEqual(after.calls, [{ ids: ['/a'], changed: 'snapshot' }]);
    assert.equal(after.follower.lastContact(), 0);
    await first.store.commit(put('/b'));
    await controlPlane(first.store, first.socketPath);
    await converged(first.store, 3);
    assert.deepEqual(after.calls.at(-1), { ids: ['/a', '/b'], changed: ['/b'] });
    assert.equal(statSync(statePath).mode & 0o777, 0o600);
  });

  test('a new epoch replaces everything', async () => {
    const first = await controlPlane();
    await first.store.commit({ puts: [...put('/a').puts, ...put('/b').puts] });
    const { calls } = watch(first.socketPath);
    await converged(first.store, 1);
    await first.close();
    const restored = openMemoryStore();
    await restored.commit(put('/b'));
    await controlPlane(restored, first.socketPath);
    assert.deepEqual((await converged(restored, 1)).behind, []);
    assert.deepEqual(calls.at(-1), { ids: ['/b'], changed: 'snapshot' });
  });

  test('persists before it applies, and does not acknowledge what apply refused; then it applies everything', async () => {
    const { store, socketPath } = await controlPlane();
    const statePath = scratch('refused.db');
    let refusals = 0;
    const acknowledged: number[] = [];
    store.onAcknowledge(({ through }) => acknowledged.push(through));
    await store.commit(put('/a'));
    const { calls, logged } = watch(socketPath, {
      state: followerFile(statePath),
      onApply: async ({ documents }) => {
        if (![...documents()].some(({ id }) => id === '/b') || refusals >= 2) return;
        refusals++;
        assert.ok(keptIn(statePath).has('/b'));
        assert.ok(acknowledged.every((through) => through === 1));
        throw new Error('no such address');
      },
    });
    await converged(store, 1);
    await store.commit(put('/b'));
    await converged(store, 2);
    assert.deepEqual(
      calls.slice(-3).map(({ changed }) => changed),
      [['/b'], 'snapshot', 'snapshot'],
    );
    assert.deepEqual(logged.filter((event) => event === 'feed-apply-failed').length, 2);
  });

  test('a first snapshot that was refused is applied with what has changed since', async () => {
    const { store, socketPath } = await controlPlane();
    const statePath = scratch('refused-first.db');
    await store.commit(put('/a'));
    const { calls } = watch(socketPath, {
      state: followerFile(statePath),
      onApply: async () => {
        if (keptIn(statePath).has('/b')) return;
        await store.commit({ ...put('/b'), expect: [{ id: '/b', version: 'absent' }] }).catch(() => {});
        throw new Error('no such address');
      },
    });
    assert.deepEqual((await converged(store, 2)).behind, []);
    assert.deepEqual(calls.at(-1), { ids: ['/a', '/b'], changed: 'snapshot' });
  });

  test('starts from a snapshot when it follows other types than before, or its file is damaged', async () => {
    const { store, socketPath } = await controlPlane();
    const statePath = scratch('changing.db');
    await store.commit({ puts: [...put('/a').puts, ...put('/b', 'T/b').puts] });
    const one = watch(socketPath, { state: followerFile(statePath), types: ['T/a'] });
    await converged(store, 1);
    await one.follower.stop();
    await store.commit(put('/c'));
    const two = watch(socketPath, { state: followerFile(statePath) });
    await converged(store, 2);
    assert.deepEqual(two.calls, [{ ids: ['/a', '/b', '/c'], changed: 'snapshot' }]);
    await two.follower.stop();
    writeFileSync(statePath, 'not a database at all'.repeat(1_000));
    await store.commit(put('/d'));
    const three = watch(socketPath, { state: followerFile(statePath) });
    await converged(store, 3);
    assert.deepEqual(three.calls, [{ ids: ['/a', '/b', '/c', '/d'], changed: 'snapshot' }]);
    assert.ok(three.logged.includes('feed-state-damaged'));
    assert.ok(existsSync(`${statePath}.damaged`));
  });

  test('is stale after 60 seconds without contact', () => {
    let now = 1_000_000;
    const { follower } = watch(scratch('nobody-here'), { now: () => now });
    assert.equal(follower.stale(), false);
    now += 60_000;
    assert.equal(follower.stale(), false);
    now += 1;
    assert.equal(follower.stale(), true);
    assert.equal(follower.stale(120_000), false);
  });

  test('outlives a server that speaks nonsense', async () => {
    const socketPath = freshName('s');
    let attempts = 0;
    const server = createServer((socket) => {
      attempts++;
      socket.on('error', () => {}).resume();
      socket.end(
        'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\nevent: changes\ndata: {"epoch":1}\n\n',
      );
      if (attempts === 3) server.close();
    }).listen(socketPath);
    const { calls, logged } = watch(socketPath);
    await once(server, 'close');
    const { store } = await controlPlane(undefined, socketPath);
    await store.commit(put('/a'));
    await converged(store, 1);
    assert.deepEqual(calls.at(-1)?.ids, ['/a']);
    assert.ok(logged.includes('feed-lost'));
  });
});
