/** What may be written of a resolver's outbound endpoint (published 2025-05-01 contract). */

import { z } from 'zod';
import { reference } from '../../document.ts';

export const outboundProperties = z.object({ subnet: reference });
export type OutboundProperties = z.output<typeof outboundProperties>;
export const outboundReadOnly = ['resourceGuid'] as const;
