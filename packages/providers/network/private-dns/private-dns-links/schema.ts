/** What may be written of a link from a private zone to a network (published 2024-06-01 contract). */

import { enumerated } from '@tombolo/arm';
import { z } from 'zod';
import { optional } from '../../document.ts';
import { linkedNetworkReference } from '../../references.ts';

export const linkProperties = z.object({
  virtualNetwork: optional(linkedNetworkReference),
  registrationEnabled: optional(z.boolean()),
  resolutionPolicy: optional(enumerated(['Default', 'NxDomainRedirect'])),
});

export type LinkProperties = z.output<typeof linkProperties>;

export const linkReadOnly = ['virtualNetworkLinkState'] as const;
