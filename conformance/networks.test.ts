/** Networks, subnets, peerings and security groups with @azure/arm-network. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { poll } from './clients.ts';
import { all, names, refused } from './expect.ts';
import { createNetwork } from './topology.ts';
import { shareWorld } from './world.ts';

const world = await shareWorld();
const { network } = world;

describe('virtual networks', () => {
  test('a network lives: create, read, list, tags, change, delete', async () => {
    const group = await world.createGroup();
    const created = (await createNetwork(world, group, '10.60')).network;
    assert.equal(created.provisioningState, 'Succeeded');
    assert.deepEqual(created.addressSpace?.addressPrefixes, ['10.60.0.0/16']);
    assert.match(created.resourceGuid ?? '', /^[0-9a-f-]{36}$/);
    assert.ok(created.etag);
    assert.equal(created.subnets?.[0]?.id, `${created.id}/subnets/endpoints`);

    assert.deepEqual(await names(network.virtualNetworks.list(group)), ['vnet']);
    assert.ok((await all(network.virtualNetworks.listAll())).some(({ id }) => id === created.id));
    const tagged = await network.virtualNetworks.updateTags(group, 'vnet', { tags: { team: 'edge' } });
    assert.deepEqual(tagged.tags, { team: 'edge' });

    const read = await network.virtualNetworks.get(group, 'vnet');
    const widened = await network.virtualNetworks.createOrUpdate(
      group,
      'vnet',
      {
        ...read,
        addressSpace: { addressPrefixes: ['10.60.0.0/16', '10.61.0.0/16'] },
        dhcpOptions: { dnsServers: ['10.60.1.4'] },
      },
      poll,
    );
    assert.deepEqual(widened.addressSpace?.addressPrefixes, ['10.60.0.0/16', '10.61.0.0/16']);
    assert.deepEqual(widened.dhcpOptions?.dnsServers, ['10.60.1.4']);
    assert.notEqual(widened.etag, created.etag);

    await network.virtualNetworks.delete(group, 'vnet', poll);
    await refused(network.virtualNetworks.get(group, 'vnet'), { status: 404, code: 'ResourceNotFound' });
  });

  const refusals: readonly [string, string[], { name: string; addressPrefix: string }[], string][] = [
    ['an address space that is no prefix', ['10.0.0.0/99'], [], 'InvalidAddressPrefixFormat'],
    ['prefixes of one network that overlap', ['10.0.0.0/16', '10.0.1.0/24'], [], 'AddressPrefixesOverlap'],
    [
      'a subnet outside of the address space',
      ['10.0.0.0/16'],
      [{ name: 'a', addressPrefix: '10.1.0.0/24' }],
      'NetcfgInvalidSubnet',
    ],
    [
      'subnets that overlap',
      ['10.0.0.0/16'],
      [
        { name: 'a', addressPrefix: '10.0.0.0/24' },
        { name: 'b', addressPrefix: '10.0.0.128/25' },
      ],
      'NetcfgSubnetRangesOverlap',
    ],
  ];
  for (const [what, addressPrefixes, subnets, code] of refusals) {
    test(`${what} is refused and nothing is created`, async () => {
      const group = await world.createGroup();
      const call = network.virtualNetworks.createOrUpdate(
        group,
        'bad',
        { location: 'westeurope', addressSpace: { addressPrefixes }, subnets },
        poll,
      );
      await refused(call, { status: 400, code });
      assert.deepEqual(await names(network.virtualNetworks.list(group)), []);
    });
  }
});

describe('subnets', () => {
  test('a subnet is added, changed, listed and deleted, and the network shows it', async () => {
    const group = await world.createGroup();
    await createNetwork(world, group, '10.62');
    const subnet = await network.subnets.createOrUpdate(
      group,
      'vnet',
      'more',
      { addressPrefix: '10.62.2.0/24' },
      poll,
    );
    assert.equal(subnet.provisioningState, 'Succeeded');
    assert.equal(subnet.privateEndpointNetworkPolicies, 'Disabled');
    assert.deepEqual(await names(network.subnets.list(group, 'vnet')), ['endpoints', 'more']);
    const changed = await network.subnets.createOrUpdate(
      group,
      'vnet',
      'more',
      { addressPrefix: '10.62.2.0/25', privateEndpointNetworkPolicies: 'Enabled' },
      poll,
    );
    assert.equal(changed.addressPrefix, '10.62.2.0/25');
    assert.equal(changed.privateEndpointNetworkPolicies, 'Enabled');
    assert.equal((await network.virtualNetworks.get(group, 'vnet')).subnets?.length, 2);
    await network.subnets.delete(group, 'vnet', 'more', poll);
    assert.deepEqual(await names(network.subnets.list(group, 'vnet')), ['endpoints']);
  });

  test('a subnet of a network that is not there is refused', async () => {
    const group = await world.createGroup();
    await refused(
      network.subnets.createOrUpdate(group, 'none', 'a', { addressPrefix: '10.0.0.0/24' }, poll),
      {
        status: 404,
        code: 'ParentResourceNotFound',
      },
    );
  });

  test('a subnet that overlaps another is NetcfgSubnetRangesOverlap', async () => {
    const group = await world.createGroup();
    await createNetwork(world, group, '10.63');
    await refused(
      network.subnets.createOrUpdate(group, 'vnet', 'twin', { addressPrefix: '10.63.1.0/25' }, poll),
      { status: 400, code: 'NetcfgSubnetRangesOverlap' },
    );
  });
});

describe('peerings', () => {
  test('two networks are Connected once each peers with the other', async () => {
    const group = await world.createGroup();
    const hub = await createNetwork(world, group, '10.64', { name: 'hub' });
    const spoke = await createNetwork(world, group, '10.65', { name: 'spoke' });
    const first = await network.virtualNetworkPeerings.createOrUpdate(
      group,
      'hub',
      'to-spoke',
      { remoteVirtualNetwork: { id: spoke.network.id! }, allowVirtualNetworkAccess: true },
      poll,
    );
    assert.equal(first.peeringState, 'Initiated');
    await network.virtualNetworkPeerings.createOrUpdate(
      group,
      'spoke',
      'to-hub',
      { remoteVirtualNetwork: { id: hub.network.id! }, allowVirtualNetworkAccess: true },
      poll,
    );
    const both = await Promise.all([
      network.virtualNetworkPeerings.get(group, 'hub', 'to-spoke'),
      network.virtualNetworkPeerings.get(group, 'spoke', 'to-hub'),
    ]);
    assert.deepEqual(
      both.map(({ peeringState }) => peeringState),
      ['Connected', 'Connected'],
    );
    assert.deepEqual(await names(network.virtualNetworkPeerings.list(group, 'hub')), ['to-spoke']);
    await network.virtualNetworkPeerings.delete(group, 'hub', 'to-spoke', poll);
    const left = await network.virtualNetworkPeerings.get(group, 'spoke', 'to-hub');
    assert.equal(left.peeringState, 'Disconnected');
  });

  test('networks whose address spaces overlap cannot be peered', async () => {
    const group = await world.createGroup();
    await createNetwork(world, group, '10.66', { name: 'one' });
    const { network: other } = await createNetwork(world, group, '10.66', { name: 'two' });
    await refused(
      network.virtualNetworkPeerings.createOrUpdate(
        group,
        'one',
        'p',
        { remoteVirtualNetwork: { id: other.id! } },
        poll,
      ),
      { status: 400, code: 'VnetAddressSpacesOverlap' },
    );
  });
});

describe('network security groups', () => {
  interface Finding {
    readonly name: string;
    readonly state: string;
    readonly suggestedPriority?: number;
    readonly blockedBy?: { readonly name: string };
  }
  /** What the product says of the two rules in this group: names, states, and the priorities that it wants. */
  const findings = async (nsg: string): Promise<string[]> => {
    const checked = await world.installation.tombolo('firewall', 'check', '--nsg', nsg);
    const [group] = checked.arcRules as readonly { readonly rules: readonly Finding[] }[];
    return group!.rules.map(
      ({ name, state, suggestedPriority, blockedBy }) =>
        `${name} ${[state, blockedBy?.name, state === 'right' ? undefined : suggestedPriority].filter(Boolean).join(' ')}`,
    );
  };

  test('R22: the two outbound rules that Arc needs are wanted with their priorities, and judged before a deny', async () => {
    const group = await world.createGroup();
    const rule = (name: string, priority: number, destinationAddressPrefix: string) => ({
      name,
      priority,
      direction: 'Outbound',
      access: 'Allow',
      protocol: 'Tcp',
      sourceAddressPrefix: 'VirtualNetwork',
      sourcePortRange: '*',
      destinationAddressPrefix,
      destinationPortRange: '443',
    });
    const empty = await network.networkSecurityGroups.createOrUpdate(
      group,
      'nsg',
      { location: 'westeurope' },
      poll,
    );
    assert.deepEqual(await findings(empty.id!), [
      'AllowAADOutboundAccess missing 150',
      'AllowAzOutboundAccess missing 151',
    ]);
    const created = await network.networkSecurityGroups.createOrUpdate(
      group,
      'nsg',
      {
        location: 'westeurope',
        securityRules: [
          rule('AllowAADOutboundAccess', 150, 'AzureActiveDirectory'),
          rule('AllowAzOutboundAccess', 151, 'AzureResourceManager'),
        ],
      },
      poll,
    );
    assert.deepEqual(
      created.securityRules?.map(({ priority }) => priority),
      [150, 151],
    );
    assert.deepEqual(await findings(created.id!), [
      'AllowAADOutboundAccess right',
      'AllowAzOutboundAccess right',
    ]);
    assert.ok((created.defaultSecurityRules ?? []).some(({ name }) => name === 'DenyAllOutBound'));

    const { name: _, ...denyInternet } = rule('DenyInternet', 4000, 'Internet');
    await network.securityRules.createOrUpdate(
      group,
      'nsg',
      'DenyInternet',
      { ...denyInternet, access: 'Deny', destinationPortRange: '*' },
      poll,
    );
    assert.deepEqual(await findings(created.id!), [
      'AllowAADOutboundAccess right',
      'AllowAzOutboundAccess right',
    ]);
    const before = { ...denyInternet, access: 'Deny', destinationPortRange: '*', priority: 140 };
    await network.securityRules.createOrUpdate(group, 'nsg', 'DenyBefore', before, poll);
    assert.deepEqual(await findings(created.id!), [
      'AllowAADOutboundAccess blocked DenyBefore 139',
      'AllowAzOutboundAccess blocked DenyBefore 138',
    ]);
    await network.securityRules.delete(group, 'nsg', 'DenyBefore', poll);
    assert.deepEqual(await names(network.securityRules.list(group, 'nsg')), [
      'AllowAADOutboundAccess',
      'AllowAzOutboundAccess',
      'DenyInternet',
    ]);
    await refused(
      network.securityRules.createOrUpdate(group, 'nsg', 'Twin', { ...denyInternet, access: 'Deny' }, poll),
      { status: 400, code: 'SecurityRuleConflict' },
    );
    await network.securityRules.delete(group, 'nsg', 'DenyInternet', poll);
    assert.equal((await network.networkSecurityGroups.get(group, 'nsg')).securityRules?.length, 2);
  });

  test('a group that a subnet uses cannot be deleted', async () => {
    const group = await world.createGroup();
    const { id } = await network.networkSecurityGroups.createOrUpdate(
      group,
      'nsg',
      { location: 'westeurope' },
      poll,
    );
    await createNetwork(world, group, '10.67');
    await network.subnets.createOrUpdate(
      group,
      'vnet',
      'guarded',
      { addressPrefix: '10.67.2.0/24', networkSecurityGroup: { id: id! } },
      poll,
    );
    await refused(network.networkSecurityGroups.delete(group, 'nsg', poll), {
      status: 400,
      code: 'InUseNetworkSecurityGroupCannotBeDeleted',
    });
    await network.subnets.createOrUpdate(group, 'vnet', 'guarded', { addressPrefix: '10.67.2.0/24' }, poll);
    await network.networkSecurityGroups.delete(group, 'nsg', poll);
    assert.deepEqual(await names(network.networkSecurityGroups.list(group)), []);
  });
});
