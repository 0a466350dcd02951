/** Microsoft.HybridCompute/privateLinkScopes/privateLinkResources: what an endpoint to a scope has to carry. */

import type { OperationContext, ResourceId } from '@tombolo/arm';
import { armError, defineResourceType } from '@tombolo/arm';
import { groupId, members, publishedZoneNames } from '@tombolo/private-link/members';
import { findRegion, type Region } from '@tombolo/private-link/regions';
import type { JsonObject } from '@tombolo/store/port';
import { privateLinkVersions } from '../api-versions.ts';
import { types } from '../types.ts';

/** A region of the installation's own: its name stands in all three places. */
const regionOf = (location: string): Region =>
  findRegion(location) ?? {
    name: location,
    displayName: location,
    hisCode: location,
    geography: location,
    verified: false,
  };

/** Member and zone names in the order and the spelling of the live service. */
const shownGroup = async (context: OperationContext, scopeId: ResourceId): Promise<JsonObject> => {
  const scope = await context.store.get(scopeId.text);
  if (scope?.type !== types.scope)
    throw armError('ResourceNotFound', [`${types.scope}/${scopeId.name}`, scopeId.resourceGroup ?? '']);
  const { suffixes } = context.settings;
  const region = regionOf(String(scope.body.location));
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
  computed: {
    get: async (context, id) => {
      const shown = await shownGroup(context, id.parent!);
      return id.name.toLowerCase() === groupId ? shown : undefined;
    },
    list: async (context, parent) => [await shownGroup(context, parent!)],
  },
});
