/** What may be written of a resolver's inbound endpoint (published 2025-05-01 contract). */

import { enumerated } from '@tombolo/arm';
import { z } from 'zod';
import { optional } from '../../document.ts';
import { subnetReference } from '../../references.ts';

export const inboundProperties = z.object({
  ipConfigurations: z
    .array(
      z.object({
        subnet: subnetReference,
        privateIpAddress: optional(z.string().max(64)),
        privateIpAllocationMethod: optional(enumerated(['Static', 'Dynamic'])),
      }),
    )
    .min(1)
    .max(16),
});
export type InboundProperties = z.output<typeof inboundProperties>;
export const inboundReadOnly = ['resourceGuid'] as const;
