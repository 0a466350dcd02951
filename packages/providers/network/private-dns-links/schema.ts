/** What may be written of a link from a private zone to a network (published 2024-06-01 contract). */

import { z } from 'zod';
import { optional, reference } from '../document.ts';

export const linkProperties = z.object({
  virtualNetwork: optional(reference),
  registrationEnabled: optional(z.boolean()),
  resolutionPolicy: optional(z.enum(['Default', 'NxDomainRedirect'])),
});

export type LinkProperties = z.output<typeof linkProperties>;

export const linkReadOnly = ['virtualNetworkLinkState'] as const;
