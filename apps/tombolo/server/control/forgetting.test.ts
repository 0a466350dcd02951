import assert from 'node:assert/strict';
import { test } from 'node:test';
import { heartbeatKey } from '@tombolo/store/heartbeat-fact';
import { openMemoryStore } from '@tombolo/store/memory/memory-store';
import { FeedGone } from '@tombolo/store/port';
import { forgetPast } from './forgetting.ts';

const day = 86_400_000;

test('deletions go once they are applied, and activity after 90 days', async () => {
  const store = openMemoryStore({});
  let now = day;
  const write = async () => {
    const line = {
      at: now,
      correlationId: 'c',
      caller: 'me',
      action: 'write',
      resourceId: '/a',
      status: 200,
    };
    await store.commit({ puts: [{ id: '/a', type: 'T', body: {} }], audit: [line] });
  };
  const { epoch } = await store.head();
  const canFollow = (after: number) =>
    store.changes({ after, epoch, limit: 1 }).then(
      () => true,
      (error: unknown) => !(error instanceof FeedGone),
    );
  const oldest = async () => (await store.audit({ limit: 1_000 })).at(-1)?.at;
  for (let count = 0; count < 120; count += 1, now += day) {
    await write();
    await store.acknowledge({ name: 'dns', through: Math.min(count, 100), at: now, report: {} });
    await forgetPast({
      store,
      progress: new Map(),
      now: () => now,
      kept: { leastNumbers: 5, mostNumbers: 1_000 },
    });
  }
  // Of 120 numbers the follower has applied 100.
  assert.deepEqual([await canFollow(100), await canFollow(99)], [true, false]);
  const [first] = [await oldest()];
  assert.ok(
    first !== undefined && now - first >= 90 * day && now - first <= 93 * day,
    `${(now - first!) / day} days`,
  );
  await store.close();
});

test('heartbeats of machines that are gone are forgotten, however many', async () => {
  const store = openMemoryStore({});
  const ids = Array.from({ length: 1_203 }, (_, index) => `/S/machines/m${index}`);
  await store.commit({ puts: ids.slice(0, 3).map((id) => ({ id, type: 'T', body: {} })) });
  await store.recordFacts(ids.map((id) => ({ key: heartbeatKey(id), at: 1, value: {} })));
  await forgetPast({ store, progress: new Map(), now: () => day });
  const left = await store.factsUnder(heartbeatKey(''));
  assert.deepEqual(
    left.map(({ key }) => key),
    ids.slice(0, 3).map(heartbeatKey),
  );
  await store.close();
});
