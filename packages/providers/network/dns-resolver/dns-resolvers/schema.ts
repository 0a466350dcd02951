/** What may be written of a DNS resolver (published 2025-05-01 contract). */

import { z } from 'zod';
import { resolverNetworkReference } from '../../references.ts';

export const resolverProperties = z.object({ virtualNetwork: resolverNetworkReference });
export type ResolverProperties = z.output<typeof resolverProperties>;
export const resolverReadOnly = ['dnsResolverState', 'resourceGuid'] as const;
