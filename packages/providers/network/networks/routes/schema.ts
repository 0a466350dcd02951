/** What may be written of a route (published 2026-01-01 contract). */

import { z } from 'zod';
import { kept, optional } from '../../document.ts';

const nextHopTypes = ['VirtualNetworkGateway', 'VnetLocal', 'Internet', 'VirtualAppliance', 'None'] as const;

const nextHopType = z.string().transform((text, context): (typeof nextHopTypes)[number] => {
  const found = nextHopTypes.find((value) => value.toLowerCase() === text.toLowerCase());
  if (found !== undefined) return found;
  context.addIssue({ code: 'custom', message: `'${text}' is none of ${nextHopTypes.join(', ')}` });
  return z.NEVER;
});

export const routeProperties = z.object({
  addressPrefix: optional(z.string().max(128)),
  nextHopType,
  nextHopIpAddress: optional(z.string().max(64)),
  /** Several equal next hops; kept and shown only. */
  nextHop: kept,
});

export type RouteProperties = z.output<typeof routeProperties>;

export const routeReadOnly = ['hasBgpOverride'] as const;
