/** --strict: what is kinder here than in Azure is refused. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { poll } from './clients.ts';
import { refused, refusedRaw } from './expect.ts';
import {
  createEndpoint,
  createNetwork,
  createScope,
  createZoneGroup,
  createZones,
  linkZone,
  zoneNames,
} from './topology.ts';
import { openWorld } from './world.ts';

const world = await openWorld(['--strict']);

test('a network on loopback is AddressPrefixNotAllowed, any other is made', async () => {
  const group = await world.createGroup();
  await refused(createNetwork(world, group, '127.126'), {
    status: 400,
    code: 'AddressPrefixNotAllowed',
    says: /127\.126/,
  });
  const { network } = await createNetwork(world, group, '10.126');
  assert.equal(network.provisioningState, 'Succeeded');
});

test('a newer api-version is NoRegisteredProviderFound', async () => {
  const path = `/subscriptions/${world.subscriptionId}/providers/Microsoft.HybridCompute/privateLinkScopes`;
  const answer = await world.send({ path: `${path}?api-version=2031-01-01` });
  refusedRaw(answer, { status: 400, code: 'NoRegisteredProviderFound', says: /2025-01-13/ });
});

test("a scope's PATCH takes tags and nothing beside them, as its contract has it", async () => {
  const group = await world.createGroup();
  const scope = await createScope(world, group);
  const path = `${scope.id}?api-version=2025-01-13`;
  const patch = (body: object) => world.send({ method: 'PATCH', path, body: JSON.stringify(body) });
  const answer = await patch({ properties: { publicNetworkAccess: 'Enabled' } });
  refusedRaw(answer, { status: 400, code: 'InvalidRequestContent', says: /only 'tags'/ });
  const tagged = await patch({ tags: { sea: 'north' } });
  assert.deepEqual([tagged.status, tagged.json.tags], [200, { sea: 'north' }]);
});

test('a body that begins with a byte order mark is InvalidRequestContent', async () => {
  const path = `/subscriptions/${world.subscriptionId}/resourceGroups/marked?api-version=2021-04-01`;
  const put = (body: string) => world.send({ method: 'PUT', path, body });
  const body = JSON.stringify({ location: 'westeurope' });
  refusedRaw(await put(`\ufeff${body}`), {
    status: 400,
    code: 'InvalidRequestContent',
    says: /byte order mark/,
  });
  assert.equal((await put(body)).status, 201);
});

test("what Azure takes is taken: an endpoint goes before the links, a second group over the first's records", async () => {
  const group = await world.createGroup();
  const scope = await createScope(world, group);
  const { network, subnet } = await createNetwork(world, group, '10.127');
  const zones = await createZones(world, group);
  for (const zone of zoneNames) await linkZone(world, group, zone, network.id!);
  const at = { scopeId: scope.id!, subnetId: subnet.id! };
  await createEndpoint(world, group, 'one', at);
  await createZoneGroup(world, group, 'one', zones);
  await createEndpoint(world, group, 'two', at);
  await createZoneGroup(world, group, 'two', zones);
  await world.network.privateEndpoints.delete(group, 'one', poll);
  await world.network.privateEndpoints.delete(group, 'two', poll);
});
