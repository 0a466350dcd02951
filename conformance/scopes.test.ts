/** Private link scopes and their private link resources with @azure/arm-hybridcompute 3.0.0 (api-version 2021-05-20). */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { poll } from './clients.ts';
import { all, names, refused, refusedRaw } from './expect.ts';
import { createEndpoint, createNetwork, createScope, resourceId } from './topology.ts';
import { shareWorld } from './world.ts';

const world = await shareWorld();
const { privateLinkScopes, privateLinkResources } = world.hybridCompute;

describe('private link scopes', () => {
  test('R8: a scope is created with public access Disabled unless it says otherwise', async () => {
    const group = await world.createGroup();
    const scope = await createScope(world, group);
    assert.equal(scope.properties?.publicNetworkAccess, 'Disabled');
    assert.equal(scope.properties?.provisioningState, 'Succeeded');
    assert.match(scope.properties?.privateLinkScopeId ?? '', /^[0-9a-f-]{36}$/);
    assert.equal(scope.type?.toLowerCase(), 'microsoft.hybridcompute/privatelinkscopes');
    assert.ok(scope.systemData?.createdAt instanceof Date);
  });

  test('R8, R20: public access is switched later, either way, and the scope keeps its identity', async () => {
    const group = await world.createGroup();
    const before = await createScope(world, group);
    for (const publicNetworkAccess of ['Enabled', 'Disabled', 'Enabled']) {
      const after = await privateLinkScopes.createOrUpdate(group, 'scope', {
        location: 'westeurope',
        properties: { publicNetworkAccess },
      });
      assert.equal(after.properties?.publicNetworkAccess, publicNetworkAccess);
      assert.equal(after.properties?.privateLinkScopeId, before.properties?.privateLinkScopeId);
    }
    const read = await privateLinkScopes.get(group, 'scope');
    assert.equal(read.properties?.publicNetworkAccess, 'Enabled');
  });

  test('R8: public access that is neither Enabled nor Disabled is refused', async () => {
    const group = await world.createGroup();
    const call = privateLinkScopes.createOrUpdate(group, 'scope', {
      location: 'westeurope',
      properties: { publicNetworkAccess: 'Sometimes' },
    });
    await refused(call, { status: 400, code: 'InvalidPublicNetworkAccess' });
    await refused(privateLinkScopes.get(group, 'scope'), { status: 404, code: 'ResourceNotFound' });
  });

  test('tags are patched without touching the rest', async () => {
    const group = await world.createGroup();
    await privateLinkScopes.createOrUpdate(group, 'scope', {
      location: 'westeurope',
      tags: { old: '1' },
      properties: { publicNetworkAccess: 'Enabled' },
    });
    const patched = await privateLinkScopes.updateTags(group, 'scope', { tags: { fresh: '2' } });
    assert.deepEqual(patched.tags, { fresh: '2' });
    assert.equal(patched.properties?.publicNetworkAccess, 'Enabled');
  });

  test('scopes are listed by group and by subscription', async () => {
    const [one, two] = [await world.createGroup(), await world.createGroup()];
    await createScope(world, one, 'a');
    await createScope(world, one, 'b');
    await createScope(world, two, 'c');
    assert.deepEqual(await names(privateLinkScopes.listByResourceGroup(one)), ['a', 'b']);
    const everywhere = (await all(privateLinkScopes.list())).map(({ id }) => id);
    for (const [group, name] of [
      [one, 'a'],
      [two, 'c'],
    ] as const) {
      const id = resourceId(world, group, 'Microsoft.HybridCompute/privateLinkScopes', name);
      assert.ok(everywhere.includes(id), `${id} in ${everywhere.join()}`);
    }
  });

  test('a scope is deleted, and deleting it again is no error', async () => {
    const group = await world.createGroup();
    await createScope(world, group);
    await privateLinkScopes.beginDeleteAndWait(group, 'scope', poll);
    await refused(privateLinkScopes.get(group, 'scope'), { status: 404, code: 'ResourceNotFound' });
    await privateLinkScopes.beginDeleteAndWait(group, 'scope', poll);
  });

  test('a scope cannot move to another region by an update', async () => {
    const group = await world.createGroup();
    await createScope(world, group);
    await refused(createScope(world, group, 'scope', 'japaneast'), {
      status: 409,
      code: 'InvalidResourceLocation',
    });
  });

  test('a region that is not offered is refused', async () => {
    const group = await world.createGroup();
    await refused(createScope(world, group, 'scope', 'atlantis'), {
      status: 400,
      code: 'LocationNotAvailableForResourceType',
    });
  });
});

describe('the api-versions of named clients', () => {
  for (const version of ['2021-05-20', '2022-11-10', '2022-12-27', '2024-03-31-preview', '2025-01-13']) {
    test(`${version}: one life, the same scope as another version shows it`, async () => {
      const group = await world.createGroup();
      const id = resourceId(world, group, 'Microsoft.HybridCompute/privateLinkScopes', 'scope');
      const path = `${id}?api-version=${version}`;
      assert.equal((await world.send({ path })).status, 404, 'Terraform looks first');
      const body = JSON.stringify({
        location: 'West Europe',
        tags: { a: 'b' },
        properties: { publicNetworkAccess: 'Enabled' },
      });
      const created = await world.send({ method: 'PUT', path, body });
      assert.ok([200, 201].includes(created.status), created.text);
      const echoed = await world.send({ method: 'PUT', path, body: created.text });
      assert.equal(echoed.status, 200, 'what was answered can be sent back');
      const read = await world.send({ path });
      const other = await world.send({ path: `${id}?api-version=2022-03-10` });
      assert.deepEqual(read.json, other.json);
      assert.deepEqual(read.json.tags, { a: 'b' });
      const stale = { 'if-match': String(created.headers.etag) };
      const refusal = await world.send({ method: 'PUT', path, body, headers: stale });
      refusedRaw(refusal, { status: 412, code: 'PreconditionFailed' });
      const fresh = { 'if-match': String(read.headers.etag) };
      assert.equal((await world.send({ method: 'PUT', path, body, headers: fresh })).status, 200);
      assert.ok([200, 202].includes((await world.send({ method: 'DELETE', path })).status));
    });
  }
});

describe('private link resources', () => {
  test('name the one group with its members and zones, for the region of the scope', async () => {
    const group = await world.createGroup();
    await createScope(world, group, 'scope', 'japaneast');
    const resources = await all(privateLinkResources.listByPrivateLinkScope(group, 'scope'));
    assert.deepEqual(
      resources.map(({ properties }) => properties?.groupId),
      ['hybridcompute'],
    );
    assert.deepEqual(resources[0]?.properties?.requiredMembers, [
      'HybridCompute.Global',
      'HybridCompute.Server',
      'HybridCompute.TokenService',
      'GuestConfig.GlobalService',
      'GuestConfig.AgentService.japaneast',
      'HybridCompute.K8sConfiguration',
    ]);
    assert.deepEqual(resources[0]?.properties?.requiredZoneNames, [
      'privatelink.his.arc.azure.com',
      'privatelink.Guestconfiguration.azure.com',
      'privatelink.dp.kubernetesconfiguration.azure.com',
    ]);
    const one = await privateLinkResources.get(group, 'scope', 'hybridCompute');
    assert.equal(one.properties?.groupId, 'hybridcompute', 'group ids compare without regard to case');
    await refused(privateLinkResources.get(group, 'scope', 'blob'), {
      status: 404,
      code: 'ResourceNotFound',
    });
  });
});

describe('validation details', () => {
  test('show the addresses and link identifiers of the approved endpoints, by location', async () => {
    const group = await world.createGroup();
    const scope = await createScope(world, group);
    const { subnet } = await createNetwork(world, group, '127.72');
    await createEndpoint(world, group, 'pe', { scopeId: scope.id!, subnetId: subnet.id! });
    const details = await privateLinkScopes.getValidationDetails(
      'westeurope',
      scope.properties!.privateLinkScopeId!,
    );
    assert.equal(details.publicNetworkAccess, 'Disabled');
    assert.deepEqual(
      details.connectionDetails?.map(({ memberName }) => memberName),
      [
        'HybridCompute.Global',
        'HybridCompute.Server',
        'HybridCompute.TokenService',
        'GuestConfig.GlobalService',
        'GuestConfig.AgentService.westeurope',
        'HybridCompute.K8sConfiguration',
      ],
    );
    for (const detail of details.connectionDetails ?? []) {
      assert.match(detail.privateIpAddress ?? '', /^127\.72\.1\.\d+$/);
      assert.match(detail.linkIdentifier ?? '', /^\d+$/);
      assert.equal(detail.groupId, 'hybridcompute');
    }
  });

  test('of a scope in another location, or of no scope, are not found', async () => {
    const group = await world.createGroup();
    const scope = await createScope(world, group);
    for (const [location, id] of [
      ['japaneast', scope.properties!.privateLinkScopeId!],
      ['westeurope', '00000000-0000-4000-8000-000000000001'],
    ] as const) {
      await refused(privateLinkScopes.getValidationDetails(location, id), { status: 404, code: 'NotFound' });
    }
  });
});
