/** Long-running operations as the live service shows them, and pollers that go on in another process. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type NetworkManagementClient, type PrivateEndpoint, restorePoller } from '@azure/arm-network';
import { poll } from './clients.ts';
import { refused, refusedRaw } from './expect.ts';
import { createEndpoint, createNetwork, createScope, groupId } from './topology.ts';
import { type RawAnswer, shareWorld } from './world.ts';

const world = await shareWorld();

const pathOf = (address: unknown): string => {
  assert.ok(String(address).startsWith(`${world.origin}/`), String(address));
  return String(address).slice(world.origin.length);
};

/** Polls until `done`; each answer comes at once, so the loop is bounded by the operation's own deadline. */
const pollUntil = async (path: string, done: (answer: RawAnswer) => boolean): Promise<RawAnswer> => {
  for (let left = 1_000; left > 0; left -= 1) {
    const answer = await world.send({ path });
    if (done(answer)) return answer;
  }
  throw new Error(`${path} did not end`);
};

const topology = async (prefix: string) => {
  const group = await world.createGroup();
  const scope = await createScope(world, group);
  const { subnet } = await createNetwork(world, group, prefix);
  return { group, scopeId: scope.id!, subnetId: subnet.id! };
};

const endpointBody = (at: { scopeId: string; subnetId: string }) => ({
  location: 'westeurope',
  properties: {
    subnet: { id: at.subnetId },
    privateLinkServiceConnections: [
      { name: 'c', properties: { privateLinkServiceId: at.scopeId, groupIds: ['hybridcompute'] } },
    ],
  },
});

describe('creating a private endpoint', () => {
  test('is 201 Updating with an operation under the location, and Succeeded at its end', async () => {
    const at = await topology('127.121');
    const path = `${groupId(world, at.group)}/providers/Microsoft.Network/privateEndpoints/pe?api-version=2024-05-01`;
    const created = await world.send({ method: 'PUT', path, body: JSON.stringify(endpointBody(at)) });
    assert.equal(created.status, 201, created.text);
    assert.equal(created.json.properties?.provisioningState, 'Updating');
    assert.deepEqual(created.json.properties?.customDnsConfigs, []);
    assert.equal(created.headers['azure-asyncnotification'], 'Enabled');
    assert.ok(Number(created.headers['retry-after']) >= 1, '0 makes az wait for 30 s');
    const status = pathOf(created.headers['azure-asyncoperation']);
    assert.match(
      status,
      /\/providers\/Microsoft\.Network\/locations\/westeurope\/operations\/[0-9a-f-]{36}\?/,
    );
    const ended = await pollUntil(status, ({ json }) => json.status !== 'InProgress');
    assert.equal(ended.json.status, 'Succeeded', ended.text);
    const { json } = await world.send({ path });
    assert.equal(json.properties?.provisioningState, 'Succeeded');
    assert.equal((json.properties?.customDnsConfigs as unknown[] | undefined)?.length, 6);
  });

  test('goes on in a poller that was restored from its text', async () => {
    const at = await topology('127.122');
    const poller = createEndpoint(world, at.group, 'pe', at) as ReturnType<
      NetworkManagementClient['privateEndpoints']['createOrUpdate']
    >;
    const text = await poller.serialize();
    const other = world.clientsFor(world.credential).network;
    const restored = restorePoller(other, text, other.privateEndpoints.createOrUpdate, poll);
    const endpoint = (await restored) as PrivateEndpoint;
    assert.equal(endpoint.provisioningState, 'Succeeded');
    assert.equal((await poller).id, endpoint.id);
  });
});

describe('deleting a scope', () => {
  test('is 202 without a body, with both addresses, and its status has a name and times', async () => {
    const group = await world.createGroup();
    const { id } = await createScope(world, group);
    const deleted = await world.send({ method: 'DELETE', path: `${id}?api-version=2022-11-10` });
    assert.equal(deleted.status, 202);
    assert.equal(deleted.text, '');
    const status = pathOf(deleted.headers['azure-asyncoperation']);
    const result = pathOf(deleted.headers.location);
    const locations = '/providers/Microsoft\\.HybridCompute/locations/westeurope';
    assert.match(status, new RegExp(`${locations}/operationstatus/[0-9a-f-]{36}\\?`));
    assert.match(result, new RegExp(`${locations}/operationresults/[0-9a-f-]{36}\\?`));
    const ended = await pollUntil(status, ({ json }) => json.status !== 'InProgress');
    assert.equal(ended.json.status, 'Succeeded', ended.text);
    assert.match(String(ended.json.startTime), /^\d{4}-\d\d-\d\dT/);
    assert.ok(status.includes(String(ended.json.name)));
    assert.ok([200, 204].includes((await world.send({ path: result })).status));
  });

  test('of a group answers Location, 202 until it is gone', async () => {
    const { group } = await topology('127.123');
    const deleted = await world.send({
      method: 'DELETE',
      path: `${groupId(world, group)}?api-version=2022-09-01`,
    });
    assert.equal(deleted.status, 202, deleted.text);
    const ended = await pollUntil(pathOf(deleted.headers.location), ({ status }) => status !== 202);
    assert.equal(ended.status, 200, ended.text);
    await refused(world.resources.resourceGroups.get(group), { status: 404, code: 'ResourceGroupNotFound' });
  });

  test('nothing new is created in a group that is being deleted', async () => {
    const { group } = await topology('127.124');
    const deleted = await world.send({
      method: 'DELETE',
      path: `${groupId(world, group)}?api-version=2022-09-01`,
    });
    const late = await world.send({
      method: 'PUT',
      path: `${groupId(world, group)}/providers/Microsoft.HybridCompute/privateLinkScopes/late?api-version=2022-11-10`,
      body: '{"location": "westeurope"}',
    });
    assert.ok(
      ['ResourceGroupBeingDeleted', 'ResourceGroupNotFound'].includes(late.json.error?.code ?? ''),
      late.text,
    );
    await pollUntil(pathOf(deleted.headers.location), ({ status }) => status !== 202);
    assert.equal((await world.resources.resourceGroups.checkExistence(group)).body, false);
  });
});

test('an operation that is not there, or of another subscription, is not found', async () => {
  const operation = '00000000-0000-4000-8000-00000000000b';
  const at = `/subscriptions/${world.subscriptionId}/providers/Microsoft.Network/locations/westeurope/operations`;
  const answer = await world.send({ path: `${at}/${operation}?api-version=2024-05-01` });
  refusedRaw(answer, { status: 404, code: 'NotFound' });
});

test('of ten creations at once with If-None-Match one is first', async () => {
  const group = await world.createGroup();
  const results = await Promise.allSettled(
    Array.from({ length: 10 }, (_, index) =>
      world.privateDns.privateZones.createOrUpdate(
        group,
        'race.example',
        { location: 'global', tags: { writer: String(index) } },
        { ...poll, ifNoneMatch: '*' },
      ),
    ),
  );
  const [winner, ...others] = results.filter((result) => result.status === 'fulfilled');
  assert.equal(others.length, 0);
  for (const result of results) {
    if (result.status === 'rejected') assert.equal(result.reason.code, 'PreconditionFailed');
  }
  const zone = await world.privateDns.privateZones.get(group, 'race.example');
  assert.deepEqual(zone.tags, winner?.value.tags);
});
