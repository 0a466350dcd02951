import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { standingOf, watchTenantListeners } from './tenant-listeners.ts';

type TenantListener = Parameters<typeof standingOf>[0][number];

const open = (first: readonly TenantListener[]) => {
  let now = first;
  let ticking = () => {};
  let told = () => {};
  const logged: [string, Readonly<Record<string, unknown>>][] = [];
  let tries = 0;
  const periods: number[] = [];
  const watched = watchTenantListeners({
    standing: () => standingOf(now),
    retry: async () => {
      tries += 1;
    },
    onChange: () => told(),
    log: (...entry) => logged.push(entry),
    timers: {
      after: () => assert.fail('nothing is waited for'),
      every: (ms, call) => {
        periods.push(ms);
        ticking = call;
        return () => {
          ticking = () => {};
        };
      },
    },
  });
  return {
    watched,
    logged,
    periods,
    tries: () => tries,
    become: (next: readonly TenantListener[]) => {
      now = next;
    },
    tick: () => ticking(),
    /** Resolves with the report that `status` gets of itself, with no change of the feed. */
    changed: () =>
      new Promise((resolve) => {
        told = () => resolve(watched.report());
      }),
  };
};

const stands = (address: string): TenantListener => ({ address, state: 'listening' });
const taken = (address: string): TenantListener => ({
  address,
  state: 'unrealized',
  reason: `${address} is taken`,
  fix: 'free it',
});

describe('listeners at tenants’ addresses', () => {
  test('one that cannot stand is reported, logged once, tried again every half minute, and told of when it stands', async () => {
    const world = open([stands('127.1.0.4'), taken('127.1.0.5')]);
    const entry = { address: '127.1.0.5', reason: '127.1.0.5 is taken', fix: 'free it' };
    assert.deepEqual(world.watched.report(), { listening: ['127.1.0.4'], unrealized: [entry] });
    world.watched.report();
    assert.deepEqual(world.periods, [30_000]);
    assert.deepEqual(world.logged, [['listeners unrealized', { count: 1, listeners: [entry] }]]);
    const changed = world.changed();
    world.become([stands('127.1.0.4'), stands('127.1.0.5')]);
    world.tick();
    assert.deepEqual(await changed, { listening: ['127.1.0.4', '127.1.0.5'], unrealized: [] });
    assert.equal(world.tries(), 1);
    assert.equal(world.logged.at(-1)?.[0], 'every listener stands');
  });

  test('one that fails later is noticed without a change of the feed', async () => {
    const world = open([stands('127.1.0.4')]);
    world.watched.report();
    world.become([taken('127.1.0.4')]);
    const changed = world.changed();
    world.tick();
    assert.deepEqual(((await changed) as { listening: unknown }).listening, []);
    assert.equal(world.logged.length, 1);
  });

  test('stopped, it tries nothing any more', () => {
    const world = open([taken('127.1.0.4')]);
    world.watched.report();
    world.watched.stop();
    world.tick();
    assert.equal(world.tries(), 0);
  });

  test('where all stand, nothing is tried', () => {
    const world = open([stands('127.1.0.4')]);
    world.watched.report();
    world.tick();
    assert.equal(world.tries(), 0);
    assert.deepEqual(world.logged, []);
  });

  test('thousands make neither the acknowledgement nor the log long', () => {
    const world = open(
      Array.from({ length: 5_000 }, (_, index) => taken(`10.0.${index >> 8}.${index & 255}`)),
    );
    const report = world.watched.report();
    assert.equal((report.unrealized as unknown[]).length, 100);
    assert.equal(report.unrealizedCount, 5_000);
    const [, fields] = world.logged[0]!;
    assert.deepEqual([fields.count, (fields.listeners as unknown[]).length], [5_000, 10]);
  });

  test('of those that stand only as many are looked at as are shown', () => {
    let looked = 0;
    const listening = function* () {
      for (; looked < 50_000; looked += 1) yield `10.1.${looked >> 8}.${looked & 255}`;
    };
    const { report, stop } = watchTenantListeners({
      standing: () => ({ listening: listening(), unrealized: [] }),
      retry: async () => {},
      onChange: () => {},
      log: () => {},
    });
    assert.equal((report().listening as unknown[]).length, 1_000);
    assert.equal(looked, 1_000);
    stop();
  });
});
