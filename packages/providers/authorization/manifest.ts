/** Microsoft.Authorization on one screen. */

import type { Provider } from '@tombolo/arm';
import { defineResourceType } from '@tombolo/arm';
import { operationsList } from '../operations-list.ts';
import { authorizationVersions } from './api-versions.ts';
import { classicAdministrators, denyAssignments } from './deny-assignments/resource.ts';
import { permissions } from './permissions/resource.ts';
import { providerOperations } from './provider-operations/resource.ts';
import { roleAssignments } from './role-assignments/resource.ts';
import type { BuiltInRole } from './role-definitions/built-in.ts';
import { roleDefinitions } from './role-definitions/resource.ts';
import { schedules } from './schedules/resource.ts';

const locks = defineResourceType<never>({
  type: 'Microsoft.Authorization/locks',
  apiVersions: ['2016-09-01', '2017-04-01', '2020-05-01'],
  placement: 'proxy',
  lists: [],
  gap: 'Resource locks',
  computed: {},
});

export const authorizationProvider = (builtInRoles: readonly BuiltInRole[]): Provider => ({
  namespace: 'Microsoft.Authorization',
  types: [
    roleDefinitions(builtInRoles), //  PUT GET DELETE at a scope, list with $filter
    roleAssignments(builtInRoles), //  PUT GET DELETE at any scope, list with $filter
    permissions(builtInRoles), //      GET list at any scope: the caller's own
    denyAssignments, //                GET list at any scope: none
    classicAdministrators, //          GET list: none
    ...schedules, //                   GET list at any scope: assignments, for good; requests 501
    providerOperations, //             GET, list
    operationsList('Microsoft.Authorization', authorizationVersions), // GET list
    locks, //                          501
  ],
});
