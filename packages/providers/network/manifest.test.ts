import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Provider } from '@tombolo/arm';
import { projectDnsState } from '@tombolo/dns';
import { createArmWorld, subscriptionId } from '@tombolo/testkit/arm-world';
import { hybridComputeProvider } from '../hybrid-compute/manifest.ts';
import { resourcesProvider } from '../resources/manifest.ts';
import { networkProvider } from './manifest.ts';
import {
  codeOf,
  endpointBody,
  gasZone,
  group,
  hisZone,
  inGroup,
  networkBody,
  networkId,
  scopeId,
  subnetBody,
} from './network.testkit.ts';

const pe = inGroup('privateEndpoints', 'pe');
const zones = [hisZone, gasZone];

/** A group with one of each: what a quickstart makes, and a resolver that forwards. */
const createTopology = async () => {
  const world = await createArmWorld({
    providers: [resourcesProvider, networkProvider, hybridComputeProvider],
  });
  const put = async (id: string, body: object): Promise<void> => {
    const answer = await world.put(id, body as never);
    assert.ok([200, 201].includes(answer.status), `${id}: ${JSON.stringify(answer.json)}`);
    await world.settle();
  };
  const nsg = inGroup('networkSecurityGroups', 'nsg');
  const table = inGroup('routeTables', 'rt');
  const asg = inGroup('applicationSecurityGroups', 'asg');
  const spoke = inGroup('virtualNetworks', 'spoke');
  const resolver = inGroup('dnsResolvers', 'resolver');
  const ruleset = inGroup('dnsForwardingRulesets', 'rules');
  const peered = (id: string) => ({ properties: { remoteVirtualNetwork: { id } } });
  await put(group, { location: 'japaneast' });
  await put(asg, { location: 'japaneast' });
  const rule = {
    protocol: 'Tcp',
    sourcePortRange: '*',
    destinationPortRange: '443',
    sourceApplicationSecurityGroups: [{ id: asg }],
    destinationAddressPrefix: 'AzureArcInfrastructure',
    access: 'Allow',
    priority: 150,
    direction: 'Outbound',
  };
  await put(nsg, {
    location: 'japaneast',
    properties: { securityRules: [{ name: 'arc', properties: rule }] },
  });
  await put(table, { location: 'japaneast' });
  await put(`${table}/routes/default`, {
    properties: { addressPrefix: '0.0.0.0/0', nextHopType: 'Internet' },
  });
  await put(
    networkId,
    networkBody('10.0.0.0/16', [
      {
        name: 'default',
        ...subnetBody('10.0.1.0/24', { networkSecurityGroup: { id: nsg }, routeTable: { id: table } }),
      },
      { name: 'in', ...subnetBody('10.0.2.0/28') },
      { name: 'out', ...subnetBody('10.0.2.16/28') },
    ]),
  );
  await put(spoke, networkBody('10.1.0.0/16'));
  await put(`${networkId}/virtualNetworkPeerings/to-spoke`, peered(spoke));
  await put(`${spoke}/virtualNetworkPeerings/to-hub`, peered(networkId));
  await put(scopeId, { location: 'japaneast', properties: {} });
  await put(pe, endpointBody({ applicationSecurityGroups: [{ id: asg }] }));
  for (const zone of zones) {
    await put(zone, { location: 'global' });
    await put(`${zone}/virtualNetworkLinks/link`, {
      location: 'global',
      properties: { registrationEnabled: false, virtualNetwork: { id: networkId } },
    });
  }
  const configs = zones.map((privateDnsZoneId, index) => ({
    name: `z${index}`,
    properties: { privateDnsZoneId },
  }));
  await put(`${pe}/privateDnsZoneGroups/default`, { properties: { privateDnsZoneConfigs: configs } });
  await put(resolver, { location: 'japaneast', properties: { virtualNetwork: { id: networkId } } });
  await put(`${resolver}/inboundEndpoints/in`, {
    location: 'japaneast',
    properties: { ipConfigurations: [{ subnet: { id: `${networkId}/subnets/in` } }] },
  });
  await put(`${resolver}/outboundEndpoints/out`, {
    location: 'japaneast',
    properties: { subnet: { id: `${networkId}/subnets/out` } },
  });
  await put(ruleset, {
    location: 'japaneast',
    properties: { dnsResolverOutboundEndpoints: [{ id: `${resolver}/outboundEndpoints/out` }] },
  });
  await put(`${ruleset}/forwardingRules/corp`, {
    properties: { domainName: 'corp.example.', targetDnsServers: [{ ipAddress: '192.0.2.53' }] },
  });
  await put(`${ruleset}/virtualNetworkLinks/link`, { properties: { virtualNetwork: { id: networkId } } });
  return world;
};

test('what this provider stores is what the name server reads: nothing of it is left out', async () => {
  const world = await createTopology();
  const { documents } = await world.store.snapshot();
  const state = projectDnsState(documents);
  assert.deepEqual(state.problems, []);
  const view = state.networks.get(networkId.toLowerCase())!;
  assert.deepEqual([...view.zones.keys()].sort(), [
    'privatelink.guestconfiguration.azure.com',
    'privatelink.his.arc.azure.com',
  ]);
  assert.deepEqual([...view.rules.keys()], ['corp.example']);
  assert.deepEqual(
    state.inboundEndpoints.map(({ address }) => address),
    ['10.0.2.4'],
  );
});

test('a resource group whose subnet is used from outside keeps all that it has', async () => {
  const world = await createTopology();
  const other = `/subscriptions/${subscriptionId}/resourceGroups/other`;
  await world.put(other, { location: 'japaneast' });
  const outside = `${other}/providers/Microsoft.Network/privateEndpoints/pe`;
  assert.equal((await world.put(outside, endpointBody())).status, 201);
  await world.settle();
  await world.remove(group);
  await world.settle(2_000);
  assert.equal((await world.get(group)).json.properties.provisioningState, 'Succeeded');
  assert.equal((await world.get(networkId)).status, 200);
  assert.equal((await world.get(outside)).status, 200);
});

test('R15: approving a manual connection on the scope’s side writes the zone group’s records', async () => {
  const world = await createTopology();
  const second = inGroup('privateEndpoints', 'second');
  await world.remove(pe);
  await world.settle();
  await world.put(second, endpointBody({}, 'manualPrivateLinkServiceConnections'));
  const configs = [{ name: 'his', properties: { privateDnsZoneId: hisZone } }];
  await world.put(`${second}/privateDnsZoneGroups/default`, {
    properties: { privateDnsZoneConfigs: configs },
  });
  await world.settle();
  assert.equal((await world.listAll(`${hisZone}/A`)).length, 0);
  const [connection] = await world.listAll(`${scopeId}/privateEndpointConnections`);
  const approved = {
    properties: { privateLinkServiceConnectionState: { status: 'Approved', description: 'yes' } },
  };
  assert.equal((await world.put(String(connection!.id), approved)).status, 200);
  await world.settle();
  assert.equal((await world.listAll(`${hisZone}/A`)).length, 3);
  const named = async () => (await world.get(second)).json.properties.customDnsConfigs.length;
  assert.equal(await named(), 0, 'its zone group has the names');
  await world.remove(`${second}/privateDnsZoneGroups/default`);
  await world.settle();
  assert.equal(await named(), 6);
});

/** Lower first; what has no rank of its own is 50. */
const defaultRank = 50;

/** The types that are deleted by themselves, first to last; the others go with their parents. Read from the types. */
const deletionOrderOf = (provider: Provider): readonly { readonly type: string; readonly rank: number }[] =>
  provider.types
    .flatMap(({ type, put, deletionRank = defaultRank }) =>
      put === undefined || deletionRank === 'with-parent' ? [] : [{ type, rank: deletionRank }],
    )
    .sort((left, right) => left.rank - right.rank);

test('users go before what they use: endpoint, links, rulesets, resolver, networks, security groups', () => {
  const order = deletionOrderOf(networkProvider).map(({ type }) => type.slice(type.lastIndexOf('/') + 1));
  const at = (name: string): number => {
    assert.ok(order.includes(name), name);
    return order.lastIndexOf(name);
  };
  assert.equal(at('privateEndpoints'), 0);
  assert.ok(order.indexOf('virtualNetworkLinks') < at('privateDnsZones'));
  assert.ok(at('dnsForwardingRulesets') < at('outboundEndpoints'));
  assert.ok(at('inboundEndpoints') < at('dnsResolvers'));
  assert.ok(at('dnsResolvers') < at('virtualNetworks'));
  assert.ok(at('virtualNetworks') < at('networkSecurityGroups'));
  assert.ok(at('virtualNetworks') < at('routeTables'));
  assert.ok(at('privateEndpoints') < at('applicationSecurityGroups'));
});

test('every type has ascending api-versions, and every written one names its schema', () => {
  for (const type of networkProvider.types) {
    assert.deepEqual([...type.apiVersions], [...type.apiVersions].sort(), type.type);
    assert.match(type.type, /^Microsoft\.Network\//);
    if (type.put && type.type !== 'Microsoft.Network/networkInterfaces')
      assert.ok(type.properties?.shape, type.type);
  }
});

test('two dozen endpoints written at once to one subnet all get addresses of their own', async () => {
  const world = await createTopology();
  const ids = Array.from({ length: 24 }, (_, index) => inGroup('privateEndpoints', `e${index}`));
  const answers = await Promise.all(ids.map((id) => world.put(id, endpointBody())));
  assert.deepEqual(answers.map(codeOf), Array(24).fill('201'));
  const taken = await world.store.claimsUnder(`address of ${networkId.toLowerCase()}/subnets/default `);
  assert.equal(taken.length, 25 * 6);
});

test('a property nested a hundred thousand levels deep is refused, not walked', async () => {
  const world = await createTopology();
  const deep = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
  const body = networkBody('10.0.0.0/16');
  const answer = await world.put(networkId, {
    ...body,
    properties: { ...body.properties, encryption: deep },
  });
  assert.equal(codeOf(answer), '400 InvalidRequestFormat');
});
