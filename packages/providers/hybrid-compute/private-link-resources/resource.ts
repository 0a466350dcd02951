/** Microsoft.HybridCompute/privateLinkScopes/privateLinkResources: what an endpoint to a scope has to carry. */

import type { OperationContext, ResourceId } from '@tombolo/arm';
import { armError, defineResourceType } from '@tombolo/arm';
import { findRegion, groupId, members, publishedZoneNames } from '@tombolo/private-link';
import type { JsonObject } from '@tombolo/store/port';
import { privateLinkVersions } from '../api-versions.ts';
import { types } from '../types.ts';

/** Member and zone names in the order and the spelling of the live service. */
const shownGroup = async (context: OperationContext, scopeId: ResourceId): Promise<JsonObject> => {
  const scope = await context.store.get(scopeId.text);
  if (scope?.type !== types.scope)
    throw armError('ResourceNotFound', [`${types.scope}/${scopeId.name}`, scopeId.resourceGroup ?? '']);
  const { suffixes } = context.settings;
  const location = String(scope.body.location);
  const region = findRegion(location);
  // Only regions of the table are served.
  if (!region) throw new Error(`the scope ${scope.id} is in '${location}', which is no region`);
  return {
    id: `${scope.id}/privateLinkResources/${groupId}`,
    name: groupId,
    type: `${types.scope}/privateLinkResources`,
    properties: {
      groupId,
      requiredMembers: members(region, suffixes).map((member) => member.memberName),
      requiredZoneNames: publishedZoneNames(suffixes),
    },
  };
};

export const privateLinkResources = defineResourceType<never>({
  type: `${types.scope}/privateLinkResources`,
  apiVersions: privateLinkVersions,
  placement: 'proxy',
  lists: ['parent'],
  reads: ({ parent }) => ({ documents: [parent!.text] }),
  computed: {
    get: async (context, id) => {
      const shown = await shownGroup(context, id.parent!);
      return id.name.toLowerCase() === groupId ? shown : undefined;
    },
    list: async (context, parent) => [await shownGroup(context, parent!)],
  },
});
