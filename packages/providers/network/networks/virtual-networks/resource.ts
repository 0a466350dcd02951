/** Microsoft.Network/virtualNetworks, with subnets and peerings shown inline. */

import { defineResourceType, type OperationContext } from '@tombolo/arm';
import { nameOf } from '@tombolo/store/document';
import type { Document } from '@tombolo/store/port';
import { networkApiVersions, subnetsKeptSince } from '../../api-versions.ts';
import { listDnsForwardingRulesets, listDnsResolvers } from '../../dns-resolver/dns-resolvers/of-network.ts';
import { inlineChild } from '../../document.ts';
import { inUse } from '../../in-use.ts';
import { linkOfNetworkKey } from '../../network-links.ts';
import { types } from '../../types.ts';
import { ofNetwork } from '../expandable.ts';
import { loadStandingOfNetwork, shownSubnet, standingOfNetworkReads } from '../subnets/projection.ts';
import { subnetsOf } from '../subnets/resource.ts';
import { remoteOf, shownPeering } from '../virtual-network-peerings/model.ts';
import {
  loadPeeringSides,
  loadPeeringSurroundings,
  peeringsOf,
  peersKeyOf,
} from '../virtual-network-peerings/resource.ts';
import { inlineNameOf } from './inline-children.ts';
import {
  type LoadedForRemoval,
  type LoadedNetwork,
  putNetwork,
  removeNetwork,
  shownNetwork,
} from './model.ts';
import { type NetworkProperties, networkProperties, networkReadOnly } from './schema.ts';

const load = async (
  context: OperationContext,
  networkId: string,
  properties: NetworkProperties,
): Promise<LoadedNetwork> => {
  const { store } = context;
  const [subnets, peerings] = await Promise.all([
    store.list(subnetsOf(networkId)),
    store.list(peeringsOf(networkId)),
  ]);
  const remotes = new Map(peerings.map((peering) => [nameOf(peering.id).toLowerCase(), remoteOf(peering)]));
  for (const entry of properties.virtualNetworkPeerings ?? []) {
    const name = inlineNameOf(entry).toLowerCase();
    remotes.set(name, entry.properties.remoteVirtualNetwork.id);
  }
  const [standing, ...around] = await Promise.all([
    loadStandingOfNetwork(store, networkId),
    ...[...remotes].map(async ([name, remoteId]) => {
      const peeringId = `${networkId}/virtualNetworkPeerings/${name}`;
      return [name, await loadPeeringSurroundings(store, networkId, peeringId, remoteId)] as const;
    }),
  ]);
  const occupied = subnets.map(({ id }) => [id.toLowerCase(), standing(id)] as const);
  return {
    subnets,
    occupied: new Map(occupied),
    peerings,
    around: new Map(around),
    keepsSubnets: context.apiVersion >= subnetsKeptSince,
  };
};

const keysOfOthers = (networkId: string): readonly string[] => [
  linkOfNetworkKey(networkId),
  peersKeyOf(networkId),
];

const loadForRemove = async (context: OperationContext, network: Document): Promise<LoadedForRemoval> => {
  const { store } = context;
  const keys = keysOfOthers(network.id);
  const [links, peers] = await Promise.all(keys.map((key) => store.claim(key)));
  const [linkDocuments, peerDocuments] = await Promise.all([
    store.getMany(links?.holders ?? []),
    store.getMany(peers?.holders ?? []),
  ]);
  return {
    links: [...linkDocuments.values()],
    reversePeerings: [...peerDocuments.values()],
    found: keys.map((key, index) => ({ key, holders: [links, peers][index]?.holders ?? [] })),
  };
};

const show = async (context: OperationContext, network: Document) => {
  const { store } = context;
  const [subnets, peerings] = await Promise.all([
    store.list(subnetsOf(network.id)),
    store.list(peeringsOf(network.id)),
  ]);
  const [standing, sides] = await Promise.all([
    loadStandingOfNetwork(store, network.id),
    loadPeeringSides(store, network.id, peerings),
  ]);
  return shownNetwork(
    network,
    subnets.map((subnet) => inlineChild(subnet, shownSubnet(subnet, standing(subnet.id)))),
    peerings.map((peering) =>
      inlineChild(peering, shownPeering(peering, { ...sides(peering), local: network })),
    ),
  );
};

export const virtualNetworks = defineResourceType<NetworkProperties, LoadedNetwork | LoadedForRemoval>({
  type: types.network,
  apiVersions: networkApiVersions,
  placement: 'tracked',
  name: {
    pattern: /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}[A-Za-z0-9_]$/,
    rule: '2 to 64 letters, digits, underscores, periods and hyphens; it begins with a letter or digit and ends with a letter, digit or underscore.',
  },
  etagInBody: true,
  envelope: ['extendedLocation'],
  properties: networkProperties,
  inlineChildren: ['subnets', 'virtualNetworkPeerings'],
  readOnly: networkReadOnly,
  expands: ofNetwork,
  lists: ['subscription', 'resourceGroup'],
  // Azure wants all of these to come along, or peerings to be disabled first; none of them moves.
  movable: {
    unlessUsedBy: [
      types.peering,
      types.endpoint,
      types.networkInterface,
      types.resolver,
      types.inboundEndpoint,
      types.outboundEndpoint,
    ],
  },
  polled: true,
  deletionRank: 60,
  reads: ({ text }, { method }) =>
    method === 'DELETE'
      ? { claims: keysOfOthers(text) }
      : {
          lists: [subnetsOf(text), peeringsOf(text)],
          claims: [peersKeyOf(text)],
          ...standingOfNetworkReads(text),
        },
  load: (context, command) => load(context, command.id.text, command.properties),
  put: (input) => putNetwork({ ...input, loaded: input.loaded as LoadedNetwork }),
  patch: 'tags',
  actions: { listDnsResolvers, listDnsForwardingRulesets },
  loadForRemove,
  remove: ({ loaded }) => removeNetwork(loaded as LoadedForRemoval),
  present: (context, documents) => Promise.all(documents.map((document) => show(context, document))),
  inUse: inUse('InUseVirtualNetworkCannotBeDeleted'),
});
