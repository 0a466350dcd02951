import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linkedActions } from './linked-permissions.ts';

/** As Microsoft Learn lists the operations of the providers, and azurerm's and az's documentation ask for them. */
test('R15: linked actions have Azure’s names: custom roles that were written for Azure grant them', () => {
  assert.deepEqual(Object.values(linkedActions).sort(), [
    'Microsoft.HybridCompute/privateLinkScopes/privateEndpointConnectionsApproval/action',
    'Microsoft.HybridCompute/privateLinkScopes/read',
    'Microsoft.Network/applicationSecurityGroups/joinIpConfiguration/action',
    'Microsoft.Network/applicationSecurityGroups/joinNetworkSecurityRule/action',
    'Microsoft.Network/dnsResolvers/outboundEndpoints/join/action',
    'Microsoft.Network/networkSecurityGroups/join/action',
    'Microsoft.Network/privateDnsZones/join/action',
    'Microsoft.Network/routeTables/join/action',
    'Microsoft.Network/virtualNetworks/join/action',
    'Microsoft.Network/virtualNetworks/peer/action',
    'Microsoft.Network/virtualNetworks/subnets/join/action',
  ]);
});
