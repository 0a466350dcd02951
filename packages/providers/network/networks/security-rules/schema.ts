/** What may be written of a security rule (published 2026-01-01 contract). */

import { z } from 'zod';
import { optional } from '../../document.ts';
import { applicationGroupInRule } from '../../references.ts';

const anyCase = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.string().transform((text, context): T[number] => {
    const found = values.find((value) => value.toLowerCase() === text.toLowerCase());
    if (found !== undefined) return found;
    context.addIssue({ code: 'custom', message: `'${text}' is none of ${values.join(', ')}` });
    return z.NEVER;
  });

const list = optional(z.array(z.string().max(64)).max(4000));

export const ruleProperties = z.object({
  description: optional(z.string().max(140)),
  protocol: anyCase(['*', 'Tcp', 'Udp', 'Icmp', 'Esp', 'Ah']),
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
  access: anyCase(['Allow', 'Deny']),
  priority: z.number().int(),
  direction: anyCase(['Inbound', 'Outbound']),
});

export type RuleProperties = z.output<typeof ruleProperties>;
