/** What may be written of a virtual network (published 2026-01-01 contract). */

import { readAddress } from '@tombolo/ip/address';
import { z } from 'zod';
import { kept, optional, prefixes, reference } from '../document.ts';
import { subnetProperties } from '../subnets/schema.ts';
import { peeringProperties } from '../virtual-network-peerings/schema.ts';

const child = { id: optional(z.string()), name: optional(z.string().max(80)) };

export const networkProperties = z.object({
  addressSpace: optional(z.object({ addressPrefixes: optional(prefixes), ipamPoolPrefixAllocations: kept })),
  dhcpOptions: optional(
    z.object({
      dnsServers: optional(
        z
          .array(
            z
              .string()
              .refine(
                (text) => text === '' || readAddress(text) !== undefined,
                'a DNS server is given by its IP address',
              ),
          )
          .max(20)
          // `az network vnet update --dns-servers ""` sends one empty entry for none.
          .transform((servers) => servers.filter((text) => text !== '')),
      ),
    }),
  ),
  flowTimeoutInMinutes: optional(z.number().int().min(4).max(30)),
  subnets: optional(z.array(z.object({ ...child, properties: optional(subnetProperties) })).max(3000)),
  virtualNetworkPeerings: optional(z.array(z.object({ ...child, properties: peeringProperties })).max(500)),
  enableDdosProtection: optional(z.boolean()),
  enableVmProtection: optional(z.boolean()),
  ddosProtectionPlan: optional(reference),
  bgpCommunities: kept,
  encryption: kept,
  ipAllocations: kept,
  privateEndpointVNetPolicies: optional(z.enum(['Disabled', 'Basic'])),
  summarizedGatewayPrefixes: kept,
});

export type NetworkProperties = z.output<typeof networkProperties>;

export const networkReadOnly = ['resourceGuid', 'flowLogs', 'defaultPublicNatGateway'] as const;
