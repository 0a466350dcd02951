/** Microsoft.Network/privateDnsZones/virtualNetworkLinks. */

import {
  type ArmRequest,
  defineResourceType,
  type OperationContext,
  type ResourceId,
  type Settings,
  sameId,
} from '@tombolo/arm';
import { concernsArc } from '@tombolo/private-link';
import { isObject, nameOf, objectOf, parentIdOf, referenceAt } from '@tombolo/store/document';
import type { Document, Reads } from '@tombolo/store/port';
import { privateDnsApiVersions, resolutionPolicySince } from '../../api-versions.ts';
import { linkOfNetworkKey } from '../../network-links.ts';
import { isIdOf, networkName, types } from '../../types.ts';
import { loadAnswering, loadNeeded, namesOfNetworkKeys, readsOfZone } from '../linked-zones.ts';
import { type LoadedLink, putLink, registrationTaken, zoneTaken } from './model.ts';
import { type LinkProperties, linkProperties, linkReadOnly } from './schema.ts';

/** What R7 asks of a zone that has to do with Arc. */
const loadJudged = async (
  { store, settings }: OperationContext,
  zone: Document,
  networkId: string,
): Promise<Pick<LoadedLink, 'records' | 'members' | 'besides'>> => {
  // The claims are asked for beside the records, and read once more where these are needed.
  const [records, links] = await Promise.all([
    loadAnswering(store, zone.id),
    store.claim(linkOfNetworkKey(networkId)),
    store.claimsUnder(namesOfNetworkKeys(networkId)),
    store.get(networkId),
  ]);
  const members = await loadNeeded(store, settings, networkId, nameOf(zone.id), records);
  const zones = (links?.holders ?? []).filter((holder) => isIdOf(holder, types.zoneLink)).map(parentIdOf);
  const besides = zones.filter((zoneId) => !sameId(zoneId, zone.id)).map(nameOf);
  return { records, members, besides };
};

/** What a PUT's body names, so that it comes with the first round trip. */
const readsOf = ({ parent }: ResourceId, { method, body }: ArmRequest, settings: Settings): Reads => {
  if (method !== 'PUT' && method !== 'PATCH') return {};
  const reads = readsOfZone(parent!.text, settings);
  const networkId = isObject(body) ? referenceAt(objectOf(body.properties), 'virtualNetwork') : undefined;
  return networkId === undefined || reads.lists === undefined
    ? reads
    : {
        ...reads,
        documents: [networkId],
        claims: [linkOfNetworkKey(networkId)],
        claimsUnder: [namesOfNetworkKeys(networkId)],
      };
};

export const privateDnsLinks = defineResourceType<LinkProperties, LoadedLink>({
  type: types.zoneLink,
  apiVersions: privateDnsApiVersions,
  placement: 'global',
  name: networkName,
  etagInBody: true,
  properties: linkProperties,
  readOnly: linkReadOnly,
  since: { resolutionPolicy: resolutionPolicySince },
  lists: ['parent'],
  polled: true,
  deletionRank: 20,
  reads: readsOf,
  load: async (context, command) => {
    const zone = (await context.store.get(command.id.parent!.text))!;
    const networkId = command.properties.virtualNetwork?.id;
    const judged =
      networkId !== undefined && concernsArc(nameOf(zone.id), context.settings.suffixes)
        ? await loadJudged(context, zone, networkId)
        : { records: [], members: [], besides: [] };
    return { zone, ...judged };
  },
  put: putLink,
  patch: 'merge',
  explain: (reason, id) => {
    const rival = reason.held.holders[0] ?? '';
    const registering = /^registration zone of (.+)$/.exec(reason.key)?.[1];
    if (registering !== undefined) return registrationTaken(id.text, registering, rival);
    const networkId = /^zone \S+ of (.+)$/.exec(reason.key)?.[1];
    return networkId === undefined ? undefined : zoneTaken(id.text, id.parent!.text, networkId, rival);
  },
});
