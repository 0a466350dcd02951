/** What may be written of a virtual network (published 2026-01-01 contract). */

import { enumerated } from '@tombolo/arm';
import { readAddress } from '@tombolo/ip/address';
import { z } from 'zod';
import { kept, optional, prefixes } from '../../document.ts';
import { childEntry, gapReference, ipamPoolAllocations } from '../../references.ts';
import { subnetProperties } from '../subnets/schema.ts';
import { peeringProperties } from '../virtual-network-peerings/schema.ts';

export const networkProperties = z.object({
  addressSpace: optional(
    z.object({
      addressPrefixes: optional(prefixes),
      ipamPoolPrefixAllocations: optional(ipamPoolAllocations),
    }),
  ),
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
  subnets: optional(z.array(z.object({ ...childEntry, properties: optional(subnetProperties) })).max(3000)),
  virtualNetworkPeerings: optional(
    z.array(z.object({ ...childEntry, properties: peeringProperties })).max(500),
  ),
  enableDdosProtection: optional(z.boolean()),
  enableVmProtection: optional(z.boolean()),
  ddosProtectionPlan: optional(gapReference('ddosProtectionPlans')),
  bgpCommunities: kept,
  encryption: kept,
  ipAllocations: optional(z.array(gapReference('ipAllocations')).max(64)),
  privateEndpointVNetPolicies: optional(enumerated(['Disabled', 'Basic'])),
  summarizedGatewayPrefixes: kept,
});

export type NetworkProperties = z.output<typeof networkProperties>;

export const networkReadOnly = ['resourceGuid', 'flowLogs', 'defaultPublicNatGateway'] as const;
