import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Principal } from '@tombolo/arm';
import { openMemoryStore } from '@tombolo/store/memory/memory-store';
import type { JsonObject } from '@tombolo/store/port';
import { watchedStore } from '@tombolo/testkit/watched-store';
import { createAuthorizationMemory } from './authorization-memory.ts';
import { createAuthorizer } from './authorizer.ts';
import { roleDefinitionId, roleNames } from './roles.ts';

const caller: Principal = {
  objectId: '33333333-3333-4333-8333-333333333333',
  tenantId: '22222222-2222-4222-8222-222222222222',
  kind: 'ServicePrincipal',
};
const scope = '/subscriptions/11111111-1111-4111-8111-111111111111';
const read = 'Microsoft.Network/virtualNetworks/read';

const assignment = (name: string, role: string, principalId: string = caller.objectId) => ({
  id: `${scope}/providers/Microsoft.Authorization/roleAssignments/${name}`,
  type: 'Microsoft.Authorization/roleAssignments',
  body: { properties: { roleDefinitionId: roleDefinitionId(role), principalId, scope } },
});
const custom = (name: string, actions: readonly string[]) => ({
  id: `${scope}/providers/Microsoft.Authorization/roleDefinitions/${name}`,
  type: 'Microsoft.Authorization/roleDefinitions',
  body: { properties: { permissions: [{ actions: [...actions] }] } satisfies JsonObject },
});

/** Judges in a request of its own: the verdict and the round trips that it took. */
const judging = () => {
  const { store, take } = watchedStore(openMemoryStore());
  const isAllowed = createAuthorizer(createAuthorizationMemory());
  const judge = async (action = read): Promise<readonly [boolean, number]> => {
    take();
    const verdict = await isAllowed(caller, action, scope, store.reading());
    return [verdict, take().trips];
  };
  return { store, judge, isAllowed, take };
};

test('what is assigned, changed and taken away by whomever counts for the next request, in one round trip', async () => {
  const { store, judge } = judging();
  const own = custom('66666666-6666-4666-8666-666666666666', [read]);
  assert.deepEqual(await judge(), [false, 1]);
  await store.commit({ puts: [assignment('a', roleNames.reader), { ...own, body: { properties: {} } }] });
  assert.deepEqual(await judge(), [true, 1]);
  await store.commit({ deletes: [assignment('a', '').id.toUpperCase()] });
  assert.deepEqual(await judge(), [false, 1]);
  await store.commit({
    puts: [assignment('b', own.id.split('/').at(-1)!), custom(own.id.split('/').at(-1)!, ['*/write'])],
  });
  assert.deepEqual(await judge(), [false, 1]);
  await store.commit({ puts: [own] });
  assert.deepEqual(await judge(), [true, 1]);
  await store.commit({ puts: [assignment('b', roleNames.reader, 'somebody else')] });
  assert.deepEqual(await judge(), [false, 1]);
});

test('a second question of one request costs nothing', async () => {
  const { store, isAllowed, take } = judging();
  const reading = store.reading();
  await isAllowed(caller, read, scope, reading);
  await store.commit({ puts: [assignment('a', roleNames.reader)] });
  take();
  assert.equal(await isAllowed(caller, read, scope, reading), false);
  assert.equal(take().trips, 0);
});

test('more changes than one page are all taken in', async () => {
  const { store, judge } = judging();
  await judge();
  for (let part = 0; part < 6; part += 1) {
    const others = Array.from({ length: 100 }, (_, index) =>
      assignment(`${part}-${index}`, roleNames.reader, 'another'),
    );
    await store.commit({ puts: others });
  }
  await store.commit({ puts: [assignment('a', roleNames.reader)] });
  assert.deepEqual(await judge(), [true, 2]);
});

test('what was forgotten before it was read is read from the beginning', async () => {
  const { store, judge } = judging();
  await store.commit({ puts: [assignment('a', roleNames.reader)] });
  assert.deepEqual(await judge(), [true, 1]);
  await store.commit({ deletes: [assignment('a', '').id] });
  await store.commit({ puts: [assignment('b', roleNames.reader, 'another')] });
  await store.compact({ before: (await store.head()).through + 1 });
  assert.deepEqual(await judge(), [false, 2]);
});

test('a request that was slower does not take back what a faster one knows', async () => {
  const { store, isAllowed, judge } = judging();
  await judge();
  await store.commit({ puts: [assignment('a', roleNames.reader)] });
  const gate = Promise.withResolvers<void>();
  const reading = store.reading();
  const page = Promise.withResolvers<void>();
  const slow = isAllowed(caller, read, scope, {
    ...reading,
    changes: async (query) => {
      const changes = await reading.changes(query);
      page.resolve();
      await gate.promise;
      return changes;
    },
  });
  await page.promise;
  await store.commit({ deletes: [assignment('a', '').id] });
  assert.deepEqual(await judge(), [false, 1]);
  gate.resolve();
  assert.equal(await slow, false);
});

test('a damaged assignment or role grants nothing, and takes nothing from others', async () => {
  const { store, judge } = judging();
  const damaged = assignment('a', roleNames.reader);
  const role = custom('66666666-6666-4666-8666-666666666666', ['*']);
  const { scope: _, ...unscoped } = damaged.body.properties;
  for (const properties of [{}, { ...damaged.body.properties, principalId: 7 }, unscoped]) {
    await store.commit({ puts: [{ ...damaged, body: { properties } }] });
    assert.equal((await judge())[0], false);
  }
  const permissions = [{ actions: ['*'], notActions: [7] }];
  await store.commit({
    puts: [
      assignment('b', '66666666-6666-4666-8666-666666666666'),
      { ...role, body: { properties: { permissions } } },
    ],
  });
  assert.equal((await judge())[0], false);
  await store.commit({ puts: [assignment('c', roleNames.reader)] });
  assert.equal((await judge())[0], true);
});

test('whoever has no role anywhere does not see that the tenant is there', async () => {
  const { store, isAllowed } = judging();
  const sees = () => isAllowed(caller, 'Microsoft.Resources/tenants/read', '/', store.reading());
  assert.equal(await sees(), false);
  await store.commit({ puts: [assignment('reader', roleNames.reader)] });
  assert.equal(await sees(), true);
});
