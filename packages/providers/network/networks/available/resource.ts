/** What can be connected to, delegated to and named in a location: `…/locations/{location}/available…`. */

import { defineResourceType } from '@tombolo/arm';
import type { JsonObject } from '@tombolo/store/port';
import { networkApiVersions } from '../../api-versions.ts';
import { types } from '../../types.ts';
import { requireLocation } from '../location.ts';
import { delegableServices } from '../subnets/delegations.ts';
import { endpointServices } from '../subnets/service-endpoints.ts';

const byLocation = (
  name: string,
  since: string,
  items: (subscriptionId: string) => readonly JsonObject[],
) => {
  const type = `Microsoft.Network/locations/${name}`;
  return defineResourceType<never>({
    type,
    apiVersions: networkApiVersions.filter((version) => version >= since),
    placement: 'proxy',
    lists: ['parent'],
    computed: {
      list: async (context, parent) => {
        requireLocation(context, parent, type);
        return items(parent?.subscriptionId ?? '');
      },
    },
  });
};

/** `Microsoft.HybridCompute.privateLinkScopes`. */
const dotted = (name: string): string => name.replaceAll('/', '.');

const named = (subscriptionId: string, collection: string, name: string) => ({
  name: dotted(name),
  id: `/subscriptions/${subscriptionId}/providers/Microsoft.Network/${collection}/${dotted(name)}`,
  type: `Microsoft.Network/${collection}`,
});

export const availableTypes = [
  byLocation('availablePrivateEndpointTypes', '2019-08-01', (subscriptionId) => [
    {
      ...named(subscriptionId, 'AvailablePrivateEndpointTypes', types.scope),
      resourceName: types.scope,
      displayName: types.scope,
    },
  ]),
  byLocation('availableDelegations', '2018-08-01', (subscriptionId) =>
    delegableServices.map((serviceName) => ({
      ...named(subscriptionId, 'availableDelegations', serviceName),
      serviceName,
      actions: ['Microsoft.Network/virtualNetworks/subnets/join/action'],
    })),
  ),
  byLocation('virtualNetworkAvailableEndpointServices', '2017-06-01', (subscriptionId) =>
    endpointServices.map((service) => named(subscriptionId, 'virtualNetworkEndpointServices', service)),
  ),
  // Of service endpoint policies, which are not here.
  byLocation('availableServiceAliases', '2019-08-01', () => []),
];
