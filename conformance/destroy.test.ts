/** Destroying in the orders of infrastructure tools, and the orders that are refused. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { poll } from './clients.ts';
import { all, refused } from './expect.ts';
import {
  createEndpoint,
  createNetwork,
  createScope,
  createZoneGroup,
  createZones,
  linkZone,
  zoneNames,
} from './topology.ts';
import { shareWorld } from './world.ts';

const world = await shareWorld();
const { network, privateDns, hybridCompute, resources } = world;

/** The seed topology: network, scope, endpoint, zones, zone group, links. */
const seedTopology = async (prefix: string) => {
  const group = await world.createGroup();
  const [scope, { network: vnet, subnet }, zones] = await Promise.all([
    createScope(world, group),
    createNetwork(world, group, prefix),
    createZones(world, group),
  ]);
  await createEndpoint(world, group, 'pe', { scopeId: scope.id!, subnetId: subnet.id! });
  await createZoneGroup(world, group, 'pe', zones);
  await Promise.all(zoneNames.map((zone) => linkZone(world, group, zone, vnet.id!)));
  return { group, scope, vnet, subnet };
};

const left = async (group: string) =>
  (await all(resources.resources.listByResourceGroup(group))).map(({ type, name }) => `${type} ${name}`);

/** Each deletes one kind of resource of the seed topology. */
const steps = {
  zoneGroup: (group: string) => network.privateDnsZoneGroups.delete(group, 'pe', 'default', poll),
  endpoint: (group: string) => network.privateEndpoints.delete(group, 'pe', poll),
  links: (group: string) =>
    Promise.all(zoneNames.map((zone) => privateDns.virtualNetworkLinks.delete(group, zone, 'link', poll))),
  zones: (group: string) =>
    Promise.all(zoneNames.map((zone) => privateDns.privateZones.delete(group, zone, poll))),
  subnet: (group: string) => network.subnets.delete(group, 'vnet', 'endpoints', poll),
  network: (group: string) => network.virtualNetworks.delete(group, 'vnet', poll),
  scope: (group: string) => hybridCompute.privateLinkScopes.beginDeleteAndWait(group, 'scope', poll),
} satisfies Record<string, (group: string) => PromiseLike<unknown>>;

type Step = keyof typeof steps;

/** Steps in turn; those of one list at once, as Terraform walks its graph. */
const orders: readonly (readonly [string, readonly (readonly Step[])[]])[] = [
  [
    'every child by itself',
    [['zoneGroup'], ['links'], ['zones'], ['endpoint'], ['scope'], ['subnet'], ['network']],
  ],
  [
    'the endpoint takes its zone group',
    [['endpoint'], ['links'], ['zones'], ['scope'], ['subnet'], ['network']],
  ],
  [
    'links first, network before zones',
    [['links'], ['endpoint'], ['subnet'], ['network'], ['zones'], ['scope']],
  ],
  [
    'the network takes its subnet',
    [['links'], ['zoneGroup'], ['zones'], ['endpoint'], ['network'], ['scope']],
  ],
  [
    'in parallel, users before what they use',
    [['links', 'endpoint'], ['zones', 'subnet', 'scope'], ['network']],
  ],
  [
    'in parallel, networks last',
    [
      ['zoneGroup', 'links'],
      ['endpoint', 'zones'],
      ['scope', 'network'],
    ],
  ],
];

describe('destroy', () => {
  for (const [index, [what, order]] of orders.entries()) {
    test(`leaves nothing: ${what}`, async () => {
      const { group } = await seedTopology(`127.${140 + index}`);
      for (const together of order) await Promise.all(together.map((step) => steps[step](group)));
      assert.deepEqual(await left(group), []);
      await resources.resourceGroups.delete(group, poll);
      assert.equal((await resources.resourceGroups.checkExistence(group)).body, false);
    });
  }

  test('deleting the group takes everything in it, and its name and addresses are free again', async () => {
    const { group } = await seedTopology('127.105');
    await resources.resources
      .createOrUpdateById(
        `/subscriptions/${world.subscriptionId}/resourceGroups/${group}/providers/Microsoft.HybridCompute/machines/server`,
        '2022-11-10',
        { location: 'westeurope', properties: {} },
        poll,
      )
      .submitted();
    await resources.resourceGroups.delete(group, poll);
    await refused(resources.resourceGroups.get(group), { status: 404, code: 'ResourceGroupNotFound' });
    await resources.resourceGroups.createOrUpdate(group, { location: 'westeurope' });
    assert.deepEqual(await left(group), []);
    const scope = await createScope(world, group);
    const { subnet } = await createNetwork(world, group, '127.105');
    const endpoint = await createEndpoint(world, group, 'pe', { scopeId: scope.id!, subnetId: subnet.id! });
    assert.deepEqual(endpoint.customDnsConfigs?.[0]?.ipAddresses, ['127.105.1.4']);
  });

  test('what is used from another group keeps the group, whole', async () => {
    const { group, subnet } = await seedTopology('127.106');
    const other = await world.createGroup();
    const scope = await hybridCompute.privateLinkScopes.get(group, 'scope');
    await createEndpoint(world, other, 'guest', { scopeId: scope.id!, subnetId: subnet.id! });
    const before = await left(group);
    await refused(resources.resourceGroups.delete(group, poll), {
      status: 409,
      code: 'ResourceGroupDeletionBlocked',
      says: /guest/,
    });
    const after = await resources.resourceGroups.get(group);
    assert.equal(after.properties?.provisioningState, 'Succeeded', 'the group is restored');
    assert.deepEqual(await left(group), before);
    await network.privateEndpoints.delete(other, 'guest', poll);
    await resources.resourceGroups.delete(group, poll);
    assert.equal((await resources.resourceGroups.checkExistence(group)).body, false);
  });
});

describe('destroy is refused, and changes nothing', () => {
  const refusals: readonly (readonly [string, Step, number, string])[] = [
    ['a subnet in use', 'subnet', 400, 'InUseSubnetCannotBeDeleted'],
    ['a network with endpoints', 'network', 400, 'InUseSubnetCannotBeDeleted'],
    ['a zone with links', 'zones', 409, 'CannotDeleteResource'],
    ['a scope with an endpoint', 'scope', 409, 'CannotDeleteResource'],
  ];
  test('of what others use', async (t) => {
    const { group } = await seedTopology('127.107');
    const before = await left(group);
    for (const [what, step, status, code] of refusals) {
      await t.test(what, () => refused(steps[step](group), { status, code }));
    }
    assert.deepEqual(await left(group), before);
  });

  test('of a subnet that shrinks under the addresses in use', async () => {
    const { group } = await seedTopology('127.108');
    await refused(
      network.subnets.createOrUpdate(group, 'vnet', 'endpoints', { addressPrefix: '127.108.1.128/25' }, poll),
      { status: 400, code: 'InUsePrefixCannotBeDeleted' },
    );
    const { addressPrefix } = await network.subnets.get(group, 'vnet', 'endpoints');
    assert.equal(addressPrefix, '127.108.1.0/24');
  });

  test('of a network that leaves a subnet in use out of a PUT', async () => {
    const { group } = await seedTopology('127.109');
    await refused(
      network.virtualNetworks.createOrUpdate(
        group,
        'vnet',
        { location: 'westeurope', addressSpace: { addressPrefixes: ['127.109.0.0/16'] }, subnets: [] },
        poll,
      ),
      { status: 400, code: 'InUseSubnetCannotBeDeleted' },
    );
    assert.equal((await network.virtualNetworks.get(group, 'vnet')).subnets?.length, 1);
  });
});
