/** Writable properties of a role assignment. */

import { z } from 'zod';

const text = (longest: number) => z.string().max(longest).nullish();

export const assignmentProperties = z.object({
  roleDefinitionId: z.string().min(1).max(2048),
  principalId: z.string().min(1).max(64),
  principalType: z.enum(['User', 'Group', 'ServicePrincipal', 'ForeignGroup', 'Device']).nullish(),
  description: text(2048),
  condition: text(8192),
  conditionVersion: text(16),
  delegatedManagedIdentityResourceId: text(2048),
  canDelegate: z.boolean().nullish(),
});

export type AssignmentProperties = z.infer<typeof assignmentProperties>;
