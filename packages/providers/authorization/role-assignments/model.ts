/** Role assignments: who has which role where; each of them once. */

import type { PutDecision, PutInput } from '@tombolo/arm';
import { type ArmError, isoTime, parseResourceId, useClaim } from '@tombolo/arm';
import { isGuid } from '@tombolo/arm/guid';
import type { JsonObject } from '@tombolo/store/port';
import { types } from '../api-versions.ts';
import { roleError } from '../refusals.ts';
import { covers } from '../scope.ts';
import type { AssignmentProperties } from './schema.ts';

export interface Role {
  /** GUID, lower case. */
  readonly name: string;
  /** The id to store: at the subscription for built-in roles, the definition's own for custom ones. */
  readonly id: string;
  readonly assignableScopes: readonly string[];
  readonly custom: boolean;
}

export interface AssignmentSurroundings {
  readonly scope: string;
  readonly role: Role | undefined;
  readonly tenantId: string;
  /** The directory has an object of the principal's id; all that are in it are service principals. */
  readonly principalIsKnown: boolean;
}

/** Two assignments of one role to one principal at one scope are one too many. */
const assignmentKey = (scope: string, principalId: string, role: string): string =>
  `role assignment ${principalId} ${role} at ${scope}`.toLowerCase();

/** The GUID of `…/roleDefinitions/{guid}`. */
export const roleGuidOf = (roleDefinitionId: string): string | undefined => {
  const id = parseResourceId(roleDefinitionId);
  const fits = id?.type.toLowerCase() === types.definition.toLowerCase() && isGuid(id.name);
  return fits ? id.name.toLowerCase() : undefined;
};

/**
 * As in Azure, who says of which type the principal is may be ahead of the directory; without that it is looked up, and an
 * application id in the place of the principal's own is found out.
 */
const refusedPrincipal = (
  { principalId, principalType }: AssignmentProperties,
  { principalIsKnown, tenantId }: AssignmentSurroundings,
): ArmError | undefined => {
  const target = 'properties.principalId';
  if (!principalIsKnown)
    return principalType ? undefined : roleError('PrincipalNotFound', [principalId, tenantId], target);
  if ((principalType ?? 'ServicePrincipal') === 'ServicePrincipal') return undefined;
  return roleError(
    'UnmatchedPrincipalType',
    [principalId, 'ServicePrincipal', String(principalType)],
    target,
  );
};

/** The one version of the language that Azure takes; it names the condition where the version is another. */
const conditionLanguage = '2.0';

const refusedCondition = ({ condition, conditionVersion }: AssignmentProperties): ArmError | undefined =>
  condition && conditionVersion && conditionVersion !== conditionLanguage
    ? roleError('InvalidRoleAssignmentCondition', [conditionVersion], 'properties.conditionVersion')
    : undefined;

export const putAssignment = ({
  command,
  loaded,
  now,
  principal,
}: PutInput<AssignmentProperties, AssignmentSurroundings>): PutDecision | ArmError => {
  const { id, existing, properties } = command;
  const { scope, role } = loaded;
  if (!isGuid(id.name)) return roleError('InvalidRoleAssignmentId', [id.name]);
  if (!isGuid(properties.principalId))
    return roleError('InvalidPrincipalId', [properties.principalId], 'properties.principalId');
  const target = 'properties.roleDefinitionId';
  if (roleGuidOf(properties.roleDefinitionId) === undefined)
    return roleError('InvalidRoleDefinitionId', [properties.roleDefinitionId], target);
  if (!role) return roleError('RoleDefinitionDoesNotExist', [properties.roleDefinitionId], target);
  if (!role.assignableScopes.some((assignable) => covers(assignable, scope)))
    return roleError('RoleAssignmentScopeNotAssignableToRoleDefinition', [scope, role.id], target);
  const unread = refusedCondition(properties);
  if (unread) return unread;
  const stored = (existing?.body.properties ?? {}) as JsonObject;
  const changed =
    existing !== undefined &&
    (String(stored.principalId).toLowerCase() !== properties.principalId.toLowerCase() ||
      roleGuidOf(String(stored.roleDefinitionId)) !== role.name);
  if (changed) return roleError('RoleAssignmentUpdateNotPermitted', [existing.id]);
  const refusal = existing ? undefined : refusedPrincipal(properties, loaded);
  if (refusal) return refusal;
  const own = id.text.toLowerCase();
  return {
    properties: {
      roleDefinitionId: role.id,
      principalId: properties.principalId,
      principalType: properties.principalType ?? stored.principalType ?? 'ServicePrincipal',
      scope,
      condition: properties.condition ?? null,
      conditionVersion: properties.conditionVersion ?? null,
      description: properties.description ?? null,
      delegatedManagedIdentityResourceId: properties.delegatedManagedIdentityResourceId ?? null,
      createdOn: stored.createdOn ?? isoTime(now),
      updatedOn: isoTime(now),
      createdBy: stored.createdBy ?? principal.objectId,
      updatedBy: principal.objectId,
    },
    effects: {
      claims: [
        { key: assignmentKey(scope, properties.principalId, role.name), value: own, holder: own },
        ...(role.custom ? [useClaim(role.id, own)] : []),
      ],
      expect: role.custom ? [{ id: role.id, version: 'present' }] : [],
    },
  };
};
