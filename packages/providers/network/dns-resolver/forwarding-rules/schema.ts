/** What may be written of a forwarding rule (published 2025-05-01 contract). */

import { enumerated } from '@tombolo/arm';
import { isDomainName } from '@tombolo/dns-records';
import { readAddress } from '@tombolo/ip/address';
import { z } from 'zod';
import { optional } from '../../document.ts';

export const ruleProperties = z.object({
  domainName: z
    .string()
    .refine(
      (text) => isDomainName(text) && text.endsWith('.'),
      'a domain name that ends with a dot is needed, or . for all',
    ),
  targetDnsServers: z
    .array(
      z.object({
        ipAddress: z.string().refine((text) => readAddress(text) !== undefined, 'an IP address is needed'),
        port: optional(z.number().int().min(1).max(65_535)),
      }),
    )
    .min(1)
    .max(6),
  metadata: optional(z.record(z.string().max(256), z.string().max(1024))),
  forwardingRuleState: optional(enumerated(['Enabled', 'Disabled'])),
});
export type RuleProperties = z.output<typeof ruleProperties>;
