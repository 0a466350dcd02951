/** What may be written of a resolver's outbound endpoint (published 2025-05-01 contract). */

import { z } from 'zod';
import { subnetReference } from '../../references.ts';

export const outboundProperties = z.object({ subnet: subnetReference });
export type OutboundProperties = z.output<typeof outboundProperties>;
export const outboundReadOnly = ['resourceGuid'] as const;
