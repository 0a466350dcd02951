/** Machines with @azure/arm-hybridcompute 3.0.0, which reads and deletes them, and generic resources, which write them. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { poll } from './clients.ts';
import { all, names, refused } from './expect.ts';
import { createEndpoint, createNetwork, createScope, resourceId } from './topology.ts';
import { shareWorld } from './world.ts';

const world = await shareWorld();
const { machines, privateLinkScopes } = world.hybridCompute;
const apiVersion = '2022-11-10';

const idOf = (group: string, name: string) =>
  resourceId(world, group, 'Microsoft.HybridCompute/machines', name);

const put = (
  group: string,
  name: string,
  properties: Record<string, unknown> = {},
  location = 'westeurope',
) =>
  world.resources.resources
    .createOrUpdateById(
      idOf(group, name),
      apiVersion,
      { location, properties, identity: { type: 'SystemAssigned' } },
      poll,
    )
    // Until its agent comes the machine is Creating, and the client's poller would wait for it.
    .submitted();

const patch = (group: string, name: string, body: Record<string, unknown>) =>
  world.resources.resources.updateById(idOf(group, name), apiVersion, body, poll);

const scopeOf = async (group: string, name: string) =>
  (await machines.get(group, name)).properties?.privateLinkScopeResourceId;

describe('machines', () => {
  test('a machine lives: create, read, tags, list by group and by subscription, delete', async () => {
    const group = await world.createGroup();
    await put(group, 'server-1', { vmId: '7d0f1a34-6b5f-4f2d-9f0a-8a7c6b5d4e3f' });
    const machine = await machines.get(group, 'server-1');
    assert.equal(machine.location, 'westeurope');
    assert.equal(machine.properties?.vmId, '7d0f1a34-6b5f-4f2d-9f0a-8a7c6b5d4e3f');
    assert.equal(machine.properties?.provisioningState, 'Creating', 'no agent has come');
    assert.equal(machine.properties?.status, 'AwaitingConnection');
    assert.match(machine.identity?.principalId ?? '', /^[0-9a-f-]{36}$/);
    assert.equal(machine.identity?.type, 'SystemAssigned');
    assert.equal(machine.identity?.tenantId, world.tenantId);
    await patch(group, 'server-1', { tags: { Datacenter: 'home' } });
    assert.deepEqual((await machines.get(group, 'server-1')).tags, { Datacenter: 'home' });
    await put(group, 'server-2');
    assert.deepEqual(await names(machines.listByResourceGroup(group)), ['server-1', 'server-2']);
    const everywhere = (await all(machines.listBySubscription())).map(({ id }) => id);
    assert.ok(everywhere.includes(idOf(group, 'server-2')));
    await machines.delete(group, 'server-1');
    await machines.delete(group, 'server-1');
    await refused(machines.get(group, 'server-1'), { status: 404, code: 'ResourceNotFound' });
  });

  test('R2: a machine is associated, moved to another scope, and released with null', async () => {
    const group = await world.createGroup();
    const one = await createScope(world, group, 'one');
    const two = await createScope(world, group, 'two');
    await put(group, 'server', { privateLinkScopeResourceId: one.id });
    assert.equal(await scopeOf(group, 'server'), one.id);
    await patch(group, 'server', { properties: { privateLinkScopeResourceId: two.id } });
    assert.equal(await scopeOf(group, 'server'), two.id);
    await patch(group, 'server', { tags: { a: 'b' } });
    assert.equal(await scopeOf(group, 'server'), two.id, 'a patch of tags leaves the association');
    await patch(group, 'server', { properties: { privateLinkScopeResourceId: null } });
    assert.ok(!(await scopeOf(group, 'server')));
  });

  test('R2: a scope that is not there, or something that is no scope, is refused', async () => {
    const group = await world.createGroup();
    const { network } = await createNetwork(world, group, '127.99');
    await put(group, 'server');
    for (const [id, code] of [
      [`${idOf(group, 'x').replace('machines', 'privateLinkScopes')}`, 'PrivateLinkScopeNotFound'],
      [network.id, 'InvalidPrivateLinkScopeResourceId'],
      ['nonsense', 'InvalidPrivateLinkScopeResourceId'],
    ] as const) {
      await refused(patch(group, 'server', { properties: { privateLinkScopeResourceId: id } }), {
        status: 400,
        code,
      });
    }
    assert.ok(!(await scopeOf(group, 'server')));
  });

  test('R3: machine and scope are in the same region', async () => {
    const group = await world.createGroup();
    const far = await createScope(world, group, 'far', 'japaneast');
    await refused(put(group, 'server', { privateLinkScopeResourceId: far.id }), {
      status: 400,
      code: 'PrivateLinkScopeRegionMismatch',
      says: /region/,
    });
    await refused(machines.get(group, 'server'), { status: 404, code: 'ResourceNotFound' });
    await put(group, 'server', { privateLinkScopeResourceId: far.id }, 'Japan East');
    assert.equal(await scopeOf(group, 'server'), far.id);
  });

  test('the validation details of a machine are those of its scope', async () => {
    const group = await world.createGroup();
    const scope = await createScope(world, group);
    const { subnet } = await createNetwork(world, group, '127.100');
    await createEndpoint(world, group, 'pe', { scopeId: scope.id!, subnetId: subnet.id! });
    await put(group, 'server', { privateLinkScopeResourceId: scope.id });
    await put(group, 'alone');
    const details = await privateLinkScopes.getValidationDetailsForMachine(group, 'server');
    assert.equal(details.publicNetworkAccess, 'Disabled');
    assert.equal(details.connectionDetails?.length, 6);
    const byLocation = await privateLinkScopes.getValidationDetails(
      'westeurope',
      scope.properties!.privateLinkScopeId!,
    );
    assert.deepEqual(details.connectionDetails, byLocation.connectionDetails);
    await refused(privateLinkScopes.getValidationDetailsForMachine(group, 'alone'), {
      status: 404,
      code: 'NotFound',
    });
  });

  test('a scope that machines are associated with is deleted, and they can be released', async () => {
    const group = await world.createGroup();
    const scope = await createScope(world, group);
    await put(group, 'server', { privateLinkScopeResourceId: scope.id });
    await privateLinkScopes.beginDeleteAndWait(group, 'scope', poll);
    await patch(group, 'server', { properties: { privateLinkScopeResourceId: null } });
    assert.ok(!(await scopeOf(group, 'server')));
  });

  for (const name of ['x'.repeat(55), 'sla%2Fsh', 'spa ce', 'ümlaut']) {
    test(`a name that is no machine name is refused: ${name.slice(0, 10)}`, async () => {
      const group = await world.createGroup();
      const answer = await world.send({
        method: 'PUT',
        path: `${idOf(group, encodeURIComponent(name))}?api-version=${apiVersion}`,
        body: JSON.stringify({ location: 'westeurope', properties: {} }),
      });
      assert.equal(answer.status, 400, answer.text);
      assert.deepEqual(await names(machines.listByResourceGroup(group)), []);
    });
  }

  test('the network profile is read by a newer api-version', async () => {
    const group = await world.createGroup();
    await put(group, 'server');
    const answer = await world.send({
      path: `${idOf(group, 'server')}/networkProfile?api-version=2024-07-10`,
    });
    assert.equal(answer.status, 200, answer.text);
    assert.ok(Array.isArray(answer.json.networkInterfaces));
  });
});
