import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { afterEach } from 'node:test';
import { fastify } from 'fastify';
import { openMemoryStore } from '../memory/memory-store.ts';
import type { Document, JsonObject, Store } from '../port.ts';
import { followerFile } from '../sqlite/follower-file.ts';
import { scratchDirectory } from '../sqlite/scratch-directory.testkit.ts';
import { type FeedEvent, feedEventReader } from './event-stream.ts';
import { feedRoutes } from './feed-routes.ts';
import { type Applied, type Follow, follow } from './follower.ts';
import type { FollowerProgress } from './follower-progress.ts';
import type { Timers } from './timers.ts';
import { waitForFollowers } from './wait-for-followers.ts';

export const scratch = scratchDirectory();
const TYPES = ['T/a', 'T/b'];
let count = 0;
/** A name for a socket or a file that nothing else has. */
export const freshName = (prefix: string): string => scratch(`${prefix}${count++}`);
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** Timers that only tick when the test says so. */
export function manualTimers() {
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

export interface Plane {
  readonly store: Store;
  readonly socketPath: string;
  readonly timers: ReturnType<typeof manualTimers>;
  readonly progress: Map<string, FollowerProgress>;
  close(): Promise<void>;
}

export async function controlPlane(
  store: Store = openMemoryStore(),
  socketPath = scratch(`s${count++}`),
): Promise<Plane> {
  const timers = manualTimers();
  const app = fastify();
  const progress: Map<string, FollowerProgress> = new Map();
  await app.register(
    feedRoutes({
      store,
      now: () => 42,
      progress,
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
  return { store, socketPath, timers, progress, close };
}

export interface Watched {
  readonly follower: Follow;
  /** Each call of apply, as sorted ids and the kind of change. */
  readonly calls: { ids: string[]; changed: string[] | 'snapshot' }[];
  readonly logged: string[];
}

export function watch(
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
    state: followerFile(scratch(`state-${count++}.db`)),
    now: () => 1_000,
    random: () => 0,
    timers: manualTimers().timers,
    log: (event) => logged.push(event),
    apply: async (applied) => {
      const { documents, changed } = applied;
      calls.push({
        ids: [...documents()].map(({ id }) => id.toLowerCase()).sort(),
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

export const put = (id: string, type = 'T/a', body: JsonObject = {}) => ({ puts: [{ id, type, body }] });
export const converged = (store: Store, feed: number, names = ['dns']) =>
  waitForFollowers(store, feed, names, AbortSignal.timeout(60_000));

export async function call(
  socketPath: string,
  path: string,
  options: { token?: string; body?: unknown } = {},
) {
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

export async function answer(
  socketPath: string,
  path: string,
  options: { token?: string; body?: unknown } = {},
) {
  const { response } = await call(socketPath, path, options);
  let text = '';
  for await (const bytes of response) text += bytes;
  return { status: response.statusCode, body: text === '' ? undefined : JSON.parse(text) };
}

/** Reads the stream until `enough`; the raw text comes too, for comments. */
export async function read(
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

/** What a follower's file holds at this moment. */
export function keptIn(path: string): ReadonlyMap<string, Document> {
  const state = followerFile(path)(TYPES, (error) => {
    throw error;
  });
  const documents = new Map([...state.documents()].map((document) => [document.id.toLowerCase(), document]));
  state.close();
  return documents;
}
