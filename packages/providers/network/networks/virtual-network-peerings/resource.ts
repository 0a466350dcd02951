/** Microsoft.Network/virtualNetworks/virtualNetworkPeerings. */

import { type ArmError, defineResourceType, type PutDecision, sameId } from '@tombolo/arm';
import { parentIdOf } from '@tombolo/store/document';
import type { Document, ListQuery, StoreReader } from '@tombolo/store/port';
import { orThrow } from '../../../rule-refusal.ts';
import { networkApiVersions } from '../../api-versions.ts';
import { touched } from '../../document.ts';
import { networkName, types } from '../../types.ts';
import {
  addressSpaceOf,
  counterpartIds,
  counterpartOf,
  decidePeering,
  type PeeringSides,
  peerOfNetworkClaim,
  remoteOf,
  shownPeering,
  withState,
} from './model.ts';
import { type PeeringProperties, peeringProperties, peeringReadOnly } from './schema.ts';

/** What a decision about one peering of a network needs to know. */
export interface PeeringSurroundings {
  readonly siblings: readonly Document[];
  readonly remote: Document | undefined;
  readonly reverse: Document | undefined;
  readonly peered: readonly Document[];
}

/** All peerings of a network. */
export const peeringsOf = (networkId: string): ListQuery => ({ type: types.peering, under: networkId });

/** All peerings that lead to a network. */
export const peersKeyOf = (networkId: string): string => peerOfNetworkClaim(networkId, networkId).key;

/** Of peerings of one network, found by peering: both networks, and the other's peering back. */
export const loadPeeringSides = async (
  store: StoreReader,
  networkId: string,
  peerings: readonly Document[],
): Promise<(peering: Document) => PeeringSides> => {
  const remoteIds = peerings.map(remoteOf);
  const leadingHere = peerings.length === 0 ? undefined : await store.claim(peersKeyOf(networkId));
  const found = await store.getMany([networkId, ...remoteIds, ...counterpartIds(leadingHere, remoteIds)]);
  const documents = [...found.values()];
  return (peering) => ({
    local: found.get(networkId.toLowerCase()),
    remote: found.get(remoteOf(peering).toLowerCase()),
    reverse: counterpartOf(networkId, remoteOf(peering), documents),
  });
};

export const loadPeeringSurroundings = async (
  store: StoreReader,
  networkId: string,
  peeringId: string,
  remoteId: string,
): Promise<PeeringSurroundings> => {
  const siblings = (await store.list(peeringsOf(networkId))).filter(
    (peering) => !sameId(peering.id, peeringId),
  );
  const leadingHere = await store.claim(peersKeyOf(networkId));
  const [remote, back, peered] = await Promise.all([
    store.get(remoteId),
    store.getMany(counterpartIds(leadingHere, [remoteId])),
    store.getMany(siblings.map(remoteOf).filter((id) => !sameId(id, remoteId))),
  ]);
  const reverse = counterpartOf(networkId, remoteId, back.values());
  return { siblings, remote, reverse, peered: [...peered.values()] };
};

/** The other side of a peering that goes is Disconnected. */
export const disconnected = (reverse: Document | undefined) =>
  reverse === undefined ? [] : [withState(reverse, 'Disconnected')];

interface Loaded extends PeeringSurroundings {
  readonly local: Document;
  readonly syncs: boolean;
}

export const peerings = defineResourceType<PeeringProperties, Loaded>({
  type: types.peering,
  apiVersions: networkApiVersions,
  placement: 'proxy',
  name: networkName,
  etagInBody: true,
  properties: peeringProperties,
  readOnly: peeringReadOnly,
  lists: ['parent'],
  polled: true,
  deletionRank: 'with-parent',
  reads: ({ parent }, { method }) =>
    method === 'GET'
      ? { documents: [parent!.text], claims: [peersKeyOf(parent!.text)] }
      : { lists: [peeringsOf(parent!.text)], claims: [peersKeyOf(parent!.text)] },
  load: async (context, command) => {
    const remoteId = command.properties.remoteVirtualNetwork.id;
    const networkId = command.id.parent!.text;
    const local = (await context.store.get(networkId))!;
    const around = await loadPeeringSurroundings(context.store, networkId, command.id.text, remoteId);
    const syncs = context.request.query.get('syncremoteaddressspace')?.toLowerCase() === 'true';
    return { local, syncs, ...around };
  },
  put: ({ command, loaded, newGuid }): PutDecision | ArmError => {
    const { local, reverse } = loaded;
    const remote = loaded.remote!;
    const id = command.existing?.id ?? `${local.id}/virtualNetworkPeerings/${command.id.name}`;
    const localSpace = addressSpaceOf(local);
    const plan = orThrow(
      decidePeering({
        ...loaded,
        id,
        remote,
        localSpace,
        written: command.properties,
        existing: command.existing,
        newGuid,
      }),
    );
    return {
      properties: plan.properties,
      effects: {
        // Both networks' address spaces were compared: neither may have changed meanwhile.
        expect: [
          { id: local.id, version: local.version },
          { id: remote.id, version: remote.version },
          ...(reverse ? [{ id: reverse.id, version: reverse.version }] : []),
        ],
        puts: [touched(local), ...(plan.reverse ? [plan.reverse] : [])],
        claims: [plan.claim],
      },
    };
  },
  loadForRemove: async (context, existing) => {
    const networkId = parentIdOf(existing.id);
    const surroundings = await loadPeeringSurroundings(
      context.store,
      networkId,
      existing.id,
      remoteOf(existing),
    );
    return { local: (await context.store.get(networkId))!, syncs: false, ...surroundings };
  },
  remove: ({ loaded: { local, reverse } }) => ({
    effects: {
      expect: [
        { id: local.id, version: local.version },
        ...(reverse ? [{ id: reverse.id, version: reverse.version }] : []),
      ],
      puts: [touched(local), ...disconnected(reverse)],
    },
  }),
  present: async (context, documents) => {
    // A type of one list, its parent's.
    const [first] = documents;
    if (first === undefined) return [];
    const sides = await loadPeeringSides(context.store, parentIdOf(first.id), documents);
    return documents.map((document) => ({ properties: shownPeering(document, sides(document)) }));
  },
});
