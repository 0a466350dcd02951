/** The locations of a subscription: the installation's regions. */

import { armError, defineResourceType, subscriptionIdOf } from '@tombolo/arm';
import { findRegion } from '@tombolo/private-link/regions';
import { subscriptionType, subscriptionVersions } from '../api-versions.ts';

/** `japan` → `Japan`, `us` → `US`. */
const geographyOf = (geography: string): string =>
  geography.length <= 2 ? geography.toUpperCase() : `${geography[0]!.toUpperCase()}${geography.slice(1)}`;

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
      return settings.regions.map((name) => {
        const region = findRegion(name);
        const geography = geographyOf(region?.geography ?? name);
        const displayName = region?.displayName ?? name;
        return {
          id: `/subscriptions/${subscriptionId}/locations/${name}`,
          name,
          type: 'Region',
          displayName,
          regionalDisplayName: `(${geography}) ${displayName}`,
          metadata: {
            regionType: 'Physical',
            regionCategory: 'Recommended',
            geography,
            geographyGroup: geography,
            pairedRegion: [],
          },
        };
      });
    },
  },
});
