/** What may be written of a security rule (published 2026-01-01 contract). */

import { enumerated } from '@tombolo/arm';
import { accesses, directions, protocols } from '@tombolo/network-rules';
import { z } from 'zod';
import { optional } from '../../document.ts';
import { applicationGroupInRule } from '../../references.ts';

const list = optional(z.array(z.string().max(64)).max(4000));

export const ruleProperties = z.object({
  description: optional(z.string().max(140)),
  protocol: enumerated(protocols),
  sourcePortRange: optional(z.string().max(64)),
  sourcePortRanges: list,
  destinationPortRange: optional(z.string().max(64)),
  destinationPortRanges: list,
  sourceAddressPrefix: optional(z.string().max(128)),
  sourceAddressPrefixes: list,
  destinationAddressPrefix: optional(z.string().max(128)),
  destinationAddressPrefixes: list,
  sourceApplicationSecurityGroups: optional(z.array(applicationGroupInRule).max(10)),
  destinationApplicationSecurityGroups: optional(z.array(applicationGroupInRule).max(10)),
  access: enumerated(accesses),
  priority: z.number().int(),
  direction: enumerated(directions),
});

export type RuleProperties = z.output<typeof ruleProperties>;
