/** R15: the permissions on other resources that a write needs beside its own, where Azure checks them. */

import { approvalAction } from './connection-state.ts';

/**
 * The action that a write asks for on what it refers to, by what it does there. The schemas of the providers name them
 * (`resourceReference`), and the kernel asks for them, for each new or changed reference.
 */
export const linkedActions = {
  joinSubnet: 'Microsoft.Network/virtualNetworks/subnets/join/action',
  joinNetwork: 'Microsoft.Network/virtualNetworks/join/action',
  peerWithNetwork: 'Microsoft.Network/virtualNetworks/peer/action',
  joinSecurityGroup: 'Microsoft.Network/networkSecurityGroups/join/action',
  joinRouteTable: 'Microsoft.Network/routeTables/join/action',
  joinApplicationGroup: 'Microsoft.Network/applicationSecurityGroups/joinIpConfiguration/action',
  nameApplicationGroup: 'Microsoft.Network/applicationSecurityGroups/joinNetworkSecurityRule/action',
  joinZone: 'Microsoft.Network/privateDnsZones/join/action',
  leaveByEndpoint: 'Microsoft.Network/dnsResolvers/outboundEndpoints/join/action',
  approveConnection: approvalAction,
  readScope: 'Microsoft.HybridCompute/privateLinkScopes/read',
} as const;
