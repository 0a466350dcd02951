/** What may be written of a route (published 2026-01-01 contract). */

import { enumerated } from '@tombolo/arm';
import { z } from 'zod';
import { kept, optional } from '../../document.ts';

const nextHopTypes = ['VirtualNetworkGateway', 'VnetLocal', 'Internet', 'VirtualAppliance', 'None'] as const;

export const routeProperties = z.object({
  addressPrefix: optional(z.string().max(128)),
  nextHopType: enumerated(nextHopTypes),
  nextHopIpAddress: optional(z.string().max(64)),
  /** Several equal next hops; kept and shown only. */
  nextHop: kept,
});

export type RouteProperties = z.output<typeof routeProperties>;

export const routeReadOnly = ['hasBgpOverride'] as const;
