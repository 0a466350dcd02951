/** Writable properties of a Private Link Scope. */

import { enumerated } from '@tombolo/arm';
import { z } from 'zod';

/** Services behind extensions, each public or private on its own; stored and shown. */
const serviceExtension = z.object({
  serviceExtensionType: z.string().max(256).nullish(),
  serviceExtensionPublicNetworkAccess: enumerated(['Enabled', 'Disabled']).nullish(),
});

export const scopeProperties = z.object({
  /** Judged by `decidePublicNetworkAccess`, in its own code. */
  publicNetworkAccess: z.string().max(64).nullish(),
  serviceExtensions: z.array(serviceExtension).max(100).nullish(),
});

export type ScopeProperties = z.infer<typeof scopeProperties>;
