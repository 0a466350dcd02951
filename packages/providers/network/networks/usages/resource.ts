/** How much there is: of each kind in a location, and of addresses in the subnets of a network. */

import { defineResourceType } from '@tombolo/arm';
import { propertiesOf } from '@tombolo/store/document';
import type { JsonObject } from '@tombolo/store/port';
import { roomOf, subnetOfKey, takenPrefix } from '../../address-allocation.ts';
import { networkApiVersions } from '../../api-versions.ts';
import { types } from '../../types.ts';
import { requireLocation } from '../location.ts';
import { subnetPrefixes } from '../subnets/model.ts';
import { subnetsOf } from '../subnets/resource.ts';

/** Azure's limits of a subscription and region (Microsoft Learn, "Azure subscription limits"); nothing here holds to them. */
const counted = [
  ['VirtualNetworks', 'Virtual Networks', types.network, 1_000],
  ['NetworkSecurityGroups', 'Network Security Groups', types.securityGroup, 5_000],
  ['NetworkInterfaces', 'Network Interfaces', types.networkInterface, 65_536],
  ['PrivateEndpoints', 'Private Endpoints', types.endpoint, 65_536],
  ['RouteTables', 'Route Tables', types.routeTable, 200],
  ['ApplicationSecurityGroups', 'Application Security Groups', types.applicationSecurityGroup, 3_000],
] as const;

const usage = (
  id: string,
  name: readonly [string, string],
  currentValue: number,
  limit: number,
): JsonObject => ({
  id,
  unit: 'Count',
  currentValue,
  limit,
  name: { value: name[0], localizedValue: name[1] },
});

const locationType = 'Microsoft.Network/locations/usages';

export const locationUsages = defineResourceType<never>({
  type: locationType,
  apiVersions: networkApiVersions,
  placement: 'proxy',
  lists: ['parent'],
  computed: {
    list: async (context, parent) => {
      const location = requireLocation(context, parent, locationType);
      const subscription = `/subscriptions/${parent?.subscriptionId}`;
      const lists = await Promise.all(
        counted.map(([, , type]) => context.store.list({ type, under: subscription })),
      );
      return counted.map(([name, shown, , limit], index) => {
        const here = lists[index]!.filter(({ body }) => body.location === location).length;
        const id = `${subscription}/providers/Microsoft.Network/locations/${location}/usages/${name}`;
        return usage(id, [name, shown], here, limit);
      });
    },
  },
});

export const networkUsages = defineResourceType<never>({
  type: `${types.network}/usages`,
  apiVersions: networkApiVersions,
  placement: 'proxy',
  lists: ['parent'],
  computed: {
    list: async ({ store }, parent) => {
      const [subnets, taken] = await Promise.all([
        store.list(subnetsOf(parent!.text)),
        store.claimsUnder(takenPrefix(`${parent!.text}/subnets/`)),
      ]);
      const bySubnet = Map.groupBy(taken, ({ key }) => subnetOfKey(key));
      return subnets.map((subnet) =>
        usage(
          subnet.id,
          ['SubnetSpace', 'Subnet size and usage'],
          bySubnet.get(subnet.id.toLowerCase())?.length ?? 0,
          roomOf(subnetPrefixes(propertiesOf(subnet))),
        ),
      );
    },
  },
});
