import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { createServer } from 'node:net';
import { afterEach, describe, test } from 'node:test';
import { fastify } from 'fastify';
import { openMemoryStore } from '../memory/memory-store.ts';
import type { JsonObject, Store } from '../port.ts';
import { scratchDirectory } from '../sqlite/scratch-directory.testkit.ts';
import { type FeedEvent, feedEventReader } from './event-stream.ts';
import { feedRoutes } from './feed-routes.ts';
import { type Applied, type Follow, follow } from './follower.ts';
import type { Timers } from './timers.ts';
import { waitForFollowers } from './wait-for-followers.ts';

const scratch = scratchDirectory();
const TYPES = ['T/a', 'T/b'];
let count = 0;
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** Timers that only tick when the test says so. */
function manualTimers() {
  const ticks = new Map<() => void, number>();
  const timers: Timers = {
    after(_ms, call) {
      const timer = setTimeout(call, 1);
      return () => clearTimeout(timer);
    },
    every(ms, call) {
      ticks.set(call, ms);
      return () => void ticks.delete(call);
    },
  };
  return {
    timers,
    tick: () => [...ticks.keys()].forEach((call) => void call()),
    periods: () => [...ticks.values()],
  };
}

interface Plane {
  readonly store: Store;
  readonly socketPath: string;
  readonly timers: ReturnType<typeof manualTimers>;
  close(): Promise<void>;
}

async function controlPlane(
  store: Store = openMemoryStore(),
  socketPath = scratch(`s${count++}`),
): Promise<Plane> {
  const timers = manualTimers();
  const app = fastify();
  await app.register(
    feedRoutes({
      store,
      now: () => 42,
      timers: timers.timers,
      authorizeRole: ({ headers }) =>
        headers.authorization === 'Bearer dns-token' ? { role: 'dns', types: TYPES } : undefined,
    }),
  );
  await app.listen({ path: socketPath });
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= app.close();
    return closing;
  };
  closers.push(close);
  return { store, socketPath, timers, close };
}

interface Watched {
  readonly follower: Follow;
  /** Each call of apply, as sorted ids and the kind of change. */
  readonly calls: { ids: string[]; changed: string[] | 'snapshot' }[];
  readonly logged: string[];
}

function watch(
  socketPath: string,
  more: Partial<Parameters<typeof follow>[0]> & {
    report?: JsonObject;
    onApply?: (applied: Applied) => Promise<void>;
  } = {},
): Watched {
  const calls: Watched['calls'] = [];
  const logged: string[] = [];
  const { report = {}, onApply, ...options } = more;
  const follower = follow({
    name: 'dns',
    types: TYPES,
    socketPath,
    token: 'dns-token',
    statePath: scratch(`state-${count++}.db`),
    now: () => 1_000,
    random: () => 0,
    timers: manualTimers().timers,
    log: (event) => logged.push(event),
    apply: async (applied) => {
      const { documents, changed } = applied;
      calls.push({
        ids: [...documents.keys()].sort(),
        changed:
          changed === 'snapshot' ? changed : changed.map(({ id, document }) => (document ? id : `-${id}`)),
      });
      await onApply?.(applied);
      return report;
    },
    ...options,
  });
  closers.push(() => follower.stop());
  return { follower, calls, logged };
}

const put = (id: string, type = 'T/a', body: JsonObject = {}) => ({ puts: [{ id, type, body }] });
const converged = (store: Store, feed: number, names = ['dns']) =>
  waitForFollowers(store, feed, names, AbortSignal.timeout(10_000));

async function call(socketPath: string, path: string, options: { token?: string; body?: unknown } = {}) {
  const { token = 'dns-token', body } = options;
  const sent = request({
    socketPath,
    path,
    agent: false,
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
  });
  sent.end(body === undefined ? undefined : JSON.stringify(body));
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return { sent, response };
}

async function answer(socketPath: string, path: string, options: { token?: string; body?: unknown } = {}) {
  const { response } = await call(socketPath, path, options);
  let text = '';
  for await (const bytes of response) text += bytes;
  return { status: response.statusCode, body: text === '' ? undefined : JSON.parse(text) };
}

/** Reads the stream until `enough`; the raw text comes too, for comments. */
async function read(
  socketPath: string,
  path: string,
  enough: (events: FeedEvent[], text: string) => boolean,
) {
  const { sent, response } = await call(socketPath, path);
  const reader = feedEventReader();
  const events: FeedEvent[] = [];
  let text = '';
  for await (const bytes of response) {
    text += bytes;
    events.push(...reader(bytes));
    if (enough(events, text)) break;
  }
  sent.destroy();
  return { events, text };
}

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
        [0, 100],
        [1, 100],
        [2, 50],
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

  test('a cursor of another epoch, of the future or from before the compaction gets a fresh snapshot', async () => {
    const { store, socketPath } = await controlPlane();
    for (const id of ['/a', '/b']) await store.commit(put(id));
    await store.commit({ deletes: ['/a'] });
    await store.compact(3);
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

  test('with the control plane down it applies what is on disk, and catches up when it returns', async () => {
    const first = await controlPlane();
    const statePath = scratch('kept.db');
    await first.store.commit(put('/gone'));
    const before = watch(first.socketPath, { statePath });
    await converged(first.store, 1);
    await first.store.commit({ ...put('/a'), deletes: ['/gone'] });
    await converged(first.store, 2);
    await before.follower.stop();
    await first.close();

    let applied = () => {};
    const appliedOnce = new Promise<void>((resolve) => {
      applied = resolve;
    });
    const after = watch(first.socketPath, { statePath, onApply: async () => applied() });
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
      statePath,
      onApply: async ({ documents }) => {
        if (!documents.has('/b') || refusals >= 2) return;
        refusals++;
        assert.match(readFileSync(`${statePath}-wal`, 'latin1'), /"id":"\/b"/);
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

  test('starts from a snapshot when it follows other types than before, or its file is damaged', async () => {
    const { store, socketPath } = await controlPlane();
    const statePath = scratch('changing.db');
    await store.commit({ puts: [...put('/a').puts, ...put('/b', 'T/b').puts] });
    const one = watch(socketPath, { statePath, types: ['T/a'] });
    await converged(store, 1);
    await one.follower.stop();
    await store.commit(put('/c'));
    const two = watch(socketPath, { statePath });
    await converged(store, 2);
    assert.deepEqual(two.calls, [{ ids: ['/a', '/b', '/c'], changed: 'snapshot' }]);
    await two.follower.stop();
    writeFileSync(statePath, 'not a database at all'.repeat(1_000));
    await store.commit(put('/d'));
    const three = watch(socketPath, { statePath });
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
    const socketPath = scratch(`s${count++}`);
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

describe('waiting for followers', () => {
  test('names those that are behind when the deadline comes', async () => {
    const store = openMemoryStore();
    await store.acknowledge({ name: 'dns', through: 5, at: 1, report: {} });
    const deadline = new AbortController();
    const waiting = waitForFollowers(store, 5, ['dns', 'gateway'], deadline.signal);
    await store.acknowledge({ name: 'gateway', through: 4, at: 2, report: {} });
    deadline.abort();
    const { behind, followers } = await waiting;
    assert.deepEqual(behind, ['gateway']);
    assert.equal(followers.get('gateway')?.through, 4);
  });

  test('ends at once when all are there, and with the last acknowledgement otherwise', async () => {
    const store = openMemoryStore();
    const never = new AbortController().signal;
    const waiting = waitForFollowers(store, 1, ['dns'], never);
    await store.acknowledge({ name: 'dns', through: 1, at: 1, report: {} });
    assert.deepEqual((await waiting).behind, []);
    assert.deepEqual((await waitForFollowers(store, 1, ['dns'], never)).behind, []);
  });
});
