/** `{scope}/providers/Microsoft.Authorization/permissions`: what the caller may do there; clients hide what is not in it. */

import { defineResourceType, type OperationContext, type ResourceId } from '@tombolo/arm';
import { listAt, propertiesOf, stringAt } from '@tombolo/store/document';
import type { Document, JsonObject } from '@tombolo/store/port';
import { authorizationVersions } from '../api-versions.ts';
import { roleGuidOf } from '../role-assignments/model.ts';
import { assignmentsAbove } from '../role-assignments/resource.ts';
import { type BuiltInRole, builtInByGuid } from '../role-definitions/built-in.ts';
import { findCustomRole } from '../role-definitions/resource.ts';

const permissionsOf = async (
  context: OperationContext,
  builtIns: readonly BuiltInRole[],
  assignment: Document,
): Promise<readonly JsonObject[]> => {
  const properties = propertiesOf(assignment);
  const name = roleGuidOf(stringAt(properties, 'roleDefinitionId') ?? '');
  if (name === undefined) return [];
  const builtIn = builtInByGuid(builtIns, name);
  const custom = builtIn ? undefined : await findCustomRole(context.store, name);
  const permissions: readonly unknown[] =
    builtIn?.properties.permissions ?? listAt(custom && propertiesOf(custom), 'permissions');
  return permissions.map((permission) => ({
    ...(permission as JsonObject),
    condition: null,
    conditionVersion: null,
  }));
};

/** Everybody may ask what they may; it says nothing of whether the scope is there. */
export const permissions = (builtIns: readonly BuiltInRole[]) =>
  defineResourceType<never>({
    type: 'Microsoft.Authorization/permissions',
    apiVersions: authorizationVersions,
    placement: 'proxy',
    authorization: 'own',
    lists: ['tenant', 'subscription', 'resourceGroup', 'parent'],
    computed: {
      list: async (context: OperationContext, extended: ResourceId | undefined) => {
        const own = (await assignmentsAbove(context, extended)).filter((document) => {
          const { condition } = propertiesOf(document);
          const principalId = stringAt(propertiesOf(document), 'principalId');
          // One with a condition grants nothing here: what is listed is what is let through.
          return !condition && principalId?.toLowerCase() === context.principal.objectId.toLowerCase();
        });
        const found = await Promise.all(own.map((document) => permissionsOf(context, builtIns, document)));
        return found.flat();
      },
    },
  });
