/** Writable properties of a role assignment. */

import { enumerated, resourceId } from '@tombolo/arm';
import { z } from 'zod';
import { types } from '../api-versions.ts';

const text = (longest: number) => z.string().max(longest).nullish();

export const assignmentProperties = z.object({
  /** Built-in roles are in no store; the model says in Azure's codes what is wrong with an id. */
  roleDefinitionId: resourceId({ type: types.definition, resolve: 'may-dangle', judgedByType: true }),
  principalId: z.string().min(1).max(64),
  principalType: enumerated(['User', 'Group', 'ServicePrincipal', 'ForeignGroup', 'Device']).nullish(),
  description: text(2048),
  condition: text(8192),
  conditionVersion: text(16),
  delegatedManagedIdentityResourceId: resourceId({ resolve: 'may-dangle' }, { orEmpty: true }).nullish(),
  canDelegate: z.boolean().nullish(),
});

export type AssignmentProperties = z.infer<typeof assignmentProperties>;
