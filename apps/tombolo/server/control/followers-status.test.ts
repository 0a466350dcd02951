import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FollowersProgress } from '@tombolo/store';
import { openMemoryStore } from '@tombolo/store/memory/memory-store';
import { followersStatus } from './followers-status.ts';

const minuteMs = 60_000;

/** A store at number 4, of which dns has acknowledged 1 at time 0. */
const statusAt = async (now: number, progress: FollowersProgress = new Map()) => {
  const store = openMemoryStore();
  for (const id of ['/a', '/b', '/c', '/d']) await store.commit({ puts: [{ id, type: 'T/a', body: {} }] });
  await store.acknowledge({ name: 'dns', through: 1, at: 0, report: {} });
  const status = await followersStatus({
    store,
    followers: ['dns', 'hybrid'],
    progress,
    now: () => now,
    cutOff: () => new Map(),
  });
  return status.followers as unknown as readonly { name: string; stale: boolean; catchingUp?: object }[];
};
const stale = async (...of: Parameters<typeof statusAt>) => (await statusAt(...of)).map((each) => each.stale);

test('a follower that is behind is stale a minute after its last acknowledgement, one that never came at once', async () => {
  assert.deepEqual(await stale(minuteMs), [false, false]);
  assert.deepEqual(await stale(minuteMs + 1), [true, true]);
});

test('who takes in a long round is not stale, and says how far it is', async () => {
  const now = 10 * minuteMs;
  const round = { sent: 3, of: 4, since: now - 30_000 };
  const progress: FollowersProgress = new Map([
    ['dns', { takenAt: now - 1_000, round }],
    ['hybrid', { takenAt: now - minuteMs - 1, round }],
  ]);
  assert.deepEqual(await stale(now, progress), [false, true]);
  const [dns] = await statusAt(now, progress);
  assert.deepEqual(dns?.catchingUp, { percent: 75, secondsLeft: 10 });
});
