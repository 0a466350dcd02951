/** Writable properties of a connection from the scope's side: its state. */

import { resourceId } from '@tombolo/arm';
import { z } from 'zod';
import { types as networkTypes } from '../../network/types.ts';

export const connectionProperties = z.object({
  /** Echoed by clients; a connection never changes its endpoint. */
  privateEndpoint: z
    .object({
      id: resourceId({ type: networkTypes.endpoint, resolve: 'may-dangle' }).optional(),
    })
    .nullish(),
  privateLinkServiceConnectionState: z
    .object({
      status: z.string().max(64),
      description: z.string().max(1024).nullish(),
      actionsRequired: z.string().max(1024).nullish(),
    })
    .nullish(),
});

export type ConnectionProperties = z.infer<typeof connectionProperties>;
