/** Refusals of Microsoft.Authorization. Codes marked (ours) are not known from Azure. */

import { defineRefusals } from '@tombolo/arm';

export const roleError = defineRefusals({
  InvalidRoleAssignmentId: [
    400,
    (name: string) => `The role assignment ID '${name}' is not valid.`,
    'The role assignment ID must be a GUID.',
  ],
  InvalidRoleDefinitionId: [
    400,
    (id: string) =>
      `The role definition ID '${id}' is not valid. It has the form {scope}/providers/Microsoft.Authorization/roleDefinitions/{GUID}.`,
  ],
  InvalidPrincipalId: [400, (id: string) => `A principal ID must be a GUID, and '${id}' is none.`],
  PrincipalNotFound: [
    400,
    (id: string, tenant: string) =>
      `Principal ${id.replaceAll('-', '')} does not exist in the directory ${tenant}.`,
    'Check that you have the correct principal ID: the object id of a service principal, not its application id. If you are creating this principal and then immediately assigning a role, set the role assignment principalType property to a value, such as ServicePrincipal, User, or Group. See https://aka.ms/docs-principaltype',
  ],
  /** Azure's own spelling, which tools look for. */
  UnmatchedPrincipalType: [
    400,
    (id: string, has: string, specified: string) =>
      `The PrincipalId '${id}' has type '${has}' , which is different from specified PrinciaplType '${specified}'.`,
  ],
  RoleDefinitionDoesNotExist: [
    400,
    (id: string) => `The specified role definition with ID '${id}' does not exist.`,
    'List the roles at the scope.',
  ],
  RoleAssignmentExists: [
    409,
    (id: string) => `The role assignment already exists. The ID of the existing role assignment is '${id}'.`,
  ],
  CannotDeleteLastRbacAdminAssignment: [
    412,
    () => 'Cannot delete the last RBAC admin assignment.',
    "Nobody could assign roles any more: assign Owner at '/' to another principal first.",
  ],
  RoleAssignmentUpdateNotPermitted: [
    400,
    (id: string) =>
      `Tenant ID, application ID, principal ID, and scope are not allowed to be updated, nor is the role of '${id}'.`,
    'Delete it, or use another GUID.',
  ],
  RoleAssignmentScopeNotAssignableToRoleDefinition: [
    400,
    (scope: string, role: string) =>
      `The role assignment scope '${scope}' is not assignable to role definition '${role}'.`,
    'Add the scope to its assignableScopes.',
  ],
  /** Azure's words (Learn: conditions-troubleshoot; MicrosoftDocs/azure-docs#119449); the code is ours. */
  InvalidRoleAssignmentCondition: [
    400,
    (version: string) =>
      `The given role assignment condition is invalid. It is said to be of version '${version}', and there is only 2.0.`,
    'Set conditionVersion to 2.0.',
  ],
  RoleDefinitionWithSameNameExists: [
    409,
    (name: string) => `A custom role with the same name already exists in this directory: '${name}'.`,
    'Use a different name.',
  ],
  RoleDefinitionHasAssignments: [
    400,
    (id: string, assignments: string) =>
      `Role definition '${id}' cannot be deleted: there are existing role assignments referencing it (${assignments}).`,
    'Delete these first.',
  ],
  InvalidAssignableScope: [
    400,
    (scope: string) => `'${scope}' is no scope for a custom role.`,
    'Assignable scopes are subscriptions, resource groups and resources.',
  ],
  InvalidActionOrNotAction: [
    400,
    (action: string) =>
      `'${action}' does not match any of the actions supported by the providers: it is no action.`,
  ],
  /** (ours) */
  RoleDefinitionIsBuiltIn: [
    403,
    (name: string) => `'${name}' is a built-in role, which cannot be changed or deleted.`,
    'Create a custom role of another GUID.',
  ],
  /** (ours) */
  RoleDefinitionExistsElsewhere: [
    409,
    (id: string) => `The role definition exists already as '${id}'.`,
    'Update it there, or use another GUID.',
  ],
});
