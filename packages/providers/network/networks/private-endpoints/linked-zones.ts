/** R7: an endpoint says which names its network needs from now on; zones that are linked already may lack them. */

import type { OperationContext } from '@tombolo/arm';
import { concernsArc, type Member, zoneWarnings } from '@tombolo/private-link';
import { isObject, nameOf, objectOf, parentIdOf, referenceAt } from '@tombolo/store/document';
import type { Document, Json, Reads } from '@tombolo/store/port';
import { linkOfNetworkKey } from '../../network-links.ts';
import {
  answeringNames,
  loadAnswering,
  loadNeeded,
  namesOfNetworkKeys,
  redirects,
} from '../../private-dns/linked-zones.ts';
import { isIdOf, types } from '../../types.ts';

/** A zone that has to do with Arc and is linked to the network. */
export interface LinkOfNetwork {
  readonly zoneId: string;
  readonly records: readonly Document[];
  readonly redirectsToPublic: boolean;
  /** Which names the network was taken to need until now. */
  readonly members: readonly Member[];
}

/** The network of the subnet that a body names, with the first round trip. */
export const readsOfNetwork = (body: Json | undefined): Reads => {
  const subnetId = isObject(body) ? referenceAt(objectOf(body.properties), 'subnet') : undefined;
  if (subnetId === undefined) return {};
  const networkId = parentIdOf(subnetId);
  return {
    documents: [networkId],
    claims: [linkOfNetworkKey(networkId)],
    claimsUnder: [namesOfNetworkKeys(networkId)],
  };
};

/** None where an endpoint has said already which names are needed: the next one needs the same (R1). */
export const loadLinksOfNetwork = async (
  { store, settings }: OperationContext,
  networkId: string,
): Promise<readonly LinkOfNetwork[]> => {
  const [links, names] = await Promise.all([
    store.claim(linkOfNetworkKey(networkId)),
    store.claimsUnder(namesOfNetworkKeys(networkId)),
  ]);
  if (names.length > 0) return [];
  const judged = (links?.holders ?? []).filter(
    (holder) => isIdOf(holder, types.zoneLink) && concernsArc(nameOf(parentIdOf(holder)), settings.suffixes),
  );
  return Promise.all(
    judged.map(async (holder) => {
      const [records, link] = await Promise.all([
        loadAnswering(store, parentIdOf(holder)),
        store.get(holder),
      ]);
      const zoneId = parentIdOf(link?.id ?? holder);
      const members = await loadNeeded(store, settings, networkId, nameOf(zoneId), records);
      return { zoneId, records, redirectsToPublic: link !== undefined && redirects(link), members };
    }),
  );
};

/** A warning with strict DNS, too: without the endpoint no zone group could write the records. */
export const warningsOfNames = (
  networkId: string,
  links: readonly LinkOfNetwork[],
  members: readonly Member[],
): readonly string[] => {
  const besides = links.map(({ zoneId }) => nameOf(zoneId));
  return links.flatMap(({ zoneId, records, redirectsToPublic, members: membersBefore }) => {
    const answers = answeringNames(records);
    const others = besides.filter((name) => name !== nameOf(zoneId));
    const linked = { networkId, redirectsToPublic, members, membersBefore, besides: others };
    return zoneWarnings({ zoneId, before: answers, after: answers, networks: [linked] }).map(
      ({ message }) => message,
    );
  });
};
