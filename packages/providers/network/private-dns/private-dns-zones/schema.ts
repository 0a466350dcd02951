/** What may be written of a private DNS zone: nothing but its tags (published 2024-06-01 contract). */

import { z } from 'zod';

export const zoneProperties = z.object({});

export const zoneReadOnly = [
  'maxNumberOfRecordSets',
  'numberOfRecordSets',
  'maxNumberOfVirtualNetworkLinks',
  'numberOfVirtualNetworkLinks',
  'maxNumberOfVirtualNetworkLinksWithRegistration',
  'numberOfVirtualNetworkLinksWithRegistration',
  'internalId',
] as const;
