import assert from 'node:assert/strict';
import { test } from 'node:test';
import { directoryObjectKey } from '@tombolo/identity/directory-object';
import { openMemoryStore } from '@tombolo/store/memory/memory-store';
import type { ListQuery } from '@tombolo/store/port';
import { claimDirectoryObjects } from './directory-objects.ts';

const machine = (index: number) => ({
  id: `/Machines/m${String(index).padStart(5, '0')}`,
  type: 'Microsoft.HybridCompute/machines',
  body: { identity: { principalId: `principal-${index}` } },
});

test('machines that an earlier version wrote are found by their principals, and a fleet is read in pages, once', async () => {
  const store = openMemoryStore();
  for (let start = 0; start < 2_500; start += 500)
    await store.commit({ puts: Array.from({ length: 500 }, (_, index) => machine(start + index)) });
  await store.commit({
    puts: [{ ...machine(9_999), body: {} }],
    claims: [{ key: directoryObjectKey('principal-7'), value: 'other', holder: 'other' }],
  });
  const asked: ListQuery[] = [];
  const watched = {
    ...store,
    list: (query: ListQuery) => {
      asked.push(query);
      return store.list(query);
    },
  };
  await claimDirectoryObjects(watched, () => 5);
  assert.ok(asked.length > 2 && asked.every(({ limit }) => limit !== undefined && limit <= 1_000));
  const holders = async (index: number) =>
    (await store.claim(directoryObjectKey(`principal-${index}`)))?.holders;
  assert.deepEqual(await holders(0), ['/machines/m00000']);
  assert.deepEqual(await holders(2_499), ['/machines/m02499']);
  assert.deepEqual(await holders(7), ['other'], 'what is held stays');
  asked.length = 0;
  await claimDirectoryObjects(watched, () => 6);
  assert.deepEqual(asked, []);
});
