/** Microsoft.Resources with @azure/arm-resources: groups, tags, generic resources, providers; subscriptions by plain REST. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { poll } from './clients.ts';
import { all, names, refused, refusedRaw } from './expect.ts';
import { createNetwork, createScope, groupId } from './topology.ts';
import { shareWorld } from './world.ts';

const world = await shareWorld();
const { resources } = world;

describe('resource groups', () => {
  test('a group is created, found, listed, changed and deleted', async () => {
    const name = 'Rg-Life';
    const created = await resources.resourceGroups.createOrUpdate(name, {
      location: 'West Europe',
      tags: { owner: 'network' },
    });
    assert.equal(created.name, name);
    assert.equal(created.location, 'westeurope');
    assert.equal(created.properties?.provisioningState, 'Succeeded');
    assert.equal(created.id, `/subscriptions/${world.subscriptionId}/resourceGroups/${name}`);
    assert.equal(created.type?.toLowerCase(), 'microsoft.resources/resourcegroups');

    assert.equal((await resources.resourceGroups.checkExistence('rg-life')).body, true);
    assert.equal((await resources.resourceGroups.get('RG-LIFE')).name, name, "ids keep the creator's case");
    assert.ok((await names(resources.resourceGroups.list())).includes(name));

    const updated = await resources.resourceGroups.update(name, { tags: { stage: 'test' } });
    assert.deepEqual(updated.tags, { stage: 'test' }, 'PATCH replaces the tags');

    await resources.resourceGroups.delete(name, poll);
    assert.equal((await resources.resourceGroups.checkExistence(name)).body, false);
    await refused(resources.resourceGroups.get(name), { status: 404, code: 'ResourceGroupNotFound' });
  });

  test('PUT again keeps the group, and its location cannot move', async () => {
    const group = await world.createGroup();
    const again = await resources.resourceGroups.createOrUpdate(group, {
      location: 'westeurope',
      tags: { a: '1' },
    });
    assert.deepEqual(again.tags, { a: '1' });
    await refused(resources.resourceGroups.createOrUpdate(group, { location: 'japaneast' }), {
      status: 409,
      code: 'InvalidResourceGroupLocation',
    });
  });

  test('a group can be listed by a tag', async () => {
    const group = await world.createGroup();
    await resources.resourceGroups.update(group, { tags: { unit: 'sea' } });
    const found = resources.resourceGroups.list({ filter: "tagName eq 'unit' and tagValue eq 'sea'" });
    assert.deepEqual(await names(found), [group]);
  });

  test('deleting a group that is not there is ResourceGroupNotFound', async () => {
    await refused(resources.resourceGroups.delete('rg-never', poll), {
      status: 404,
      code: 'ResourceGroupNotFound',
    });
  });

  test('a resource in a group that is not there is ResourceGroupNotFound', async () => {
    await refused(createScope(world, 'rg-never'), { status: 404, code: 'ResourceGroupNotFound' });
  });
});

describe('tags', () => {
  test('the tags of a scope are read, merged, replaced and deleted through the tags API', async () => {
    const group = await world.createGroup();
    const { id } = await createScope(world, group);
    const scope = id!.slice(1);
    await resources.tagsOperations.createOrUpdateAtScope(
      scope,
      { properties: { tags: { a: '1', b: '2' } } },
      poll,
    );
    await resources.tagsOperations.updateAtScope(
      scope,
      { operation: 'Merge', properties: { tags: { b: '3', c: '4' } } },
      poll,
    );
    const merged = await resources.tagsOperations.getAtScope(scope);
    assert.deepEqual(merged.properties.tags, { a: '1', b: '3', c: '4' });
    assert.deepEqual((await world.hybridCompute.privateLinkScopes.get(group, 'scope')).tags, {
      a: '1',
      b: '3',
      c: '4',
    });
    await resources.tagsOperations.updateAtScope(
      scope,
      { operation: 'Delete', properties: { tags: { a: '1' } } },
      poll,
    );
    assert.deepEqual((await resources.tagsOperations.getAtScope(scope)).properties.tags, { b: '3', c: '4' });
    await resources.tagsOperations.deleteAtScope(scope, poll);
    assert.deepEqual((await resources.tagsOperations.getAtScope(scope)).properties.tags, {});
  });
});

describe('generic resources', () => {
  test('are listed by group and by subscription, and filtered by type, name and tag', async () => {
    const group = await world.createGroup();
    await createNetwork(world, group, '127.71');
    await createScope(world, group);
    await world.hybridCompute.privateLinkScopes.updateTags(group, 'scope', { tags: { role: 'arc' } });

    assert.deepEqual(await names(resources.resources.listByResourceGroup(group)), ['scope', 'vnet']);
    const byType = resources.resources.listByResourceGroup(group, {
      filter: "resourceType eq 'Microsoft.HybridCompute/privateLinkScopes'",
    });
    assert.deepEqual(await names(byType), ['scope']);
    const byTag = resources.resources.listByResourceGroup(group, {
      filter: "tagName eq 'role' and tagValue eq 'arc'",
    });
    assert.deepEqual(await names(byTag), ['scope']);
    const everywhere = await all(
      resources.resources.list({ filter: "resourceType eq 'Microsoft.Network/virtualNetworks'" }),
    );
    assert.ok(everywhere.some((item) => item.id?.startsWith(groupId(world, group))));
    assert.ok(everywhere.every((item) => item.type === 'Microsoft.Network/virtualNetworks'));
  });

  test('are created, read, checked and deleted by id', async () => {
    const group = await world.createGroup();
    const id = `${groupId(world, group)}/providers/Microsoft.HybridCompute/privateLinkScopes/generic`;
    const created = await resources.resources.createOrUpdateById(
      id,
      '2025-01-13',
      { location: 'westeurope', properties: { publicNetworkAccess: 'Enabled' } },
      poll,
    );
    assert.equal(created.name, 'generic');
    assert.equal((created.properties as Record<string, unknown>).publicNetworkAccess, 'Enabled');
    assert.equal((await resources.resources.getById(id, '2021-05-20')).id, id);
    assert.equal((await resources.resources.checkExistenceById(id, '2025-01-13')).body, true);
    await resources.resources.deleteById(id, '2025-01-13', poll);
    assert.equal((await resources.resources.checkExistenceById(id, '2025-01-13')).body, false);
  });

  test('a filter that is no filter is refused', async () => {
    const group = await world.createGroup();
    await refused(
      all(resources.resources.listByResourceGroup(group, { filter: 'resourceType is networks' })),
      {
        status: 400,
        code: 'InvalidQueryParameter',
      },
    );
  });
});

describe('providers', () => {
  test('all namespaces are listed with their types and api-versions', async () => {
    const providers = await all(resources.providers.list());
    const hybrid = providers.find(({ namespace }) => namespace === 'Microsoft.HybridCompute');
    const scopes = hybrid?.resourceTypes?.find(({ resourceType }) => resourceType === 'privateLinkScopes');
    assert.ok(scopes?.apiVersions?.includes('2021-05-20'), 'the version of @azure/arm-hybridcompute 3.0.0');
    for (const namespace of ['Microsoft.Network', 'Microsoft.Resources', 'Microsoft.Authorization']) {
      assert.ok(
        providers.some((provider) => provider.namespace === namespace),
        namespace,
      );
    }
  });

  test('a provider is read and registered', async () => {
    assert.equal(
      (await resources.providers.register('Microsoft.HybridCompute')).registrationState,
      'Registered',
    );
    const provider = await resources.providers.get('microsoft.hybridcompute');
    assert.equal(provider.registrationState, 'Registered');
    assert.equal(provider.namespace, 'Microsoft.HybridCompute');
  });

  test('the RBAC actions of each namespace are listed', async () => {
    const actions = {
      resources: await all(resources.operations.list()),
      network: await all(world.network.operations.list()),
      hybridCompute: await all(world.hybridCompute.operations.list()),
    };
    for (const [where, action] of [
      ['resources', 'Microsoft.Resources/subscriptions/resourceGroups/write'],
      ['network', 'Microsoft.Network/privateEndpoints/write'],
      ['hybridCompute', 'Microsoft.HybridCompute/privateLinkScopes/read'],
    ] as const) {
      assert.ok(
        actions[where].some(({ name }) => name === action),
        action,
      );
    }
  });

  test('a provider that is not served is refused by name', async () => {
    await refused(resources.providers.get('Microsoft.Moon'), {
      status: 404,
      code: 'InvalidResourceNamespace',
    });
  });
});

describe('subscriptions, tenants and locations', () => {
  const versions = 'api-version=2022-12-01';

  test('the subscription is listed and read with its tenant', async () => {
    const list = await world.send({ path: `/subscriptions?${versions}` });
    assert.deepEqual(
      list.json.value?.map((item) => item.subscriptionId),
      [world.subscriptionId],
    );
    const one = await world.send({ path: `/subscriptions/${world.subscriptionId}?${versions}` });
    assert.equal(one.json.tenantId, world.tenantId);
    assert.equal(one.json.state, 'Enabled');
  });

  test('the tenant is listed', async () => {
    const { json } = await world.send({ path: `/tenants?${versions}` });
    assert.deepEqual(
      json.value?.map((item) => item.tenantId),
      [world.tenantId],
    );
  });

  test('locations have names and display names', async () => {
    const { json } = await world.send({
      path: `/subscriptions/${world.subscriptionId}/locations?${versions}`,
    });
    const japan = json.value?.find((item) => item.name === 'japaneast');
    assert.equal(japan?.displayName, 'Japan East');
  });

  test('another subscription is SubscriptionNotFound', async () => {
    const other = '00000000-0000-4000-8000-00000000000a';
    const answer = await world.send({
      path: `/subscriptions/${other}/resourceGroups?api-version=2021-04-01`,
    });
    refusedRaw(answer, { status: 404, code: 'SubscriptionNotFound' });
  });
});
