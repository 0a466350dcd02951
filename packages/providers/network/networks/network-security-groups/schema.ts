/** What may be written of a network security group (published 2026-01-01 contract). */

import { z } from 'zod';
import { optional } from '../../document.ts';
import { childEntry } from '../../references.ts';
import { ruleProperties } from '../security-rules/schema.ts';

export const securityGroupProperties = z.object({
  flushConnection: optional(z.boolean()),
  securityRules: optional(
    z
      .array(
        z.object({
          ...childEntry,
          properties: ruleProperties,
        }),
      )
      .max(1000),
  ),
});

export type SecurityGroupProperties = z.output<typeof securityGroupProperties>;

export const securityGroupReadOnly = [
  'defaultSecurityRules',
  'networkInterfaces',
  'subnets',
  'flowLogs',
  'resourceGuid',
] as const;
