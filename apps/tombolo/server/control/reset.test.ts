import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemoryStore } from '@tombolo/store/memory/memory-store';
import type { Store } from '@tombolo/store/port';
import { resetResources } from './reset.ts';

const subscription = '/subscriptions/11111111-1111-4111-8111-111111111111';
const group = `${subscription}/resourceGroups/rg`;
const machine = (index: number) =>
  `${group}/providers/Microsoft.HybridCompute/machines/m${String(index).padStart(5, '0')}`;
const staying = [
  { id: '/Tombolo/servicePrincipals/operator', type: 'Tombolo/servicePrincipals', body: {} },
  { id: subscription, type: 'Microsoft.Resources/subscriptions', body: {} },
];

/** With so many machines, each with a claim of its own. */
const filled = async (machines: number): Promise<Store> => {
  const store = openMemoryStore();
  await store.commit({
    puts: [...staying, { id: group, type: 'Microsoft.Resources/resourceGroups', body: {} }],
  });
  for (let from = 0; from < machines; from += 5_000) {
    const ids = Array.from({ length: Math.min(5_000, machines - from) }, (_, index) => machine(from + index));
    await store.commit({
      puts: ids.map((id) => ({ id, type: 'Microsoft.HybridCompute/machines', body: {} })),
      claims: ids.map((id) => ({ key: `of ${id}`, value: 'v', holder: id })),
    });
  }
  return store;
};

const isReset = async (store: Store): Promise<void> => {
  assert.deepEqual(
    (await store.list({})).map(({ id }) => id),
    [subscription, '/Tombolo/servicePrincipals/operator'],
  );
  assert.deepEqual(await store.claimsUnder(''), []);
};

test('a reset of more than a batch takes goes in bounded batches', async () => {
  const inner = await filled(10_500);
  const weights: number[] = [];
  const store: Store = {
    ...inner,
    commit: (batch) => {
      weights.push((batch.deletes?.length ?? 0) + (batch.releases?.length ?? 0));
      return inner.commit(batch);
    },
  };
  const outcome = await resetResources(store);
  assert.deepEqual(outcome, { deleted: 10_501, feed: (await inner.head()).through });
  await isReset(inner);
  assert.ok(Math.max(...weights) <= 2_000, String(Math.max(...weights)));
});

test('a reset that was cut off is finished by the next', async () => {
  const inner = await filled(2_500);
  let left = 1;
  const failing: Store = {
    ...inner,
    commit: async (batch) => {
      if (left-- === 0) throw new Error('the disk is full');
      return inner.commit(batch);
    },
  };
  await assert.rejects(resetResources(failing), /the disk is full/);
  const remaining = await inner.list({ under: subscription });
  assert.ok(remaining.length > 0 && remaining.length < 2_501);
  assert.equal((await resetResources(inner)).deleted, remaining.length);
  await isReset(inner);
});
