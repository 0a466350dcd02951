/** How a subnet is shown: what stands in it is read from the claims on it. */

import { useKey } from '@tombolo/arm';
import { propertiesOf } from '@tombolo/store/document';
import type { Document, HeldClaim, JsonObject, Reads, StoreReader } from '@tombolo/store/port';
import { subnetOfKey, takenPrefix } from '../../address-allocation.ts';
import { isIdOf, types } from '../../types.ts';
import type { Occupied } from './delegations.ts';

/** What stands in a subnet. */
export interface Standing extends Occupied {
  readonly endpoints: readonly Document[];
}

const standing = (taken: readonly HeldClaim[], users: readonly Document[]): Standing => ({
  taken,
  users: users.map(({ id }) => id),
  endpoints: users.filter(({ id }) => isIdOf(id, types.endpoint)),
});

/** What {@link loadStanding} reads first. */
export const standingReads = (subnetId: string): Reads => ({
  claims: [useKey(subnetId)],
  claimsUnder: [takenPrefix(subnetId)],
});

export const loadStanding = async (store: StoreReader, subnetId: string): Promise<Standing> => {
  const [taken, used] = await Promise.all([
    store.claimsUnder(takenPrefix(subnetId)),
    store.claim(useKey(subnetId)),
  ]);
  return standing(taken, [...(await store.getMany(used?.holders ?? [])).values()]);
};

/** What {@link loadStandingOfNetwork} reads first. */
export const standingOfNetworkReads = (networkId: string): Reads => ({
  claimsUnder: [useKey(`${networkId}/subnets/`), takenPrefix(`${networkId}/subnets/`)],
});

/** In all subnets of a network, found by the subnet's id: the claims on all of them are one range. */
export const loadStandingOfNetwork = async (
  store: StoreReader,
  networkId: string,
): Promise<(subnetId: string) => Standing> => {
  const [used, taken] = await Promise.all([
    store.claimsUnder(useKey(`${networkId}/subnets/`)),
    store.claimsUnder(takenPrefix(`${networkId}/subnets/`)),
  ]);
  const bySubnet = Map.groupBy(taken, ({ key }) => subnetOfKey(key));
  const users = new Map(used.map(({ key, holders }) => [key, holders]));
  const documents = await store.getMany([...users.values()].flat());
  return (subnetId) =>
    standing(
      bySubnet.get(subnetId.toLowerCase()) ?? [],
      (users.get(useKey(subnetId)) ?? []).flatMap((id) => documents.get(id.toLowerCase()) ?? []),
    );
};

/** `properties` with `privateEndpoints` and `ipConfigurations` where there are any. */
export const shownSubnet = (subnet: Document, { taken, endpoints }: Omit<Standing, 'users'>): JsonObject => ({
  ...propertiesOf(subnet),
  ...(endpoints.length > 0 ? { privateEndpoints: endpoints.map(({ id }) => ({ id })) } : {}),
  ...(taken.length > 0 ? { ipConfigurations: taken.map((claim) => ({ id: claim.value })) } : {}),
});
