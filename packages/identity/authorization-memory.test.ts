import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ArmError, type Principal } from '@tombolo/arm';
import { openMemoryStore } from '@tombolo/store/memory/memory-store';
import type { Store } from '@tombolo/store/port';
import { watchedStore } from '@tombolo/testkit/watched-store';
import fc from 'fast-check';
import { createAuthorizationMemory } from './authorization-memory.ts';
import { createAuthorizer } from './authorizer.ts';
import { createRequireStanding } from './principal-standing.ts';
import { roleDefinitionId, roleNames } from './roles.ts';
import {
  createServicePrincipal,
  readServicePrincipal,
  servicePrincipalBody,
  servicePrincipalId,
  servicePrincipalType,
  tokenGenerationOf,
  withEnabled,
  withoutTokens,
} from './service-principals.ts';

const guid = (digit: number): string =>
  `${digit}`
    .repeat(36)
    .replace(/^(.{8}).(.{4}).(.{4}).(.{4})./, '$1-$2-$3-$4-')
    .slice(0, 36);
const made = (which: number, generation = 0) => ({
  ...createServicePrincipal({ appId: guid(which), objectId: guid(which + 3), displayName: 'p' }),
  tokenGeneration: generation,
});
const caller = (which: number, tokenGeneration: number): Principal => ({
  ...{ appId: guid(which), objectId: guid(which + 3), tenantId: guid(9), tokenGeneration },
  kind: 'ServicePrincipal',
});
const assignmentId = (which: number) => `/providers/Microsoft.Authorization/roleAssignments/${guid(which)}`;
const action = 'Microsoft.Network/virtualNetworks/write';

/** What somebody does to the store whom the memory hears nothing of. */
const deeds = ['create', 'delete', 'disable', 'enable', 'rotate', 'damage', 'assign', 'unassign'] as const;
const does = async (store: Store, deed: (typeof deeds)[number], which: number): Promise<void> => {
  const id = servicePrincipalId(guid(which));
  const document = await store.get(id);
  const held = (document && readServicePrincipal(document.body)) ?? made(which);
  const put = (body: ReturnType<typeof servicePrincipalBody>) =>
    store.commit({ puts: [{ id, type: servicePrincipalType, body }] });
  switch (deed) {
    case 'create':
      await put(servicePrincipalBody(made(which)));
      break;
    case 'delete':
      if (document) await store.commit({ deletes: [id.toUpperCase()] });
      break;
    case 'disable':
    case 'enable':
      await put(servicePrincipalBody(withEnabled(held, deed === 'enable')));
      break;
    case 'rotate':
      await put(servicePrincipalBody(withoutTokens(held)));
      break;
    case 'damage':
      await put({ appId: guid(which) });
      break;
    case 'assign': {
      const type = 'Microsoft.Authorization/roleAssignments';
      const roleDefinition = roleDefinitionId(roleNames.owner);
      const properties = { roleDefinitionId: roleDefinition, principalId: guid(which + 3), scope: '/' };
      await store.commit({ puts: [{ id: assignmentId(which), type, body: { properties } }] });
      break;
    }
    case 'unassign':
      if (await store.get(assignmentId(which))) await store.commit({ deletes: [assignmentId(which)] });
      break;
  }
};

/** As the documents say it at this moment, which are read for it alone. */
const wanted = async (store: Store, which: number, generation: number) => {
  const document = await store.get(servicePrincipalId(guid(which)));
  const principal = document && readServicePrincipal(document.body);
  return {
    stands: principal?.enabled === true && tokenGenerationOf(principal) === generation,
    allowed: (await store.get(assignmentId(which))) !== undefined,
  };
};

test('whoever writes beside it, it says at each request what the documents say', async () => {
  const step = fc.record({
    deed: fc.constantFrom(...deeds),
    which: fc.nat({ max: 2 }),
    asks: fc.boolean(),
    compacts: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 24 }), async (steps) => {
      const store = openMemoryStore();
      const memory = createAuthorizationMemory();
      const isAllowed = createAuthorizer(memory);
      const requireStanding = createRequireStanding(memory, { authorizationUri: 'https://a', now: () => 0 });
      for (const { deed, which, asks, compacts } of steps) {
        await does(store, deed, which);
        if (compacts) await store.compact({ before: (await store.head()).through + 1 });
        if (!asks) continue;
        for (const one of [0, 1, 2])
          for (const generation of [0, 1]) {
            const reading = store.reading();
            const principal = caller(one, generation);
            const [allowed, stands] = await Promise.all([
              isAllowed(principal, action, '/', reading),
              requireStanding(principal, reading).then(
                () => true,
                (error) => {
                  assert.ok(error instanceof ArmError, String(error));
                  return false;
                },
              ),
            ]);
            assert.deepEqual({ stands, allowed }, await wanted(store, one, generation));
          }
      }
    }),
    { seed: 26, numRuns: 200 },
  );
});

test('one question of a request answers both, and where nothing is new it asks for nothing else', async () => {
  const { store, take } = watchedStore(openMemoryStore());
  await does(store, 'create', 1);
  await does(store, 'assign', 1);
  const memory = createAuthorizationMemory();
  const isAllowed = createAuthorizer(memory);
  const requireStanding = createRequireStanding(memory, { authorizationUri: 'https://a', now: () => 0 });
  const ask = async () => {
    const reading = store.reading();
    take();
    const [allowed] = await Promise.all([
      isAllowed(caller(1, 0), action, '/', reading),
      requireStanding(caller(1, 0), reading),
    ]);
    assert.equal(allowed, true);
    return take();
  };
  await ask();
  const { through } = await store.head();
  const { reads, keys } = await ask();
  assert.deepEqual([reads, keys], [1, [`changes after ${through}`]]);
});

test('of more changes than one page has, the last counts as well', async () => {
  const store = openMemoryStore();
  const memory = createAuthorizationMemory();
  await memory.catchUp(store.reading());
  const put = (which: string, principalId: string) =>
    store.commit({
      puts: [
        {
          id: `/providers/Microsoft.Authorization/roleAssignments/${which}`,
          type: 'Microsoft.Authorization/roleAssignments',
          body: {
            properties: { roleDefinitionId: roleDefinitionId(roleNames.reader), principalId, scope: '/' },
          },
        },
      ],
    });
  for (let which = 0; which < 500; which += 1) await put(`${which}`, 'somebody');
  await put('last', 'p');
  await memory.catchUp(store.reading());
  assert.equal(memory.assignmentsOf('p').length, 1);
});
