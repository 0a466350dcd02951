/** Custom role definitions: what a PUT makes of one; built-in ones are fixed. */

import type { Command, PutDecision, PutInput } from '@tombolo/arm';
import { type ArmError, isoTime, linkedRefusal, parseResourceId } from '@tombolo/arm';
import { isGuid } from '@tombolo/arm/guid';
import { propertiesOf, stringsAt } from '@tombolo/store/document';
import type { JsonObject } from '@tombolo/store/port';
import { types } from '../api-versions.ts';
import { roleError } from '../refusals.ts';
import type { BuiltInRole } from './built-in.ts';
import { builtInByGuid, builtInByName } from './built-in.ts';
import type { DefinitionProperties } from './schema.ts';

/** Its value is the id: a role's GUID is one in the whole tenant. */
export const definitionKey = (name: string): string => `role definition ${name.toLowerCase()}`;
export const roleNameKey = (roleName: string): string => `role name ${roleName.toLowerCase()}`;

export interface DefinitionSurroundings {
  readonly scope: string;
  readonly builtIns: readonly BuiltInRole[];
  /** Assignable scopes on which the caller may not write roles. */
  readonly forbiddenScopes: readonly string[];
}

export const assignableScopesOf = (
  { properties }: Pick<Command<DefinitionProperties>, 'properties'>,
  scope: string,
): readonly string[] => properties.assignableScopes ?? [scope];

export const storedScopesOf = ({
  existing,
}: Pick<Command<DefinitionProperties>, 'existing'>): readonly string[] =>
  existing === undefined ? [] : stringsAt(propertiesOf(existing), 'assignableScopes');

/** `*`, or words and wildcards between slashes. */
const actionForm = /^(\*|[\w.*-]+(\/[\w.*-]+)+)$/;

export const putDefinition = ({
  command,
  loaded,
  now,
  principal,
}: PutInput<DefinitionProperties, DefinitionSurroundings>): PutDecision | ArmError => {
  const { id, existing, properties } = command;
  if (!isGuid(id.name)) return roleError('InvalidRoleDefinitionId', [id.text]);
  const builtIn = builtInByGuid(loaded.builtIns, id.name);
  if (builtIn) return roleError('RoleDefinitionIsBuiltIn', [builtIn.properties.roleName]);
  if (builtInByName(loaded.builtIns, properties.roleName))
    return roleError('RoleDefinitionWithSameNameExists', [properties.roleName], 'properties.roleName');
  const scopes = assignableScopesOf(command, loaded.scope);
  const bad = scopes.length === 0 ? '' : scopes.find((scope) => !isAssignable(scope));
  if (bad !== undefined) return roleError('InvalidAssignableScope', [bad], 'properties.assignableScopes');
  const [forbidden] = loaded.forbiddenScopes;
  if (forbidden !== undefined) {
    const action = `${types.definition}/write`;
    return linkedRefusal(principal, { action, id }, { action, scope: forbidden });
  }
  const actions = properties.permissions.flatMap((permission) => [
    ...(permission.actions ?? []),
    ...(permission.notActions ?? []),
    ...(permission.dataActions ?? []),
    ...(permission.notDataActions ?? []),
  ]);
  const odd = actions.find((action) => !actionForm.test(action));
  if (odd !== undefined) return roleError('InvalidActionOrNotAction', [odd], 'properties.permissions');
  const stored = (existing?.body.properties ?? {}) as JsonObject;
  const before = typeof stored.roleName === 'string' ? stored.roleName : undefined;
  const own = id.text.toLowerCase();
  const renamed = before !== undefined && roleNameKey(before) !== roleNameKey(properties.roleName);
  return {
    properties: {
      roleName: properties.roleName,
      type: 'CustomRole',
      description: properties.description ?? '',
      assignableScopes: [...scopes],
      permissions: properties.permissions.map(({ actions, notActions, dataActions, notDataActions }) => ({
        actions: actions ?? [],
        notActions: notActions ?? [],
        dataActions: dataActions ?? [],
        notDataActions: notDataActions ?? [],
      })),
      createdOn: stored.createdOn ?? isoTime(now),
      updatedOn: isoTime(now),
      createdBy: stored.createdBy ?? principal.objectId,
      updatedBy: principal.objectId,
    },
    effects: {
      claims: [
        { key: definitionKey(id.name), value: own, holder: own },
        { key: roleNameKey(properties.roleName), value: own, holder: own },
      ],
      releases: renamed ? [{ holder: own, key: roleNameKey(before) }] : [],
    },
    // As in Azure, an update answers 201 too.
    status: { created: 201, updated: 201 },
  };
};

const isAssignable = (scope: string): boolean => {
  const id = parseResourceId(scope);
  return id?.subscriptionId !== undefined;
};
