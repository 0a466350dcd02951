/** What may be written of a route table (published 2026-01-01 contract). */

import { z } from 'zod';
import { optional } from '../../document.ts';
import { childEntry } from '../../references.ts';
import { routeProperties } from '../routes/schema.ts';

export const routeTableProperties = z.object({
  disableBgpRoutePropagation: optional(z.boolean()),
  routes: optional(
    z
      .array(
        z.object({
          ...childEntry,
          properties: routeProperties,
        }),
      )
      .max(1000),
  ),
});

export type RouteTableProperties = z.output<typeof routeTableProperties>;

export const routeTableReadOnly = ['subnets', 'resourceGuid'] as const;
