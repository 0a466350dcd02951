/** `topology`: a network with a scope behind a private endpoint, three zones, a security group; what Terraform makes of it. */

import type { JsonObject } from '@tombolo/store/port';
import { association } from './association.ts';
import { privateEndpoint } from './endpoint.ts';
import { families } from './families.ts';
import { resourceGroup } from './group.ts';
import { type Piece, putBack, resource, withProperties } from './resource.ts';
import { zone, zoneLink } from './zone.ts';

const group = '/resourceGroups/topology';
const provider = (namespace: string, path: string): string =>
  `${group}/providers/Microsoft.${namespace}/${path}`;
const networkPath = provider('Network', 'virtualNetworks/network');
const subnetPath = `${networkPath}/subnets/endpoints`;
const guardPath = provider('Network', 'networkSecurityGroups/guard');
const scopePath = provider('HybridCompute', 'privateLinkScopes/scope');
const zoneNames = [
  'privatelink.dp.kubernetesconfiguration.azure.com',
  'privatelink.guestconfiguration.azure.com',
  'privatelink.his.arc.azure.com',
];
const zonePath = (name: string): string => provider('Network', `privateDnsZones/${name}`);

const rule = (priority: number): JsonObject => ({
  name: 'arc',
  properties: {
    priority,
    direction: 'Outbound',
    access: 'Allow',
    protocol: 'Tcp',
    sourcePortRange: '*',
    destinationPortRange: '443',
    sourceAddressPrefix: 'VirtualNetwork',
    destinationAddressPrefix: 'AzureArcInfrastructure',
  },
});
const subnetProperties = {
  addressPrefixes: ['10.40.1.0/24'],
  defaultOutboundAccess: true,
  delegations: [],
  privateEndpointNetworkPolicies: 'Enabled',
  privateLinkServiceNetworkPolicies: 'Enabled',
  serviceEndpointPolicies: [],
  serviceEndpoints: [],
  sharingScope: '',
};

const network = resource({
  name: 'network',
  needs: ['topology'],
  locks: ['network', 'guard'],
  family: families.networks,
  path: networkPath,
  body: {
    name: 'network',
    location: 'japaneast',
    tags: {},
    properties: {
      addressSpace: { addressPrefixes: ['10.40.0.0/16'] },
      dhcpOptions: { dnsServers: [] },
      privateEndpointVNetPolicies: 'Disabled',
      subnets: [],
    },
  },
  unread: ['properties.subnets'],
  change: (seen) => withProperties(seen, { dhcpOptions: { dnsServers: ['10.40.1.4'] } }),
  reads: [
    'location',
    'properties.resourceGuid',
    'properties.addressSpace.addressPrefixes',
    'properties.dhcpOptions.dnsServers',
    'properties.privateEndpointVNetPolicies',
    'properties.subnets[].id',
    'properties.subnets[].name',
    ...[
      'addressPrefix',
      'privateEndpointNetworkPolicies',
      'privateLinkServiceNetworkPolicies',
      'defaultOutboundAccess',
      'delegations',
    ].map((field) => `properties.subnets[].properties.${field}`),
  ],
});

const guard = resource({
  name: 'guard',
  needs: ['topology'],
  locks: ['guard'],
  family: families.securityGroups,
  path: guardPath,
  body: { name: 'guard', location: 'japaneast', tags: {}, properties: { securityRules: [rule(100)] } },
  change: (seen) => withProperties(seen, { securityRules: [rule(110)] }),
  reads: [
    'location',
    'properties.securityRules[].name',
    ...[
      'protocol',
      'sourcePortRange',
      'destinationPortRange',
      'destinationPortRanges',
      'sourceAddressPrefix',
      'destinationAddressPrefix',
      'access',
      'priority',
      'direction',
    ].map((field) => `properties.securityRules[].properties.${field}`),
  ],
});

const subnet = resource({
  name: 'endpoints',
  needs: ['network'],
  locks: ['network'],
  family: families.subnets,
  path: subnetPath,
  body: { name: 'endpoints', properties: subnetProperties },
  change: (seen) => withProperties(seen, { privateEndpointNetworkPolicies: 'Disabled' }),
  beside: { family: families.networks, path: networkPath },
  reads: [
    'properties.addressPrefix',
    'properties.privateEndpointNetworkPolicies',
    'properties.privateLinkServiceNetworkPolicies',
    'properties.delegations',
  ],
});

const guarded = association({
  name: 'guard of endpoints',
  needs: ['endpoints', 'guard'],
  locks: ['network', 'guard'],
  family: families.subnets,
  path: subnetPath,
  property: 'networkSecurityGroup',
  value: ({ subscription }) => ({ id: `${subscription}${guardPath}` }),
});

const scope = resource({
  name: 'scope',
  needs: ['topology'],
  family: families.scopes,
  path: scopePath,
  atOnce: true,
  body: {
    name: 'scope',
    location: 'japaneast',
    properties: { publicNetworkAccess: 'Disabled' },
    tags: null,
  },
  change: (seen) =>
    putBack(seen, {
      properties: { ...(seen.properties as JsonObject), publicNetworkAccess: 'Enabled' },
      systemData: null,
    }),
  reads: ['location', 'tags', 'properties.publicNetworkAccess'],
});

const endpoint = privateEndpoint({
  name: 'endpoint',
  needs: ['endpoints', 'scope', ...zoneNames],
  locks: ['network'],
  path: provider('Network', 'privateEndpoints/endpoint'),
  connections: 'privateLinkServiceConnections',
  zones: zoneNames.map(zonePath),
  changes: true,
  body: ({ subscription }) => ({
    location: 'japaneast',
    tags: {},
    properties: {
      customNetworkInterfaceName: '',
      ipConfigurations: [],
      manualPrivateLinkServiceConnections: [],
      privateLinkServiceConnections: [
        {
          name: 'arc',
          properties: { groupIds: ['hybridcompute'], privateLinkServiceId: `${subscription}${scopePath}` },
        },
      ],
      subnet: { id: `${subscription}${subnetPath}` },
    },
  }),
});

export const topology = (): readonly Piece[] => [
  resourceGroup('topology'),
  network,
  guard,
  subnet,
  guarded,
  scope,
  ...zoneNames.map((name) =>
    zone({ name, needs: ['topology'], path: zonePath(name), tags: { revision: '2' } }),
  ),
  ...zoneNames.map((name) => zoneLink(`link of ${name}`, zonePath(name), networkPath, [name, 'network'])),
  endpoint,
];
