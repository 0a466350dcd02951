/** What may be written of a subnet (published 2026-01-01 contract). */

import { enumerated } from '@tombolo/arm';
import { z } from 'zod';
import { kept, optional, prefixes } from '../../document.ts';
import {
  gapReference,
  ipamPoolAllocations,
  routeTableReference,
  securityGroupReference,
} from '../../references.ts';

const delegation = z.object({
  name: z.string().min(1).max(80),
  properties: optional(z.object({ serviceName: optional(z.string().min(1).max(256)) })),
});

const serviceEndpoint = z.object({
  service: optional(z.string().max(256)),
  locations: optional(z.array(z.string().max(64)).max(128)),
  networkIdentifier: optional(gapReference('publicIPAddresses')),
});

const endpointPolicies = ['Enabled', 'Disabled', 'NetworkSecurityGroupEnabled', 'RouteTableEnabled'] as const;

export const subnetProperties = z.object({
  addressPrefix: optional(z.string().max(64)),
  addressPrefixes: optional(prefixes),
  networkSecurityGroup: optional(securityGroupReference),
  routeTable: optional(routeTableReference),
  natGateway: optional(gapReference('natGateways')),
  serviceEndpoints: optional(z.array(serviceEndpoint).max(64)),
  serviceEndpointPolicies: optional(z.array(gapReference('serviceEndpointPolicies')).max(64)),
  delegations: optional(z.array(delegation).max(16)),
  privateEndpointNetworkPolicies: optional(enumerated(endpointPolicies)),
  privateLinkServiceNetworkPolicies: optional(enumerated(['Enabled', 'Disabled'])),
  applicationGatewayIPConfigurations: kept,
  sharingScope: kept,
  defaultOutboundAccess: optional(z.boolean()),
  ipAllocations: optional(z.array(gapReference('ipAllocations')).max(64)),
  ipamPoolPrefixAllocations: optional(ipamPoolAllocations),
  serviceGateway: optional(gapReference('serviceGateways')),
});

export type SubnetProperties = z.output<typeof subnetProperties>;

/** What answers carry beside it. */
export const subnetReadOnly = [
  'privateEndpoints',
  'ipConfigurations',
  'ipConfigurationProfiles',
  'resourceNavigationLinks',
  'serviceAssociationLinks',
  'purpose',
] as const;
