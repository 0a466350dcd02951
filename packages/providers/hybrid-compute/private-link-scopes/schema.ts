/** Writable properties of a Private Link Scope. */

import { z } from 'zod';

export const scopeProperties = z.object({ publicNetworkAccess: z.string().max(64).nullish() });

export type ScopeProperties = z.infer<typeof scopeProperties>;
