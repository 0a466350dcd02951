/** Built-in roles: given to the provider, the same in every installation, shown at every scope. */

import type { JsonObject } from '@tombolo/store/port';
import { types } from '../api-versions.ts';
import { extensionsAt } from '../scope.ts';

/** As `@tombolo/identity/roles` has them. */
export interface BuiltInRole {
  /** GUID. */
  readonly name: string;
  readonly properties: {
    readonly roleName: string;
    readonly type: string;
    readonly description: string;
    readonly assignableScopes: readonly string[];
    readonly permissions: readonly {
      readonly actions: readonly string[];
      readonly notActions: readonly string[];
      readonly dataActions: readonly string[];
      readonly notDataActions: readonly string[];
    }[];
  };
}

export const builtInByGuid = (roles: readonly BuiltInRole[], name: string): BuiltInRole | undefined =>
  roles.find((role) => role.name === name.toLowerCase());

export const builtInByName = (roles: readonly BuiltInRole[], roleName: string): BuiltInRole | undefined =>
  roles.find((role) => role.properties.roleName.toLowerCase() === roleName.toLowerCase());

/** Their ids are of the subscription at which they are looked at, or of the tenant. */
export const shownBuiltIn = (role: BuiltInRole, subscriptionId: string | undefined): JsonObject => {
  const scope = subscriptionId === undefined ? '/' : `/subscriptions/${subscriptionId}`;
  return {
    id: `${extensionsAt(scope, types.definition)}/${role.name}`,
    type: types.definition,
    name: role.name,
    properties: {
      ...role.properties,
      permissions: role.properties.permissions.map((permission) => ({ ...permission })),
      createdOn: '2015-02-02T21:55:09.8806423Z',
      updatedOn: '2015-02-02T21:55:09.8806423Z',
      createdBy: null,
      updatedBy: null,
    },
  };
};
