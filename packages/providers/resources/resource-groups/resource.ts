/** Resource groups: PUT, PATCH, GET, HEAD, list, and DELETE as a long-running operation. */

import type { AnyResourceType } from '@tombolo/arm';
import { collectDocuments, defineResourceType, pageQuery, pageResponse, present } from '@tombolo/arm';
import { filterOf } from '@tombolo/arm/odata-filter';
import { nameOf } from '@tombolo/store/document';
import type { JsonObject } from '@tombolo/store/port';
import { z } from 'zod';
import { tagFilter } from '../../tag-filter.ts';
import { groupType, resourcesVersions } from '../api-versions.ts';
import { moveActions } from '../moves/actions.ts';
import { groupError } from '../refusals.ts';
import type { DeletionState } from './deletion-state.ts';
import { groupName, putGroup, removeGroup } from './model.ts';

export const resourceGroups: AnyResourceType = defineResourceType<Record<string, never>, DeletionState>({
  type: groupType,
  apiVersions: resourcesVersions,
  placement: 'tracked',
  name: groupName,
  envelope: ['managedBy'],
  properties: z.object({}),
  readOnly: ['provisioningState'],
  rbac: {
    read: 'Microsoft.Resources/subscriptions/resourceGroups/read',
    write: 'Microsoft.Resources/subscriptions/resourceGroups/write',
    delete: 'Microsoft.Resources/subscriptions/resourceGroups/delete',
  },
  put: ({ command }) => putGroup(command),
  patch: 'merge',
  // Of all deletes only a resource group's says that there was nothing.
  saysNothingToDelete: true,
  misplaced: {
    elsewhere: (id, stored, wanted) =>
      groupError('InvalidResourceGroupLocation', [nameOf(id), stored, wanted], 'location'),
    notOffered: (wanted, offered) =>
      groupError('LocationNotAvailableForResourceGroup', [wanted, offered.join(',')], 'location'),
  },
  loadForRemove: async ({ principal }) => ({ phase: 'check', principal }),
  remove: removeGroup,
  present: async (_, documents) =>
    documents.map(({ body: { systemData: _systemData, ...body } }) => ({
      ...body,
      type: 'Microsoft.Resources/resourceGroups',
    })),
  lists: ['subscription'],
  actions: moveActions,
  computed: {
    list: async (context, parent) => {
      const filter = filterOf(context.request.query);
      const matches = filter && tagFilter(filter, ['name', 'location']);
      const { documents, next } = await collectDocuments(context, pageQuery(context.request), {
        type: groupType,
        under: parent!.text,
        keep: ({ id, body }) =>
          matches === undefined ||
          matches({
            fields: { name: nameOf(id), location: String(body.location) },
            tags: (body.tags ?? {}) as JsonObject,
          }),
      });
      return pageResponse(context.request, await present(resourceGroups, context, documents), next);
    },
  },
});
