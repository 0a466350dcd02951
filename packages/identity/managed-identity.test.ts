import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { isGuid } from '@tombolo/arm/guid';
import { openMemoryStore } from '@tombolo/store/memory/memory-store';
import { createAuthorizationMemory } from './authorization-memory.ts';
import { directoryObjectClaim } from './directory-object.ts';
import { makeWorld, tenantId, verifierOf } from './identity.testkit.ts';
import { clientIdOf, createIdentityTokens } from './managed-identity.ts';
import { createRequireStanding } from './principal-standing.ts';
import { resourceManagerResource } from './tenant-directory.ts';

const origin = 'https://login.test';
const objectId = '77777777-1111-4111-8111-111111111111';
const resourceId = '/subscriptions/s/resourceGroups/rg/providers/Microsoft.HybridCompute/machines/lamp';
const world = await makeWorld();
const issue = createIdentityTokens({
  ...{ origin, tenantId, resources: [resourceManagerResource('https://arm.test:8443')] },
  signingKeys: async () => world.ring,
  now: () => world.now,
  newGuid: randomUUID,
});

test("the token of a machine's identity is a principal of its own, named by its resource", async () => {
  const token = await issue({ objectId, resourceId }, 'https://management.azure.com/');
  assert.equal(token.resource, 'https://management.azure.com/');
  assert.deepEqual(await verifierOf(world, [origin]).verify(`Bearer ${token.accessToken}`), {
    objectId,
    tenantId,
    appId: clientIdOf(objectId),
    kind: 'ServicePrincipal',
    managedIdentityOf: resourceId,
  });
  await assert.rejects(issue({ objectId, resourceId }, 'https://vault.azure.net'), /AADSTS500011/);
});

test('its client id is a GUID, the same each time, and not its object id', () => {
  assert.ok(isGuid(clientIdOf(objectId)));
  assert.equal(clientIdOf(objectId.toUpperCase()), clientIdOf(objectId));
  assert.notEqual(clientIdOf(objectId), objectId);
});

test('it stands while a resource has the identity, and not a moment longer', async () => {
  const store = openMemoryStore();
  const standing = createRequireStanding(createAuthorizationMemory(), {
    authorizationUri: origin,
    now: () => world.now,
  });
  const caller = {
    ...{ objectId, tenantId, appId: clientIdOf(objectId), managedIdentityOf: resourceId },
    kind: 'ServicePrincipal',
  } as const;
  const judge = () => standing(caller, store.reading());
  await assert.rejects(judge, { status: 401, code: 'InvalidAuthenticationToken' });
  const body = { identity: { principalId: objectId } };
  await store.commit({
    puts: [{ id: resourceId, type: 'Microsoft.HybridCompute/machines', body }],
    claims: [directoryObjectClaim(objectId, resourceId)],
  });
  await judge();
  await store.commit({ deletes: [resourceId], releases: [{ holder: resourceId.toLowerCase() }] });
  await assert.rejects(judge, { status: 401 });
});
