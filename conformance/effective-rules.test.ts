/** Route tables, effective rules and effective routes with @azure/arm-network; the command line judges the same. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { poll } from './clients.ts';
import { names, refused } from './expect.ts';
import { createEndpoint, createNetwork, createScope } from './topology.ts';
import { shareWorld } from './world.ts';

const world = await shareWorld();
const { network } = world;
const location = 'westeurope';

describe('route tables', () => {
  test('a table lives: routes, tags, list, use by a subnet, deletion', async () => {
    const group = await world.createGroup();
    const created = await network.routeTables.createOrUpdate(
      group,
      'rt',
      {
        location,
        routes: [
          {
            name: 'default',
            addressPrefix: '0.0.0.0/0',
            nextHopType: 'VirtualAppliance',
            nextHopIpAddress: '10.70.9.4',
          },
        ],
      },
      poll,
    );
    assert.equal(created.provisioningState, 'Succeeded');
    assert.equal(created.routes?.[0]?.nextHopIpAddress, '10.70.9.4');
    await network.routes.createOrUpdate(
      group,
      'rt',
      'arm',
      { addressPrefix: 'AzureResourceManager', nextHopType: 'Internet' },
      poll,
    );
    assert.deepEqual(await names(network.routes.list(group, 'rt')), ['arm', 'default']);
    const tagged = await network.routeTables.updateTags(group, 'rt', { tags: { team: 'edge' } });
    assert.deepEqual(tagged.tags, { team: 'edge' });
    await createNetwork(world, group, '10.70');
    const subnet = { addressPrefix: '10.70.2.0/24' };
    await network.subnets.createOrUpdate(
      group,
      'vnet',
      'routed',
      { ...subnet, routeTable: { id: created.id! } },
      poll,
    );
    await refused(network.routeTables.delete(group, 'rt', poll), {
      status: 400,
      code: 'InUseRouteTableCannotBeDeleted',
    });
    await network.subnets.createOrUpdate(group, 'vnet', 'routed', subnet, poll);
    await network.routeTables.delete(group, 'rt', poll);
    assert.deepEqual(await names(network.routeTables.list(group)), []);
  });
});

describe('what is in effect at an endpoint’s interface', () => {
  test('groups where policies are Enabled, none where they are Disabled; routes; the same verdict by command', async () => {
    const group = await world.createGroup();
    const { subnet } = await createNetwork(world, group, '127.61');
    const scope = await createScope(world, group);
    const nsg = await network.networkSecurityGroups.createOrUpdate(
      group,
      'nsg',
      {
        location,
        securityRules: [
          {
            name: 'DenyInternet',
            priority: 140,
            direction: 'Outbound',
            access: 'Deny',
            protocol: '*',
            sourceAddressPrefix: '*',
            sourcePortRange: '*',
            destinationAddressPrefix: 'Internet',
            destinationPortRange: '*',
          },
        ],
      },
      poll,
    );
    const withPolicies = (privateEndpointNetworkPolicies: string) =>
      network.subnets.createOrUpdate(
        group,
        'vnet',
        'endpoints',
        {
          addressPrefix: '127.61.1.0/24',
          networkSecurityGroup: { id: nsg.id! },
          privateEndpointNetworkPolicies,
        },
        poll,
      );
    await withPolicies('Enabled');
    const endpoint = await createEndpoint(world, group, 'pe', { scopeId: scope.id!, subnetId: subnet.id! });
    const nicId = endpoint.networkInterfaces![0]!.id!;
    const nic = nicId.split('/').at(-1)!;

    const enabled = await network.networkInterfaces.listEffectiveNetworkSecurityGroups(group, nic, poll);
    const [applied] = enabled.value ?? [];
    assert.equal(applied?.networkSecurityGroup?.id, nsg.id);
    assert.equal(applied?.association?.subnet?.id, subnet.id);
    assert.deepEqual(applied?.effectiveSecurityRules?.map(({ name }) => name).slice(0, 2), [
      'securityRules/DenyInternet',
      'defaultSecurityRules/AllowVnetInBound',
    ]);
    const routes = await network.networkInterfaces.getEffectiveRouteTable(group, nic, poll);
    const shown = routes.value?.map(
      ({ addressPrefix, nextHopType, state }) => `${addressPrefix} ${nextHopType} ${state}`,
    );
    assert.ok(shown?.includes('127.61.0.0/16 VnetLocal Active'), shown?.join('\n'));
    assert.ok(shown?.includes('127.61.1.4/32 InterfaceEndpoint Active'));
    assert.ok(shown?.includes('0.0.0.0/0 Internet Active'));

    const flow = ['--flow', 'tcp VirtualNetwork:* -> AzureResourceManager:443'];
    const check = async (...args: readonly string[]) =>
      (await world.installation.tombolo('firewall', 'check', ...args)) as {
        allowed: boolean;
        verdict: { decidedBy?: { name: string } };
        serviceTags: string;
        notes: readonly string[];
      };
    const judged = await check('--subnet', subnet.id!, ...flow);
    assert.equal(judged.allowed, false);
    assert.equal(judged.verdict.decidedBy?.name, 'DenyInternet');
    assert.match(judged.serviceTags, /as the installation serves them/);

    await withPolicies('Disabled');
    const disabled = await network.networkInterfaces.listEffectiveNetworkSecurityGroups(group, nic, poll);
    assert.deepEqual(disabled.value, []);
    const passed = await check('--nic', nicId, ...flow);
    assert.equal(passed.allowed, true);
    assert.match(passed.notes.join(), /privateEndpointNetworkPolicies is Disabled/);
  });
});
