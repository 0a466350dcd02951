import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemoryStore } from '@tombolo/store';
import { heartbeatKey } from '@tombolo/store/heartbeat-key';
import { recordStatusChanges } from './machine-status-timer.ts';

const type = 'Microsoft.HybridCompute/machines';
const idOf = (name: string): string => `/subscriptions/s/resourceGroups/g/providers/${type}/${name}`;
const minuteMs = 60_000;
const created = Date.UTC(2026, 0, 1);

const world = async (count: number) => {
  const store = openMemoryStore();
  const body = {
    location: 'japaneast',
    properties: {},
    systemData: { createdAt: new Date(created).toISOString() },
  };
  const ids = Array.from({ length: count }, (_, index) => idOf(`server-${index}`));
  await store.commit({ puts: ids.map((id) => ({ id, type, body })) });
  const beat = (at: number) =>
    store.recordFacts(ids.map((id) => ({ key: heartbeatKey(id), at, value: { status: 'Connected' } })));
  const statuses = async () =>
    new Set((await store.list({ type })).map(({ body }) => (body.properties as { status?: string }).status));
  return { store, beat, statuses };
};

test('what only the clock changes enters the feed: Disconnected after 15 minutes, Expired after 45 days', async () => {
  const { store, beat, statuses } = await world(1);
  await beat(created + minuteMs);
  assert.equal(await recordStatusChanges(store, created + 2 * minuteMs), 1);
  assert.deepEqual(await statuses(), new Set(['Connected']));
  const { through } = await store.head();
  assert.equal(await recordStatusChanges(store, created + 15 * minuteMs), 0);
  assert.equal((await store.head()).through, through);
  assert.equal(await recordStatusChanges(store, created + 16 * minuteMs), 1);
  assert.deepEqual(await statuses(), new Set(['Disconnected']));
  assert.equal(await recordStatusChanges(store, created + 45 * 24 * 60 * minuteMs + minuteMs), 1);
  assert.deepEqual(await statuses(), new Set(['Expired']));
});

test('every machine is looked at, chunk after chunk', async () => {
  const { store, beat, statuses } = await world(450);
  await beat(created);
  assert.equal(await recordStatusChanges(store, created + minuteMs), 450);
  assert.deepEqual(await statuses(), new Set(['Connected']));
});

test('a fleet that changes together is a few commits, and only who was changed meanwhile is left for the next look', async () => {
  const { store, beat } = await world(1200);
  await beat(created);
  const busy = idOf('server-1');
  let commits = 0;
  const counting: typeof store = {
    ...store,
    commit: async (batch) => {
      if (commits === 0) {
        const now = (await store.get(busy))!;
        await store.commit({ puts: [{ id: busy, type, body: { ...now.body, tags: { by: 'somebody' } } }] });
      }
      commits += 1;
      return store.commit(batch);
    },
  };
  assert.equal(await recordStatusChanges(counting, created + minuteMs), 1199);
  // Three chunks, and one once more without the machine that stood in the way.
  assert.equal(commits, 4);
  assert.equal(await recordStatusChanges(counting, created + minuteMs), 1);
  assert.equal(commits, 5);
  assert.deepEqual((await store.get(busy))!.body.tags, { by: 'somebody' });
});
