/**
 * Schedules of Privileged Identity Management, as far as they can be said without it: every assignment is active for good,
 * and nobody is eligible for anything. Asking for one is not here.
 */

import { defineResourceType } from '@tombolo/arm';
import { nameOf, propertiesOf } from '@tombolo/store/document';
import type { Document, JsonObject } from '@tombolo/store/port';
import { scheduleVersions, types } from '../api-versions.ts';
import { judgeFilter, pageOfAssignments } from '../role-assignments/resource.ts';
import { extensionsAt } from '../scope.ts';

const lists = ['tenant', 'subscription', 'resourceGroup', 'parent'] as const;

const shown = (type: string, document: Document): JsonObject => {
  const { scope, roleDefinitionId, principalId, principalType, createdOn, updatedOn, ...rest } =
    propertiesOf(document);
  const { condition = null, conditionVersion = null } = rest;
  return {
    id: `${extensionsAt(String(scope), type)}/${nameOf(document.id)}`,
    name: nameOf(document.id),
    type,
    properties: {
      scope,
      roleDefinitionId,
      principalId,
      principalType,
      status: 'Provisioned',
      assignmentType: 'Assigned',
      memberType: 'Direct',
      originRoleAssignmentId: document.id,
      startDateTime: createdOn,
      endDateTime: null,
      condition,
      conditionVersion,
      createdOn,
      updatedOn,
    },
  };
};

const ofAssignments = (name: string) => {
  const type = `Microsoft.Authorization/${name}`;
  return defineResourceType<never>({
    type,
    apiVersions: scheduleVersions,
    placement: 'proxy',
    lists,
    rbac: { read: `${types.assignment}/read` },
    computed: {
      list: (context, extended) =>
        pageOfAssignments(context, extended, async (documents) =>
          documents.map((document) => shown(type, document)),
        ),
    },
  });
};

const ofNobody = (name: string) =>
  defineResourceType<never>({
    type: `Microsoft.Authorization/${name}`,
    apiVersions: scheduleVersions,
    placement: 'proxy',
    lists,
    rbac: { read: `${types.assignment}/read` },
    computed: {
      list: async (context) => {
        judgeFilter(context);
        return [];
      },
    },
  });

const requests = (name: string) =>
  defineResourceType<never>({
    type: `Microsoft.Authorization/${name}`,
    apiVersions: scheduleVersions,
    placement: 'proxy',
    lists: [],
    gap: 'Privileged Identity Management',
    computed: {},
  });

export const schedules = [
  ofAssignments('roleAssignmentSchedules'),
  ofAssignments('roleAssignmentScheduleInstances'),
  ofNobody('roleEligibilitySchedules'),
  ofNobody('roleEligibilityScheduleInstances'),
  requests('roleAssignmentScheduleRequests'),
  requests('roleEligibilityScheduleRequests'),
];
