/** Microsoft.Network/privateDnsZones/virtualNetworkLinks. */

import {
  type ArmRequest,
  defineResourceType,
  type OperationContext,
  type ResourceId,
  type Settings,
} from '@tombolo/arm';
import { concernsArc, publishedZoneNames, sameZoneName } from '@tombolo/private-link';
import { isObject, nameOf, objectOf, parentIdOf, referenceAt } from '@tombolo/store/document';
import type { Document, Reads } from '@tombolo/store/port';
import { privateDnsApiVersions, resolutionPolicySince } from '../../api-versions.ts';
import { linkOfNetworkKey } from '../../network-links.ts';
import { networkName, types } from '../../types.ts';
import {
  besidesOf,
  loadAnswering,
  loadLinkIds,
  loadNeeded,
  namesOfNetworkKeys,
  networkOf,
  readsOfZone,
} from '../linked-zones.ts';
import { type LinkOfNetwork, loadLinksOfNetwork } from '../zones-of-network.ts';
import { type LoadedLink, putLink, registrationTaken, removeLink, zoneTaken } from './model.ts';
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
    loadLinkIds(store, networkId),
    store.claimsUnder(namesOfNetworkKeys(networkId)),
    store.get(networkId),
  ]);
  const members = await loadNeeded(store, settings, networkId, nameOf(zone.id), records);
  const besides = besidesOf(links, zone.id);
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

export const privateDnsLinks = defineResourceType<LinkProperties, LoadedLink | readonly LinkOfNetwork[]>({
  type: types.zoneLink,
  apiVersions: privateDnsApiVersions,
  placement: 'global',
  name: networkName,
  etagInBody: true,
  flatErrors: true,
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
  put: (input) => putLink({ ...input, loaded: input.loaded as LoadedLink }),
  loadForRemove: async (context, link) => {
    const zoneName = nameOf(parentIdOf(link.id));
    const { suffixes } = context.settings;
    // A private-link zone of the members shadows no other zone: whoever asks there has found the public name already.
    const own = publishedZoneNames(suffixes).some((name) => sameZoneName(name, zoneName));
    if (own || !concernsArc(zoneName, suffixes)) return [];
    return loadLinksOfNetwork(context, networkOf(link));
  },
  remove: ({ existing, loaded, settings }) =>
    removeLink(existing, loaded as readonly LinkOfNetwork[], settings.strictDns),
  patch: 'merge',
  explain: (reason, id) => {
    const rival = reason.held.holders[0] ?? '';
    const registering = /^registration zone of (.+)$/.exec(reason.key)?.[1];
    if (registering !== undefined) return registrationTaken(id.text, registering, rival);
    const networkId = /^zone \S+ of (.+)$/.exec(reason.key)?.[1];
    return networkId === undefined ? undefined : zoneTaken(id.text, id.parent!.text, networkId, rival);
  },
});
