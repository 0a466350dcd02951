/** Writable properties of a role definition. */

import { z } from 'zod';

const actions = z.array(z.string().min(1).max(512)).max(2048).nullish();

export const definitionProperties = z.object({
  roleName: z.string().min(1).max(512),
  description: z.string().max(2048).nullish(),
  /** Clients send `CustomRole`; it is one whatever they send. */
  type: z.string().max(64).nullish(),
  permissions: z
    .array(
      z.object({
        actions,
        notActions: actions,
        dataActions: actions,
        notDataActions: actions,
        condition: z.string().max(8192).nullish(),
        conditionVersion: z.string().max(16).nullish(),
      }),
    )
    .max(64),
  assignableScopes: z.array(z.string().min(1).max(2048)).max(2000).nullish(),
});

export type DefinitionProperties = z.infer<typeof definitionProperties>;
