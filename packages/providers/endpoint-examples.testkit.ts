/** One resource of every type of private endpoints: what asks, what answers, what both write. */

import type { ArmWorld } from '@tombolo/testkit/arm-world';
import {
  asg,
  child,
  connections,
  type Example,
  endpoint,
  manual,
  network,
  of,
  placed,
  scope,
  subscription,
  zoneGroup,
} from './example.testkit.ts';

const connectionOf = async (world: ArmWorld, name: string): Promise<string> => {
  const connections = await world.listAll(`${scope}/privateEndpointConnections`);
  return String(connections.find(({ id }) => String(id).includes(`/${name}.`))?.id);
};

export const endpointExamples: readonly Example[] = [
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
    type: 'Microsoft.HybridCompute/locations/publishers/extensionTypes/versions',
    id: `${subscription}/providers/Microsoft.HybridCompute/locations/japaneast/publishers/Microsoft.Azure.Extensions/extensionTypes/CustomScript/versions/2.1.13`,
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
    body: child({
      privateEndpoint: { id: manual },
      privateLinkServiceConnectionState: { status: 'Approved', description: 'by hand' },
    }),
    madeBy: manual,
  },
];
