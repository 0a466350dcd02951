/** What may be written of a private endpoint's zone group (published 2026-01-01 contract). */

import { z } from 'zod';
import { optional } from '../../document.ts';
import { zoneId } from '../../references.ts';

/** Azure: at most five zones a group. */
export const mostZones = 5;

export const zoneGroupProperties = z.object({
  privateDnsZoneConfigs: optional(
    z
      .array(
        z.object({
          name: z.string().min(1).max(80),
          properties: z.object({ privateDnsZoneId: zoneId }),
        }),
      )
      .max(100),
  ),
});

export type ZoneGroupProperties = z.output<typeof zoneGroupProperties>;
