import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openMemoryStore } from '../memory/memory-store.ts';
import { answer, call, controlPlane, put, read } from './control-plane.testkit.ts';
import type { FeedEvent } from './event-stream.ts';

describe('feed routes', () => {
  const untilThrough = (events: FeedEvent[]) => events.at(-1)?.event === 'through';

  test('a follower without a cursor gets a snapshot in parts, then the number', async () => {
    const { store, socketPath } = await controlPlane();
    await store.commit({
      puts: Array.from({ length: 250 }, (_, n) => ({ id: `/${n}`, type: 'T/a', body: {} })),
    });
    const { events } = await read(socketPath, '/feed?follower=dns', untilThrough);
    const parts = events.filter((event) => event.event === 'snapshot');
    assert.deepEqual(
      parts.map(({ part, documents }) => [part, documents.length]),
      [
        [0, 200],
        [1, 50],
      ],
    );
    assert.deepEqual(events.at(-1), { event: 'through', epoch: (await store.head()).epoch, through: 1 });
  });

  test('a follower with a cursor gets what came after it, of its types only', async () => {
    const { store, socketPath } = await controlPlane();
    await store.commit(put('/old'));
    await store.commit({
      puts: [...put('/new').puts, ...put('/other', 'T/b').puts, ...put('/secret', 'T/secret').puts],
    });
    const { epoch } = await store.head();
    const { events, text } = await read(
      socketPath,
      `/feed?follower=dns-2&epoch=${epoch}&after=1&types=T/a`,
      untilThrough,
    );
    assert.deepEqual(
      events.map((event) => (event.event === 'changes' ? event.changes.map(({ id }) => id) : event.event)),
      [['/new'], 'through'],
    );
    assert.doesNotMatch(text, /secret|other/);
  });

  test('says a number only where the pages before it add up to the store at that number', async () => {
    const { store, socketPath } = await controlPlane();
    for (let n = 1; n <= 450; n++) await store.commit(put(`/${n}`));
    const { epoch } = await store.head();
    const { events } = await read(socketPath, `/feed?follower=dns&epoch=${epoch}&after=0`, untilThrough);
    assert.deepEqual(
      events.map((event) => (event.event === 'changes' ? event.changes.length : event)),
      [200, 200, 50, { event: 'through', epoch, through: 450 }],
    );
  });

  test('says while a stream is open when its follower last took something in, and how far a round is', async () => {
    const inner = openMemoryStore();
    await inner.commit({
      puts: Array.from({ length: 250 }, (_, n) => ({ id: `/${n}`, type: 'T/a', body: {} })),
    });
    const seen: unknown[] = [];
    let ended = () => {};
    const over = new Promise<void>((resolve) => {
      ended = resolve;
    });
    const plane = await controlPlane({
      ...inner,
      snapshotInParts: async (types, take) => {
        seen.push(plane.progress.get('dns'));
        const size = await inner.snapshotInParts(types, async (documents, of) => {
          const goOn = await take(documents, of);
          seen.push(plane.progress.get('dns')?.round);
          return goOn;
        });
        ended();
        return size;
      },
    });
    const { sent } = await call(plane.socketPath, '/feed?follower=dns');
    await over;
    assert.deepEqual(seen, [
      { takenAt: 42 },
      { sent: 200, of: 250, since: 42 },
      { sent: 250, of: 250, since: 42 },
    ]);
    sent.destroy();
    await plane.close();
    assert.equal(plane.progress.size, 0);
  });

  test('a cursor of another epoch, of the future or from before the compaction gets a fresh snapshot', async () => {
    const { store, socketPath } = await controlPlane();
    for (const id of ['/a', '/b']) await store.commit(put(id));
    await store.commit({ deletes: ['/a'] });
    await store.compact({ before: 3 });
    const { epoch } = await store.head();
    for (const cursor of ['epoch=other&after=2', `epoch=${epoch}&after=9`, `epoch=${epoch}&after=1`]) {
      const { events } = await read(socketPath, `/feed?follower=dns&${cursor}`, untilThrough);
      assert.deepEqual(
        events.map(({ event }) => event),
        ['snapshot', 'through'],
        cursor,
      );
    }
  });

  test('a quiet stream carries keep-alives every 15 seconds', async () => {
    const { socketPath, timers } = await controlPlane();
    const { text } = await read(socketPath, '/feed?follower=dns', (events, so) => {
      if (untilThrough(events) && !so.includes(': keep-alive')) timers.tick();
      return so.includes(': keep-alive');
    });
    assert.match(text, /\n: keep-alive\n\n$/);
    assert.ok(timers.periods().every((ms) => ms === 15_000));
  });

  test('a reader that stalls is not written to without bound, and is cut off at last', async () => {
    const { store, socketPath, timers } = await controlPlane();
    const body = { text: 'x'.repeat(100_000) };
    await store.commit({
      puts: Array.from({ length: 60 }, (_, n) => ({ id: `/${n}`, type: 'T/a', body })),
    });
    const { response } = await call(socketPath, '/feed?follower=dns');
    response.pause();
    response.on('error', () => {});
    const gone = new Promise((resolve) => response.once('close', resolve));
    // Nothing is read: each tick finds the stream stalled, and the fifth at the latest destroys it.
    while (!response.destroyed && timers.periods().length > 0) {
      timers.tick();
      await new Promise((resolve) => setImmediate(resolve));
    }
    response.resume();
    await gone;
    assert.equal(response.complete, false);
  });

  test('refuses without a role, foreign types, foreign names, bad numbers and acknowledgements of the future', async () => {
    const { store, socketPath } = await controlPlane();
    await store.commit(put('/a'));
    const status = async (path: string, options = {}) => {
      const { status, body } = await answer(socketPath, path, options);
      return [status, body?.error?.code];
    };
    assert.deepEqual(await status('/feed?follower=dns', { token: 'wrong' }), [403, 'AuthorizationFailed']);
    assert.deepEqual(await status('/feed/head', { token: 'wrong' }), [403, 'AuthorizationFailed']);
    assert.deepEqual(await status('/feed?follower=dns&types=T/a,T/secret'), [403, 'AuthorizationFailed']);
    assert.deepEqual(await status('/feed?follower=gateway'), [403, 'AuthorizationFailed']);
    assert.deepEqual(await status('/feed?follower=../etc'), [400, 'InvalidRequestContent']);
    assert.deepEqual(await status('/feed?follower=dns&epoch=x&after=-1'), [400, 'InvalidRequestContent']);
    const post = (body: unknown) => status('/feed/acknowledgements', { body });
    assert.deepEqual(await post({ follower: 'gateway', through: 1, report: {} }), [
      403,
      'AuthorizationFailed',
    ]);
    assert.deepEqual(await post({ follower: 'dns', through: 2, report: {} }), [409, 'FeedGone']);
    assert.deepEqual(await post({ follower: 'dns', through: 1, epoch: 'old', report: {} }), [
      409,
      'FeedGone',
    ]);
    assert.deepEqual(await post({ follower: 'dns', through: 1, report: [] }), [400, 'InvalidRequestContent']);
    assert.deepEqual(await post([]), [400, 'InvalidRequestContent']);
    assert.deepEqual(await store.followers(), []);
    assert.deepEqual(await post({ follower: 'dns', through: 1, report: { ok: true } }), [204, undefined]);
    assert.deepEqual(await store.followers(), [{ name: 'dns', through: 1, at: 42, report: { ok: true } }]);
    assert.deepEqual((await answer(socketPath, '/feed/head')).body, await store.head());
  });
});
