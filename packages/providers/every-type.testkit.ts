/** One resource of every type, in the order in which they can be made: what tests walk through that hold for all types. */

import { recordSampleList } from '@tombolo/dns-records/record-samples.testkit';
import type { JsonObject } from '@tombolo/store/port';
import { type ArmWorld, subscriptionId } from '@tombolo/testkit/arm-world';

export interface Example {
  readonly type: string;
  /** Found in the world, where it is not known before. */
  readonly id: string | ((world: ArmWorld) => Promise<string>);
  /** A PUT's; absent: only to be read. */
  readonly body?: JsonObject;
  /** One that says more, where the other leaves things out: to be spoilt. */
  readonly full?: JsonObject;
  /** A PATCH's, where the type has one; default: tags. */
  readonly patch?: JsonObject;
  /** It is made with another resource: a PUT is an update from the beginning. */
  readonly madeBy?: string;
  /** The status of a DELETE that the type refuses. */
  readonly refusesDelete?: number;
  /** The status of a GET, where there is nothing that it could find. */
  readonly found?: number;
  /** Why a PUT makes three round trips to the store, and not two as everything else. */
  readonly thirdTrip?: string;
}

export const subscription = `/subscriptions/${subscriptionId}`;
export const group = `${subscription}/resourceGroups/every`;
const of = (provider: string, path: string): string => `${group}/providers/Microsoft.${provider}/${path}`;
const network = of('Network', 'virtualNetworks/hub');
const spoke = of('Network', 'virtualNetworks/spoke');
const nsg = of('Network', 'networkSecurityGroups/nsg');
const table = of('Network', 'routeTables/table');
const asg = of('Network', 'applicationSecurityGroups/asg');
const endpoint = of('Network', 'privateEndpoints/pe');
const manual = of('Network', 'privateEndpoints/manual');
const zone = of('Network', 'privateDnsZones/privatelink.his.arc.azure.com');
const resolver = of('Network', 'dnsResolvers/resolver');
const ruleset = of('Network', 'dnsForwardingRulesets/rules');
const scope = of('HybridCompute', 'privateLinkScopes/scope');
const machine = of('HybridCompute', 'machines/machine');
const role = '66666666-6666-4666-8666-666666666666';
const roleId = `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${role}`;
const assignment = '77777777-7777-4777-8777-777777777777';

const placed = (properties: JsonObject = {}): JsonObject => ({ location: 'japaneast', properties });
const child = (properties: JsonObject): JsonObject => ({ properties });
/** Endpoints of a resolver stand in subnets of resolvers, and keep them so. */
const ofResolvers: JsonObject = {
  delegations: [{ name: 'dns', properties: { serviceName: 'Microsoft.Network/dnsResolvers' } }],
};
const subnet = (name: string, addressPrefix: string, more: JsonObject = {}): JsonObject => ({
  name,
  properties: { addressPrefix, ...more },
});
const rule = {
  protocol: 'Tcp',
  sourcePortRange: '*',
  destinationPortRanges: ['443', '80-90'],
  sourceAddressPrefix: '*',
  destinationAddressPrefix: 'Internet',
  access: 'Allow',
  priority: 100,
  direction: 'Outbound',
};
const route = { addressPrefix: '0.0.0.0/0', nextHopType: 'VirtualAppliance', nextHopIpAddress: '10.0.0.9' };
const used = { networkSecurityGroup: { id: nsg }, routeTable: { id: table } };
const connections = [
  { name: 'arc', properties: { privateLinkServiceId: scope, groupIds: ['hybridcompute'] } },
];
const zoneGroup = child({
  privateDnsZoneConfigs: [{ name: 'his', properties: { privateDnsZoneId: zone } }],
});
const linked = { virtualNetwork: { id: network } };

const recordSets = recordSampleList.map(
  ([record, { properties }]): Example => ({
    type: `Microsoft.Network/privateDnsZones/${record}`,
    id: `${zone}/${record}/${record === 'SOA' ? '@' : `at-${record.toLowerCase()}`}`,
    body: child({ ttl: 60, ...(properties as JsonObject) }),
    patch: child({ ttl: 61 }),
    ...(record === 'SOA' ? { madeBy: zone, refusesDelete: 400 } : {}),
  }),
);

const connectionOf = async (world: ArmWorld, name: string): Promise<string> => {
  const connections = await world.listAll(`${scope}/privateEndpointConnections`);
  return String(connections.find(({ id }) => String(id).includes(`/${name}.`))?.id);
};

/** In an order in which each can be made, and in its reverse be deleted. */
export const examples: readonly Example[] = [
  { type: 'Microsoft.Resources/subscriptions', id: subscription },
  { type: 'Microsoft.Resources/subscriptions/resourceGroups', id: group, body: { location: 'japaneast' } },
  {
    type: 'Microsoft.Resources/tags',
    id: `${group}/providers/Microsoft.Resources/tags/default`,
    body: child({ tags: { a: 'b' } }),
    patch: { operation: 'Merge', ...child({ tags: { c: 'd' } }) },
    madeBy: group,
  },
  { type: 'Microsoft.Resources/subscriptions/tagNames', id: `${subscription}/tagNames/lamp`, body: {} },
  {
    type: 'Microsoft.Resources/subscriptions/tagNames/tagValues',
    id: `${subscription}/tagNames/lamp/tagValues/red`,
    body: {},
  },
  {
    type: 'Microsoft.Authorization/denyAssignments',
    id: `${group}/providers/Microsoft.Authorization/denyAssignments/${assignment}`,
    found: 404,
  },
  {
    type: 'Microsoft.Authorization/providerOperations',
    id: '/providers/Microsoft.Authorization/providerOperations/Microsoft.Network',
  },
  {
    type: 'Microsoft.Features/providers/features',
    id: `${subscription}/providers/Microsoft.Features/providers/Microsoft.Network/features/lamp`,
    found: 404,
  },
  { type: 'Microsoft.Resources/subscriptions/providers', id: `${subscription}/providers/Microsoft.Network` },
  { type: 'Microsoft.Resources/providers', id: '/providers/Microsoft.Network' },
  {
    type: 'Microsoft.Authorization/roleDefinitions',
    id: roleId,
    body: child({ roleName: 'Reader of all', permissions: [{ actions: ['*/read'] }] }),
  },
  {
    type: 'Microsoft.Authorization/roleAssignments',
    id: `${group}/providers/Microsoft.Authorization/roleAssignments/${assignment}`,
    body: child({
      roleDefinitionId: roleId,
      principalId: '88888888-8888-4888-8888-888888888888',
      principalType: 'ServicePrincipal',
    }),
  },
  {
    type: 'Microsoft.Network/networkSecurityGroups',
    id: nsg,
    body: placed({ securityRules: [] }),
    full: placed({ securityRules: [{ name: 'r', properties: rule }] }),
  },
  {
    type: 'Microsoft.Network/networkSecurityGroups/securityRules',
    id: `${nsg}/securityRules/rule`,
    body: child({
      priority: 100,
      direction: 'Outbound',
      access: 'Allow',
      protocol: 'Tcp',
      sourceAddressPrefix: '*',
      sourcePortRange: '*',
      destinationAddressPrefix: 'AzureActiveDirectory',
      destinationPortRange: '443',
    }),
    full: child(rule),
  },
  {
    type: 'Microsoft.Network/networkSecurityGroups/defaultSecurityRules',
    id: `${nsg}/defaultSecurityRules/DenyAllInBound`,
  },
  {
    type: 'Microsoft.Network/routeTables',
    id: table,
    body: placed(),
    full: placed({ disableBgpRoutePropagation: true, routes: [{ name: 'r', properties: route }] }),
  },
  {
    type: 'Microsoft.Network/routeTables/routes',
    id: `${table}/routes/default`,
    body: child({ addressPrefix: '0.0.0.0/0', nextHopType: 'Internet' }),
    full: child(route),
  },
  { type: 'Microsoft.Network/applicationSecurityGroups', id: asg, body: placed() },
  {
    type: 'Microsoft.Network/virtualNetworks',
    id: network,
    body: placed({
      addressSpace: { addressPrefixes: ['10.0.0.0/16'] },
      subnets: [
        subnet('default', '10.0.1.0/24', used),
        subnet('in', '10.0.2.0/28', ofResolvers),
        subnet('out', '10.0.2.16/28', ofResolvers),
      ],
    }),
  },
  {
    type: 'Microsoft.Network/virtualNetworks',
    id: spoke,
    body: placed({
      addressSpace: { addressPrefixes: ['10.1.0.0/16'] },
      subnets: [subnet('default', '10.1.1.0/24')],
    }),
  },
  {
    type: 'Microsoft.Network/virtualNetworks/subnets',
    id: `${network}/subnets/more`,
    body: child({ addressPrefix: '10.0.3.0/24', ...used }),
    full: child({ addressPrefixes: ['10.0.3.0/24'], delegations: [], serviceEndpoints: [], ...used }),
  },
  {
    type: 'Microsoft.Network/virtualNetworks/virtualNetworkPeerings',
    id: `${spoke}/virtualNetworkPeerings/to-hub`,
    body: child({ remoteVirtualNetwork: { id: network } }),
  },
  {
    type: 'Microsoft.Network/virtualNetworks/virtualNetworkPeerings',
    id: `${network}/virtualNetworkPeerings/to-spoke`,
    body: child({ remoteVirtualNetwork: { id: spoke } }),
  },
  {
    type: 'Microsoft.HybridCompute/privateLinkScopes',
    id: scope,
    body: placed(),
    full: placed({
      publicNetworkAccess: 'Enabled',
      serviceExtensions: [{ serviceExtensionType: 'Sql', serviceExtensionPublicNetworkAccess: 'Enabled' }],
    }),
  },
  {
    type: 'Microsoft.HybridCompute/privateLinkScopes/networkSecurityPerimeterConfigurations',
    id: `${scope}/networkSecurityPerimeterConfigurations/none`,
    found: 404,
  },
  {
    type: 'Microsoft.HybridCompute/privateLinkScopes/privateLinkResources',
    id: `${scope}/privateLinkResources/hybridcompute`,
  },
  {
    type: 'Microsoft.HybridCompute/machines',
    id: machine,
    body: {
      ...placed({ vmId: '55555555-5555-4555-8555-555555555555', privateLinkScopeResourceId: scope }),
      identity: { type: 'SystemAssigned' },
    },
  },
  {
    type: 'Microsoft.HybridCompute/machines/privateLinkScopes',
    id: `${machine}/privateLinkScopes/current`,
  },
  { type: 'Microsoft.HybridCompute/machines/extensions', id: `${machine}/extensions/none`, found: 404 },
  { type: 'Microsoft.Network/privateDnsZones', id: zone, body: { location: 'global' } },
  {
    type: 'Microsoft.Network/privateDnsZones/virtualNetworkLinks',
    id: `${zone}/virtualNetworkLinks/link`,
    body: { location: 'global', properties: { ...linked, registrationEnabled: false } },
  },
  ...recordSets,
  {
    type: 'Microsoft.Network/privateEndpoints',
    id: endpoint,
    body: placed({
      subnet: { id: `${network}/subnets/default` },
      customNetworkInterfaceName: 'nic',
      applicationSecurityGroups: [{ id: asg }],
      privateLinkServiceConnections: connections,
    }),
    full: placed({
      subnet: { id: `${network}/subnets/default` },
      privateLinkServiceConnections: connections,
      ipConfigurations: [
        { name: 'i', properties: { memberName: 'HybridCompute.Global', privateIPAddress: '10.0.1.9' } },
      ],
    }),
  },
  {
    type: 'Microsoft.Network/networkInterfaces',
    id: of('Network', 'networkInterfaces/nic'),
    madeBy: endpoint,
    refusesDelete: 400,
  },
  {
    type: 'Microsoft.HybridCompute/privateLinkScopes/privateEndpointConnections',
    id: (world) => connectionOf(world, 'pe'),
    body: child({ privateLinkServiceConnectionState: { status: 'Approved', description: 'still' } }),
    madeBy: endpoint,
  },
  {
    type: 'Microsoft.HybridCompute/locations/privateLinkScopes',
    id: async (world) => {
      const { privateLinkScopeId } = (await world.get(scope)).json.properties;
      return `${subscription}/providers/Microsoft.HybridCompute/locations/japaneast/privateLinkScopes/${privateLinkScopeId}`;
    },
  },
  {
    type: 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups',
    id: `${endpoint}/privateDnsZoneGroups/default`,
    body: zoneGroup,
  },
  {
    type: 'Microsoft.Network/privateEndpoints',
    id: manual,
    body: placed({
      subnet: { id: `${network}/subnets/default` },
      manualPrivateLinkServiceConnections: connections,
    }),
  },
  {
    type: 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups',
    id: `${manual}/privateDnsZoneGroups/default`,
    body: zoneGroup,
  },
  {
    type: 'Microsoft.HybridCompute/privateLinkScopes/privateEndpointConnections',
    id: (world) => connectionOf(world, 'manual'),
    body: child({ privateLinkServiceConnectionState: { status: 'Approved', description: 'by hand' } }),
    madeBy: manual,
    thirdTrip: 'an approval writes the records of a zone group that only the endpoint leads to',
  },
  { type: 'Microsoft.Network/dnsResolvers', id: resolver, body: placed(linked) },
  {
    type: 'Microsoft.Network/dnsResolvers/inboundEndpoints',
    id: `${resolver}/inboundEndpoints/in`,
    body: placed({ ipConfigurations: [{ subnet: { id: `${network}/subnets/in` } }] }),
    full: placed({
      ipConfigurations: [{ subnet: { id: `${network}/subnets/in` }, privateIpAllocationMethod: 'Dynamic' }],
    }),
  },
  {
    type: 'Microsoft.Network/dnsResolvers/outboundEndpoints',
    id: `${resolver}/outboundEndpoints/out`,
    body: placed({ subnet: { id: `${network}/subnets/out` } }),
  },
  {
    type: 'Microsoft.Network/dnsForwardingRulesets',
    id: ruleset,
    body: placed({ dnsResolverOutboundEndpoints: [{ id: `${resolver}/outboundEndpoints/out` }] }),
  },
  {
    type: 'Microsoft.Network/dnsForwardingRulesets/forwardingRules',
    id: `${ruleset}/forwardingRules/corp`,
    body: child({ domainName: 'corp.example.', targetDnsServers: [{ ipAddress: '192.0.2.53' }] }),
    full: child({ domainName: 'a.example.', targetDnsServers: [{ ipAddress: '192.0.2.1', port: 53 }] }),
    patch: child({ forwardingRuleState: 'Disabled' }),
  },
  {
    type: 'Microsoft.Network/dnsForwardingRulesets/virtualNetworkLinks',
    id: `${ruleset}/virtualNetworkLinks/link`,
    body: child(linked),
    patch: child({ metadata: { a: 'b' } }),
  },
];

export const idOf = async ({ id }: Example, world: ArmWorld): Promise<string> =>
  typeof id === 'string' ? id : id(world);

export const bodyOfPatch = ({ patch }: Example): JsonObject => patch ?? { tags: { walked: 'yes' } };
