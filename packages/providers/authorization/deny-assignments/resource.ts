/** Deny assignments and classic administrators: clients ask for them beside role assignments, and there are none. */

import { defineResourceType } from '@tombolo/arm';
import { classicVersions, denyVersions } from '../api-versions.ts';
import { scopeOf } from '../scope.ts';

/** Azure makes them itself (managed applications, deployment stacks); nothing here does. */
export const denyAssignments = defineResourceType<never>({
  type: 'Microsoft.Authorization/denyAssignments',
  apiVersions: denyVersions,
  placement: 'proxy',
  lists: ['tenant', 'subscription', 'resourceGroup', 'parent'],
  computed: {
    get: async () => undefined,
    list: async (context, extended) => {
      await scopeOf(context, extended);
      return [];
    },
  },
});

export const classicAdministrators = defineResourceType<never>({
  type: 'Microsoft.Authorization/classicAdministrators',
  apiVersions: classicVersions,
  placement: 'proxy',
  lists: ['subscription'],
  computed: { list: async () => [] },
});
