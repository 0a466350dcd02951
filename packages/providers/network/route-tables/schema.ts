/** What may be written of a route table (published 2026-01-01 contract). */

import { z } from 'zod';
import { optional } from '../document.ts';
import { routeProperties } from '../routes/schema.ts';

export const routeTableProperties = z.object({
  disableBgpRoutePropagation: optional(z.boolean()),
  routes: optional(
    z
      .array(
        z.object({
          id: optional(z.string()),
          name: optional(z.string().max(80)),
          properties: routeProperties,
        }),
      )
      .max(1000),
  ),
});

export type RouteTableProperties = z.output<typeof routeTableProperties>;

export const routeTableReadOnly = ['subnets', 'resourceGuid'] as const;
