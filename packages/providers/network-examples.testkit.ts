/** One resource of every type of networks, their groups and their routes. */

import {
  asg,
  child,
  type Example,
  network,
  nsg,
  ofResolvers,
  placed,
  route,
  rule,
  spoke,
  subnet,
  table,
  used,
} from './example.testkit.ts';

export const networkExamples: readonly Example[] = [
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
];
