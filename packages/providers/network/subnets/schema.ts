/** What may be written of a subnet (published 2026-01-01 contract). */

import { z } from 'zod';
import { kept, optional, prefixes, reference } from '../document.ts';

export const delegation = z.object({
  name: z.string().min(1).max(80),
  properties: optional(z.object({ serviceName: optional(z.string().min(1).max(256)) })),
});

export const endpointPolicies = [
  'Enabled',
  'Disabled',
  'NetworkSecurityGroupEnabled',
  'RouteTableEnabled',
] as const;

export const subnetProperties = z.object({
  addressPrefix: optional(z.string().max(64)),
  addressPrefixes: optional(prefixes),
  networkSecurityGroup: optional(reference),
  routeTable: optional(reference),
  natGateway: optional(reference),
  serviceEndpoints: kept,
  serviceEndpointPolicies: kept,
  delegations: optional(z.array(delegation).max(16)),
  privateEndpointNetworkPolicies: optional(z.enum(endpointPolicies)),
  privateLinkServiceNetworkPolicies: optional(z.enum(['Enabled', 'Disabled'])),
  applicationGatewayIPConfigurations: kept,
  sharingScope: kept,
  defaultOutboundAccess: optional(z.boolean()),
  ipAllocations: kept,
  ipamPoolPrefixAllocations: kept,
  serviceGateway: kept,
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
