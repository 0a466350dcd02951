/** The locations of a subscription: the installation's regions. */

import { armError, defineResourceType, subscriptionIdOf } from '@tombolo/arm';
import { findRegion, type Region } from '@tombolo/private-link';
import type { JsonObject } from '@tombolo/store/port';
import { subscriptionType, subscriptionVersions } from '../api-versions.ts';

const locationId = (subscriptionId: string, name: string): string =>
  `/subscriptions/${subscriptionId}/locations/${name}`;

/** As Azure shows one; what no source says of a region is left out. */
const shown = (region: Region, subscriptionId: string): JsonObject => {
  const { name, displayName, geography, geographyGroup, category, pairedRegion } = region;
  return {
    id: locationId(subscriptionId, name),
    name,
    type: 'Region',
    displayName,
    regionalDisplayName: geographyGroup === undefined ? displayName : `(${geographyGroup}) ${displayName}`,
    metadata: {
      regionType: 'Physical',
      ...(category === undefined ? {} : { regionCategory: category }),
      geography,
      ...(geographyGroup === undefined ? {} : { geographyGroup }),
      pairedRegion:
        pairedRegion === undefined
          ? []
          : [{ name: pairedRegion, id: locationId(subscriptionId, pairedRegion) }],
    },
  };
};

export const locations = defineResourceType<never>({
  type: `${subscriptionType}/locations`,
  apiVersions: subscriptionVersions,
  placement: 'proxy',
  lists: ['parent'],
  computed: {
    list: async ({ settings, store }, parent) => {
      const subscriptionId = parent?.subscriptionId ?? '';
      if (!(await store.get(subscriptionIdOf(subscriptionId))))
        throw armError('SubscriptionNotFound', [subscriptionId]);
      return settings.regions.flatMap((name) => {
        const region = findRegion(name);
        return region ? [shown(region, subscriptionId)] : [];
      });
    },
  },
});
