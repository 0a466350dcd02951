/** Situations that people reported in public, each told by its source: Azure's answer there is the answer here. */

import assert from 'node:assert/strict';
import { Resolver } from 'node:dns/promises';
import { describe, test } from 'node:test';
import { refusedRaw } from './expect.ts';
import { made, openRawNetwork } from './raw-network.ts';
import { resourceId } from './topology.ts';
import { shareWorld } from './world.ts';

const world = await shareWorld();
const { send } = world;
const location = 'westeurope';
const { group, network, put, putNetwork, putDns, putResolver } = await openRawNetwork(world);

const hub = network('virtualNetworks', 'hub');
const subnet = (name: string) => ({ id: `${hub}/subnets/${name}` });
const delegations = [{ name: 'd', properties: { serviceName: 'Microsoft.Network/dnsResolvers' } }];
const hubBody = (...subnets: (readonly [name: string, addressPrefix: string, more?: object])[]) => ({
  location,
  properties: {
    addressSpace: { addressPrefixes: ['127.150.0.0/16'] },
    subnets: subnets.map(([name, addressPrefix, more]) => ({ name, properties: { addressPrefix, ...more } })),
  },
});
const subnets = [
  ['pe', '127.150.1.0/24'],
  ['in', '127.150.2.0/28', { delegations }],
  ['in-2', '127.150.3.0/28', { delegations }],
  ['out', '127.150.4.0/28', { delegations }],
  ['wide', '127.150.8.0/23', { delegations }],
] as const;
await made(putNetwork(hub, hubBody(...subnets)));

const resolver = network('dnsResolvers', 'resolver');
const inbound = (name: string) => ({
  location,
  properties: { ipConfigurations: [{ subnet: subnet(name) }] },
});
await made(putResolver(resolver, { location, properties: { virtualNetwork: { id: hub } } }));
await made(putResolver(`${resolver}/inboundEndpoints/in`, inbound('in')));
await made(
  putResolver(`${resolver}/outboundEndpoints/out`, { location, properties: { subnet: subnet('out') } }),
);
const ruleset = network('dnsForwardingRulesets', 'ruleset');
await made(
  putResolver(ruleset, {
    location,
    properties: { dnsResolverOutboundEndpoints: [{ id: `${resolver}/outboundEndpoints/out` }] },
  }),
);
const rule = (domainName: string) => ({
  properties: { domainName, targetDnsServers: [{ ipAddress: '127.150.9.9', port: 53 }] },
});

const zone = network('privateDnsZones', 'corp.example');
const createZone = async (name: string) => {
  const id = network('privateDnsZones', name);
  await made(putDns(id, { location: 'global' }));
  return id;
};
const link = (properties: object = {}, more: object = {}) => ({
  location: 'global',
  ...more,
  properties: { registrationEnabled: false, virtualNetwork: { id: hub }, ...properties },
});
const tags = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`t${index}`, 'x']));
await createZone('corp.example');
await made(putDns(`${zone}/virtualNetworkLinks/hub`, link()));

describe('record sets', () => {
  const put = (id: string, properties: object) => putDns(`${zone}/${id}`, { properties });
  const address = { ipv4Address: '10.1.0.1' };

  test('Azure/azure-rest-api-specs#13011: a record set has no TTL of its own accord', async () => {
    refusedRaw(await put('TXT/_acme-challenge', { txtRecords: [{ value: ['token'] }] }), {
      status: 400,
      code: 'BadRequest',
    });
  });

  test('hashicorp/terraform-provider-azurerm#23917: a TTL may be 0', async () => {
    const { properties } = await made(put('CNAME/now', { ttl: 0, cnameRecord: { cname: 'a.example' } }));
    assert.equal(properties?.ttl, 0);
  });

  test('Azure/azure-cli#17392: one address twice in a set is refused', async () => {
    refusedRaw(await put('A/twice', { ttl: 60, aRecords: [address, address] }), {
      status: 400,
      code: 'BadRequest',
    });
  });

  test('Azure/azure-cli#15012: the serial of a private zone is not the client’s to set', async () => {
    const soaRecord = { email: 'admin.example', serialNumber: 2_014_010_800, refreshTime: 900 };
    const { properties } = await made(put('SOA/@', { ttl: 3600, soaRecord }));
    const { serialNumber, refreshTime, host } = properties!.soaRecord as Record<string, unknown>;
    assert.deepEqual([serialNumber, refreshTime, host], [2, 900, 'azureprivatedns.net']);
  });

  test('MicrosoftDocs/azure-docs#23884: a private zone takes no NS records', async () => {
    refusedRaw(await put('NS/child', { ttl: 60, nsRecords: [{ nsdname: 'ns.example' }] }), {
      status: 404,
      code: 'InvalidResourceType',
    });
  });
});

describe('zones and their links', () => {
  test('Azure/bicep-registry-modules#1541: a zone takes 15 tags, and no 16th', async () => {
    const tagged = network('privateDnsZones', 'tagged.example');
    refusedRaw(await putDns(tagged, { location: 'global', tags: tags(16) }), {
      status: 400,
      code: 'BadRequest',
      says: /resource tags are invalid/,
    });
    await made(putDns(tagged, { location: 'global', tags: tags(15) }));
  });

  test('hashicorp/terraform-provider-azurerm#11032: nor does a link', async () => {
    refusedRaw(await putDns(`${zone}/virtualNetworkLinks/hub`, link({}, { tags: tags(16) })), {
      status: 400,
      code: 'BadRequest',
    });
  });

  test('Azure/terraform-provider-azapi#649: registrationEnabled at the wrong place is none', async () => {
    const other = await createZone('misplaced.example');
    refusedRaw(
      await putDns(
        `${other}/virtualNetworkLinks/hub`,
        link({ registrationEnabled: undefined, virtualNetwork: { id: hub, registrationEnabled: false } }),
      ),
      {
        status: 400,
        code: 'BadRequest',
        says: /virtual network link registration setting is invalid/,
      },
    );
  });

  test('Azure/azure-cli#23351: a link to a network that is not there', async () => {
    const virtualNetwork = { id: `${hub}-gone` };
    refusedRaw(await putDns(`${zone}/virtualNetworkLinks/gone`, link({ virtualNetwork })), {
      status: 400,
      code: 'BadRequest',
      says: /Virtual network resource not found for/,
    });
  });

  test('Azure/terraform-azurerm-caf-enterprise-scale#157: a network registers in one zone', async () => {
    const [first, second] = [await createZone('first.example'), await createZone('second.example')];
    const registering = link({ registrationEnabled: true });
    await made(putDns(`${first}/virtualNetworkLinks/hub`, registering));
    refusedRaw(await putDns(`${second}/virtualNetworkLinks/hub`, registering), {
      status: 409,
      code: 'Conflict',
    });
  });

  test('MicrosoftDocs/azure-aks-docs#212: a second link of a network to one name', async () => {
    refusedRaw(await putDns(`${zone}/virtualNetworkLinks/again`, link()), {
      status: 400,
      code: 'BadRequest',
    });
  });

  test('learntocloud/networking-lab#8: a zone stays while it is linked', async () => {
    refusedRaw(await send({ method: 'DELETE', path: `${zone}?api-version=2024-06-01` }), {
      status: 409,
      code: 'CannotDeleteResource',
      says: /nested resources/,
    });
  });
});

describe('resolvers', () => {
  test('Azure/azure-rest-api-specs#21744: an endpoint wants a /28 to /24, and leaves nothing behind without', async () => {
    const id = `${resolver}/inboundEndpoints/wide`;
    refusedRaw(await putResolver(id, inbound('wide')), { status: 400, code: 'BadRequest' });
    assert.equal((await send({ path: `${id}?api-version=2022-07-01` })).status, 404);
  });

  test('hashicorp/terraform-provider-azurerm#27033: an endpoint does not move to another subnet', async () => {
    refusedRaw(await putResolver(`${resolver}/inboundEndpoints/in`, inbound('in-2')), {
      status: 400,
      code: 'BadRequest',
    });
  });

  test('MicrosoftDocs/azure-docs#107008: a template’s second run has to name the delegation', async () => {
    const plain = subnets.map(([name, prefix]) => [name, prefix] as const);
    refusedRaw(await putNetwork(hub, hubBody(...plain)), {
      status: 400,
      code: 'SubnetMissingRequiredDelegation',
    });
    await made(putNetwork(hub, hubBody(...subnets)));
  });

  test('MicrosoftDocs/azure-docs#94326: a ruleset has one rule for a domain', async () => {
    await made(putResolver(`${ruleset}/forwardingRules/first`, rule('onprem.example.')));
    refusedRaw(await putResolver(`${ruleset}/forwardingRules/second`, rule('onprem.example.')), {
      status: 400,
      code: 'BadRequest',
    });
  });

  test('MicrosoftDocs/azure-docs#109292: a linked zone goes before a rule, for names that it lacks too', async () => {
    const virtualNetwork = { id: hub };
    await made(putResolver(`${ruleset}/virtualNetworkLinks/hub`, { properties: { virtualNetwork } }));
    await made(putResolver(`${ruleset}/forwardingRules/corp`, rule('corp.example.')));
    const one = { ttl: 60, aRecords: [{ ipv4Address: '10.1.0.9' }] };
    await made(putDns(`${zone}/A/one`, { properties: one }));
    await world.settled();
    const client = new Resolver({ timeout: 10_000, tries: 3 });
    client.setServers([`127.150.2.4:${world.installation.ready.dns.split(':').at(-1)}`]);
    assert.deepEqual(await client.resolve4('one.corp.example'), ['10.1.0.9']);
    await assert.rejects(client.resolve4('two.corp.example'), { code: 'ENOTFOUND' });
  });
});

describe('documents that are put', () => {
  const scope = resourceId(world, group, 'Microsoft.HybridCompute', 'privateLinkScopes', 'scope');
  const endpoint = network('privateEndpoints', 'pe');
  const zones = `${endpoint}/privateDnsZoneGroups/default`;
  const configs = (...given: (readonly [name: string, privateDnsZoneId: string])[]) => ({
    properties: {
      privateDnsZoneConfigs: given.map(([name, privateDnsZoneId]) => ({
        name,
        properties: { privateDnsZoneId },
      })),
    },
  });
  const connection = { privateLinkServiceId: scope, groupIds: ['hybridcompute'] };
  const privateLinkServiceConnections = [{ name: 'c', properties: connection }];
  const ready = (async () => {
    await made(put(scope, '2024-07-10', { location, properties: {} }));
    const properties = { subnet: subnet('pe'), privateLinkServiceConnections };
    await made(putNetwork(endpoint, { location, properties }));
  })();

  test('Azure/bicep#13267: a network that leaves out a subnet with an endpoint in it', async () => {
    await ready;
    refusedRaw(await putNetwork(hub, hubBody(...subnets.slice(1))), {
      status: 400,
      code: 'InUseSubnetCannotBeDeleted',
      says: /Subnet pe is in use/,
    });
  });

  test('Azure/bicep-types-az#1687: a network that says nothing of subnets keeps them', async () => {
    const { addressSpace } = hubBody().properties;
    const { properties } = await made(putNetwork(hub, { location, properties: { addressSpace } }));
    assert.equal((properties!.subnets as object[]).length, subnets.length);
  });

  test('hashicorp/terraform-provider-azurerm#28966: two configurations of one name', async () => {
    await ready;
    const both = configs(['same', zone], ['same', await createZone('privatelink.his.arc.azure.com')]);
    const answer = await putNetwork(zones, both);
    refusedRaw(answer, { status: 400, code: 'InvalidRequestFormat' });
    const { details } = answer.json.error as { details?: readonly { readonly code: string }[] };
    assert.deepEqual(
      details?.map(({ code }) => code),
      ['DuplicateResourceName'],
    );
  });

  test('Azure/missionlz#1029: a zone group with a zone that is not there', async () => {
    await ready;
    refusedRaw(await putNetwork(zones, configs(['a', `${zone}.gone`])), {
      status: 400,
      code: 'InvalidPrivateDnsZoneIds',
    });
  });

  test('hashicorp/terraform-provider-azurerm#23763, #31688: a connection may be asked for without a word', async () => {
    await ready;
    const manualPrivateLinkServiceConnections = privateLinkServiceConnections;
    const { properties } = await made(
      putNetwork(`${endpoint}-asked`, {
        location,
        properties: { subnet: subnet('pe'), manualPrivateLinkServiceConnections },
      }),
    );
    const [asked] = properties!.manualPrivateLinkServiceConnections as {
      properties: { privateLinkServiceConnectionState: { status: string } };
    }[];
    assert.equal(asked?.properties.privateLinkServiceConnectionState.status, 'Pending');
  });

  test('Azure/azure-cli#15136, hashicorp/terraform-provider-azurerm#9051: a connection to no group', async () => {
    await ready;
    const properties = { privateLinkServiceId: scope };
    const refused = await putNetwork(`${endpoint}-2`, {
      location,
      properties: { subnet: subnet('pe'), privateLinkServiceConnections: [{ name: 'c', properties }] },
    });
    refusedRaw(refused, {
      status: 400,
      code: 'MissingParameterOnPrivateLinkServiceConnection',
      says: /is missing required parameter 'group Id'/,
    });
  });

  test('Azure/azure-rest-api-specs#23831: a zone of a group that has no name there', async () => {
    await ready;
    const nameless = { privateDnsZoneConfigs: [{ properties: { privateDnsZoneId: zone } }] };
    refusedRaw(await putNetwork(zones, { properties: nameless }), {
      status: 400,
      code: 'InvalidRequestFormat',
      says: /^Cannot parse the request\..*privateDnsZoneConfigs\[0\]\.name: it is missing; a string is needed/,
    });
  });

  test('Azure/avdaccelerator#77: a zone that a parameter left empty', async () => {
    await ready;
    refusedRaw(await putNetwork(zones, configs(['a', ''])), {
      status: 400,
      code: 'LinkedInvalidPropertyId',
      says: /^Property id '' at path 'properties\.privateDnsZoneConfigs\[0\]\.properties\.privateDnsZoneId' is invalid/,
    });
  });

  test('Azure/bicep#12885: a zone of a wrong name gets no records, and no refusal; pulumi/pulumi-azure-native#2179: one group is all', async () => {
    await ready;
    const { properties } = await made(putNetwork(zones, configs(['a', zone])));
    const [config] = properties!.privateDnsZoneConfigs as { properties: { recordSets: unknown } }[];
    assert.deepEqual(config?.properties.recordSets, []);
    const second = await putNetwork(`${endpoint}/privateDnsZoneGroups/second`, configs(['a', zone]));
    assert.equal(second.status, 400, second.text);
  });

  test('Azure/azure-cli#23043, MicrosoftDocs/azure-docs#70422: what is there moves to no other region', async () => {
    const groupPath = hub.split('/providers/')[0]!;
    refusedRaw(await put(groupPath, '2025-04-01', { location: 'eastus' }), {
      status: 409,
      code: 'InvalidResourceGroupLocation',
    });
    refusedRaw(await putNetwork(hub, { ...hubBody(...subnets), location: 'eastus' }), {
      status: 409,
      code: 'InvalidResourceLocation',
    });
  });
});

describe('role assignments', () => {
  const reader = `/subscriptions/${world.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7`;
  const assign = (name: string, principalId: string, more: object = {}) =>
    put(
      `${hub.split('/providers/')[0]}/providers/Microsoft.Authorization/roleAssignments/${name}`,
      '2022-04-01',
      {
        properties: { roleDefinitionId: reader, principalId, ...more },
      },
    );
  const [first, second] = ['1', '2'].map((digit) => `61c0a8e1-0642-4569-b3d1-b5d8f1d094c${digit}`) as [
    string,
    string,
  ];
  const stranger = '547d1c6e-d79a-4847-8e9a-03d0ade42887';
  const principalType = 'ServicePrincipal';

  test('Azure/azure-sdk-for-net#1652, Azure/azure-powershell#16627: a principal that nobody knows, and one that is no GUID', async () => {
    refusedRaw(await assign(first, stranger), { status: 400, code: 'PrincipalNotFound' });
    refusedRaw(await assign(first, 'User'), { status: 400, code: 'InvalidPrincipalId' });
  });

  test('MicrosoftDocs/azure-docs#119449: a condition of another version than there is', async () => {
    const condition = "@Resource[Microsoft.Storage/storageAccounts:name] StringEquals 'foo'";
    refusedRaw(await assign(second, stranger, { principalType, condition, conditionVersion: '1.0' }), {
      status: 400,
      code: 'InvalidRoleAssignmentCondition',
      says: /^The given role assignment condition is invalid\..*2\.0/,
    });
  });

  test('Azure/azure-cli#8599, MicrosoftDocs/azure-docs#45008: the same role under another GUID, another principal under the same', async () => {
    await made(assign(first, stranger, { principalType }));
    refusedRaw(await assign(second, stranger, { principalType }), {
      status: 409,
      code: 'RoleAssignmentExists',
    });
    refusedRaw(await assign(first, stranger.replace('5', '6'), { principalType }), {
      status: 400,
      code: 'RoleAssignmentUpdateNotPermitted',
    });
  });
});
