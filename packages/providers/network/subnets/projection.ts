/** How a subnet is shown: what stands in it is read from the claims on it. */

import { useKey } from '@tombolo/arm';
import { propertiesOf } from '@tombolo/store/document';
import type { Document, JsonObject, StoreReader } from '@tombolo/store/port';
import { takenAddresses } from '../address-allocation.ts';
import { isIdOf, types } from '../types.ts';

/** `properties` with `privateEndpoints` and `ipConfigurations` where there are any. */
export const shownSubnet = async (store: StoreReader, subnet: Document): Promise<JsonObject> => {
  const [taken, used] = await Promise.all([takenAddresses(store, subnet.id), store.claim(useKey(subnet.id))]);
  const endpointIds = (used?.holders ?? []).filter((holder) => isIdOf(holder, types.endpoint));
  const endpoints = await store.getMany(endpointIds);
  return {
    ...propertiesOf(subnet),
    ...(endpoints.size > 0
      ? { privateEndpoints: [...endpoints.values()].map((endpoint) => ({ id: endpoint.id })) }
      : {}),
    ...(taken.length > 0 ? { ipConfigurations: taken.map((claim) => ({ id: claim.value })) } : {}),
  };
};
