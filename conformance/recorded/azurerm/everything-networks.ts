/** The peered networks of `everything`, and the groups and routes in them. */

import type { JsonObject } from '@tombolo/store/port';
import { association } from './association.ts';
import { placed, retag } from './everything-parts.ts';
import { everythingPath, networkOf } from './everything-paths.ts';
import { families } from './families.ts';
import { type Piece, type ResourceDefinition, resource, withProperties } from './resource.ts';

const networkA = resource({
  name: 'neta',
  needs: ['everything'],
  locks: ['neta'],
  family: families.networks,
  path: networkOf('neta'),
  body: placed(
    {
      addressSpace: { addressPrefixes: ['10.50.0.0/16'] },
      dhcpOptions: { dnsServers: ['10.50.0.4'] },
      privateEndpointVNetPolicies: 'Disabled',
      subnets: [
        {
          name: 'inline',
          properties: {
            addressPrefixes: ['10.50.9.0/24'],
            defaultOutboundAccess: true,
            delegations: [],
            privateEndpointNetworkPolicies: 'Disabled',
            privateLinkServiceNetworkPolicies: 'Enabled',
            serviceEndpointPolicies: [],
            serviceEndpoints: [],
          },
        },
      ],
    },
    { name: 'neta' },
  ),
  unread: ['properties.virtualNetworkPeerings'],
  change: retag,
  reads: ['location', 'properties.dhcpOptions.dnsServers', 'properties.subnets[].properties.addressPrefix'],
});

const networkB = resource({
  name: 'netb',
  needs: ['everything'],
  locks: ['netb'],
  family: families.networks,
  path: networkOf('netb'),
  body: placed(
    {
      addressSpace: { addressPrefixes: ['10.51.0.0/16'] },
      dhcpOptions: { dnsServers: [] },
      privateEndpointVNetPolicies: 'Disabled',
      subnets: [],
    },
    { name: 'netb' },
  ),
  unread: ['properties.subnets'],
  reads: ['location', 'properties.addressSpace.addressPrefixes'],
});

const subnet = (name: string, prefix: string, delegations: readonly JsonObject[]): Piece =>
  resource({
    name,
    needs: ['netb'],
    locks: ['netb'],
    family: families.subnets,
    path: `${networkOf('netb')}/subnets/${name}`,
    beside: { family: families.networks, path: networkOf('netb') },
    body: {
      name,
      properties: {
        addressPrefixes: [prefix],
        defaultOutboundAccess: true,
        delegations,
        privateEndpointNetworkPolicies: 'Disabled',
        privateLinkServiceNetworkPolicies: 'Enabled',
        serviceEndpointPolicies: [],
        serviceEndpoints: [],
        sharingScope: '',
      },
    },
    reads: [
      'properties.addressPrefix',
      'properties.delegations',
      'properties.delegations[].name',
      'properties.delegations[].properties.serviceName',
      'properties.delegations[].properties.actions',
    ],
  });
const delegated = [
  {
    name: 'resolver',
    properties: {
      actions: ['Microsoft.Network/virtualNetworks/subnets/join/action'],
      serviceName: 'Microsoft.Network/dnsResolvers',
    },
  },
];

/** The provider waits 15 s before it writes, with both networks locked. */
const peering = (name: string, from: string, to: string, more: Partial<ResourceDefinition> = {}): Piece =>
  resource({
    name,
    needs: ['neta', 'netb'],
    locks: ['neta', 'netb'],
    family: families.peerings,
    path: `${networkOf(from)}/virtualNetworkPeerings/${name}`,
    query: 'syncRemoteAddressSpace=true',
    own: { beforeCreate: 15 },
    body: ({ subscription }) => ({
      properties: {
        allowForwardedTraffic: false,
        allowGatewayTransit: false,
        allowVirtualNetworkAccess: true,
        peerCompleteVnets: true,
        remoteVirtualNetwork: { id: `${subscription}${networkOf(to)}` },
        useRemoteGateways: false,
      },
    }),
    reads: [
      'properties.peerCompleteVnets',
      'properties.allowVirtualNetworkAccess',
      'properties.remoteVirtualNetwork.id',
    ],
    ...more,
  });

const asg = resource({
  name: 'asg',
  needs: ['everything'],
  locks: ['asg'],
  family: families.applicationSecurityGroups,
  path: everythingPath('Network', 'applicationSecurityGroups/asg'),
  body: { location: 'japaneast', tags: {} },
  change: retag,
  reads: ['location'],
});

const guard = resource({
  name: 'guard',
  needs: ['everything'],
  locks: ['guard'],
  family: families.securityGroups,
  path: everythingPath('Network', 'networkSecurityGroups/guard'),
  body: placed({ securityRules: [] }, { name: 'guard' }),
  unread: ['properties.securityRules'],
  reads: ['location'],
});

/** Of a list and its singular both are sent; the empty one means nothing. */
const rule = resource({
  name: 'rule',
  needs: ['guard'],
  locks: ['guard'],
  family: families.securityRules,
  path: everythingPath('Network', 'networkSecurityGroups/guard/securityRules/arc'),
  body: {
    name: 'arc',
    properties: {
      access: 'Allow',
      destinationAddressPrefix: 'AzureResourceManager',
      destinationPortRange: '',
      destinationPortRanges: ['443', '8443'],
      direction: 'Outbound',
      priority: 100,
      protocol: 'Tcp',
      sourceAddressPrefix: '*',
      sourcePortRange: '*',
    },
  },
  change: (seen) => withProperties(seen, { priority: 110, destinationPortRange: '' }),
  reads: [
    'sourcePortRange',
    'destinationPortRanges',
    'access',
    'priority',
    'sourceAddressPrefix',
    'destinationAddressPrefix',
    'direction',
    'protocol',
  ].map((field) => `properties.${field}`),
});

const routes = resource({
  name: 'routes',
  needs: ['everything'],
  locks: ['routes'],
  family: families.routeTables,
  path: everythingPath('Network', 'routeTables/routes'),
  body: placed(
    {
      disableBgpRoutePropagation: false,
      routes: [{ name: 'blackhole', properties: { addressPrefix: '0.0.0.0/0', nextHopType: 'None' } }],
    },
    { name: 'routes' },
  ),
  change: retag,
  unread: ['properties.subnets'],
  reads: [
    'location',
    'properties.routes[].name',
    'properties.routes[].properties.addressPrefix',
    'properties.routes[].properties.nextHopType',
  ],
});

const routed = association({
  name: 'routes of endpoints',
  needs: ['endpoints', 'routes'],
  locks: ['netb', 'routes'],
  family: families.subnets,
  path: `${networkOf('netb')}/subnets/endpoints`,
  property: 'routeTable',
  value: ({ subscription }) => ({ id: `${subscription}${everythingPath('Network', 'routeTables/routes')}` }),
});

export const networkPieces = (): readonly Piece[] => [
  networkA,
  networkB,
  subnet('inbound', '10.51.0.0/28', delegated),
  subnet('outbound', '10.51.0.64/28', delegated),
  subnet('endpoints', '10.51.2.0/24', []),
  peering('ba', 'netb', 'neta', {
    change: (seen) => withProperties(seen, { allowForwardedTraffic: true }),
  }),
  peering('ab', 'neta', 'netb'),
  asg,
  guard,
  rule,
  routes,
  routed,
];
