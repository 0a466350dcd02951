/** The types of this provider by their canonical names, and ids built from them. */

import { connectionType } from '@tombolo/private-link';

export const types = {
  network: 'Microsoft.Network/virtualNetworks',
  subnet: 'Microsoft.Network/virtualNetworks/subnets',
  peering: 'Microsoft.Network/virtualNetworks/virtualNetworkPeerings',
  securityGroup: 'Microsoft.Network/networkSecurityGroups',
  securityRule: 'Microsoft.Network/networkSecurityGroups/securityRules',
  applicationSecurityGroup: 'Microsoft.Network/applicationSecurityGroups',
  routeTable: 'Microsoft.Network/routeTables',
  route: 'Microsoft.Network/routeTables/routes',
  networkInterface: 'Microsoft.Network/networkInterfaces',
  endpoint: 'Microsoft.Network/privateEndpoints',
  zoneGroup: 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups',
  zone: 'Microsoft.Network/privateDnsZones',
  zoneLink: 'Microsoft.Network/privateDnsZones/virtualNetworkLinks',
  resolver: 'Microsoft.Network/dnsResolvers',
  inboundEndpoint: 'Microsoft.Network/dnsResolvers/inboundEndpoints',
  outboundEndpoint: 'Microsoft.Network/dnsResolvers/outboundEndpoints',
  ruleset: 'Microsoft.Network/dnsForwardingRulesets',
  forwardingRule: 'Microsoft.Network/dnsForwardingRulesets/forwardingRules',
  rulesetLink: 'Microsoft.Network/dnsForwardingRulesets/virtualNetworkLinks',
  /** Of Microsoft.HybridCompute; private endpoints connect to it. */
  scope: 'Microsoft.HybridCompute/privateLinkScopes',
  connection: connectionType,
} as const;

/** Is this the id of a resource of the type? */
export const isIdOf = (id: string, type: string): boolean => {
  const segments = id.toLowerCase().split('/');
  const provider = segments.lastIndexOf('providers');
  const [namespace, ...names] = type.toLowerCase().split('/');
  const rest = segments.slice(provider + 2);
  return (
    provider > 0 &&
    segments[provider + 1] === namespace &&
    rest.length === names.length * 2 &&
    names.every((name, index) => rest[index * 2] === name && rest[index * 2 + 1] !== '')
  );
};

/** Names of Microsoft.Network's resources. */
export const networkName = {
  pattern: /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,78}[A-Za-z0-9_])?$/,
  rule: '1 to 80 letters, digits, underscores, periods and hyphens; it begins with a letter or digit and ends with a letter, digit or underscore.',
} as const;
