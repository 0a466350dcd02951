/** Decides a peering and the state of both its sides: Initiated alone, Connected together, Disconnected when one goes. */

import { type ArmError, sameId } from '@tombolo/arm';
import {
  nameOf,
  objectAt,
  parentIdOf,
  propertiesOf,
  referenceAt,
  stringAt,
  stringsAt,
  withValues,
} from '@tombolo/store/document';
import type { Claim, Document, HeldClaim, JsonObject } from '@tombolo/store/port';
import { overlapText } from '../../address-prefix.ts';
import { networkError } from '../../refusals.ts';
import type { PeeringProperties } from './schema.ts';

export const addressSpaceOf = (network: Document): readonly string[] =>
  stringsAt(objectAt(propertiesOf(network), 'addressSpace'), 'addressPrefixes');

export const remoteOf = (peering: Document): string =>
  referenceAt(propertiesOf(peering), 'remoteVirtualNetwork') ?? '';

/** Every peering holds it on the network that it leads to, so that the network finds who points at it. */
export const peerOfNetworkClaim = (remoteNetworkId: string, peeringId: string): Claim => ({
  key: `peers of ${remoteNetworkId.toLowerCase()}`,
  value: remoteNetworkId.toLowerCase(),
  holder: peeringId,
});

/** The remote network's address space as it was when this side was synchronized. */
const knownSpaceOf = (peering: Document): readonly string[] =>
  stringsAt(objectAt(propertiesOf(peering), 'remoteAddressSpace'), 'addressPrefixes');

/** Which of the peerings that lead to a network are counterparts of its own, which lead to these. */
export const counterpartIds = (
  leadingHere: HeldClaim | undefined,
  remoteIds: readonly string[],
): readonly string[] =>
  (leadingHere?.holders ?? []).filter((id) => remoteIds.some((remote) => sameId(parentIdOf(id), remote)));

/** The counterpart of a peering of that network, among documents by lower-case id. */
export const counterpartOf = (
  networkId: string,
  remoteId: string,
  documents: Iterable<Document>,
): Document | undefined => {
  for (const document of documents)
    if (sameId(parentIdOf(document.id), remoteId) && sameId(remoteOf(document), networkId)) return document;
  return undefined;
};

export interface PeeringInput {
  readonly id: string;
  readonly local: Document;
  /** The address space that the local network has or gets. */
  readonly localSpace: readonly string[];
  readonly written: PeeringProperties;
  readonly existing: Document | undefined;
  /** The local network's other peerings. */
  readonly siblings: readonly Document[];
  readonly remote: Document;
  /** The remote network's peering to the local one. */
  readonly reverse: Document | undefined;
  /** Networks that the local one is peered with, other than the remote. */
  readonly peered: readonly Document[];
  /** The request asks to take over the remote address space as it is now. */
  readonly syncs: boolean;
  readonly newGuid: () => string;
}

export interface PeeringPlan {
  readonly properties: JsonObject;
  readonly claim: Claim;
  /** The other side, where this changes it. */
  readonly reverse: { readonly id: string; readonly type: string; readonly body: JsonObject } | undefined;
}

export const withState = (peering: Document, peeringState: string, space?: readonly string[]) => ({
  id: peering.id,
  type: peering.type,
  body: {
    ...peering.body,
    properties: {
      ...propertiesOf(peering),
      peeringState,
      ...(space === undefined ? {} : { remoteAddressSpace: { addressPrefixes: [...space] } }),
    },
  },
});

/** Address spaces of peered networks never overlap (Azure: VnetAddressSpacesOverlap and its kin). */
export const checkPeeredSpaces = (
  local: { readonly id: string; readonly space: readonly string[] },
  remotes: readonly Document[],
): ArmError | undefined => {
  for (const remote of remotes) {
    const overlap = overlapText(local.space, addressSpaceOf(remote));
    if (overlap !== '')
      return networkError(
        'VnetAddressSpaceOverlapsWithAlreadyPeeredVnet',
        [local.id, remote.id, overlap],
        local.id,
      );
  }
  return undefined;
};

export const decidePeering = (input: PeeringInput): PeeringPlan | ArmError => {
  const { id, local, written, existing, remote, reverse } = input;
  if (sameId(remote.id, local.id))
    return networkError(
      'PeeringCannotBeChanged',
      [nameOf(id), 'a virtual network cannot be peered with itself.'],
      id,
    );
  if (existing && !sameId(remoteOf(existing), remote.id))
    return networkError(
      'PeeringCannotBeChanged',
      [nameOf(id), 'its remote virtual network is fixed. Delete the peering and create it anew.'],
      id,
    );
  const other = input.siblings.find((sibling) => sameId(remoteOf(sibling), remote.id));
  if (other) return networkError('AnotherPeeringAlreadyReferencesRemoteVnet', [other.id, remote.id], id);
  const remoteSpace = addressSpaceOf(remote);
  const overlap = overlapText(input.localSpace, remoteSpace);
  if (overlap !== '') return networkError('VnetAddressSpacesOverlap', [local.id, remote.id, overlap], id);
  for (const peered of input.peered) {
    const hidden = overlapText(remoteSpace, addressSpaceOf(peered));
    if (hidden !== '')
      return networkError(
        'VnetAddressSpaceOverlapsWithAlreadyPeeredVnet',
        [remote.id, peered.id, hidden],
        id,
      );
  }
  const reverseState = reverse && stringAt(propertiesOf(reverse), 'peeringState');
  if (reverse && reverseState === 'Disconnected' && !existing)
    return networkError('RemotePeeringIsDisconnected', [reverse.id], id);
  const before = existing && propertiesOf(existing);
  // A written peering keeps what it knows of the other side until it is told to synchronize (Azure/bicep-types-az#2621);
  // one whose counterpart was deleted begins anew.
  const begins = before === undefined || before.peeringState === 'Disconnected';
  const knownSpace = begins || input.syncs ? remoteSpace : knownSpaceOf(existing!);
  return {
    claim: peerOfNetworkClaim(remote.id, id),
    reverse:
      reverse && reverseState !== 'Connected' ? withState(reverse, 'Connected', input.localSpace) : undefined,
    properties: withValues({
      allowVirtualNetworkAccess: written.allowVirtualNetworkAccess ?? true,
      allowForwardedTraffic: written.allowForwardedTraffic ?? false,
      allowGatewayTransit: written.allowGatewayTransit ?? false,
      useRemoteGateways: written.useRemoteGateways ?? false,
      doNotVerifyRemoteGateways: written.doNotVerifyRemoteGateways ?? false,
      peerCompleteVnets: written.peerCompleteVnets ?? true,
      enableOnlyIPv6Peering: written.enableOnlyIPv6Peering,
      localSubnetNames: written.localSubnetNames,
      remoteSubnetNames: written.remoteSubnetNames,
      remoteVirtualNetwork: { id: remote.id },
      remoteAddressSpace: { addressPrefixes: [...knownSpace] },
      peeringState: reverse ? 'Connected' : 'Initiated',
      provisioningState: 'Succeeded',
      resourceGuid: stringAt(before, 'resourceGuid') ?? input.newGuid(),
    }),
  };
};

/** Of whom a peering's answer tells, as far as they are there. */
export interface PeeringSides {
  readonly local: Document | undefined;
  readonly remote: Document | undefined;
  /** The remote network's peering to the local one. */
  readonly reverse: Document | undefined;
}

/**
 * Which side has to be synchronized: the local one, whose network's peering knows an earlier space of the other; or the
 * remote one, which knows an earlier space of this or has no peering yet. It is `LocalNotInSync` that clients synchronize.
 */
const syncLevel = (known: readonly string[], { local, remote, reverse }: PeeringSides): string => {
  const behind = remote !== undefined && known.join() !== addressSpaceOf(remote).join();
  const otherBehind =
    reverse === undefined ||
    (local !== undefined && knownSpaceOf(reverse).join() !== addressSpaceOf(local).join());
  if (behind) return otherBehind ? 'LocalAndRemoteNotInSync' : 'LocalNotInSync';
  return otherBehind ? 'RemoteNotInSync' : 'FullyInSync';
};

/** As shown: both address spaces as they are now, and which side has not kept up. */
export const shownPeering = (peering: Document, sides: PeeringSides): JsonObject => {
  const { local, remote } = sides;
  const known = knownSpaceOf(peering);
  const now = remote === undefined ? known : addressSpaceOf(remote);
  const localSpace = { addressPrefixes: local === undefined ? [] : [...addressSpaceOf(local)] };
  return {
    ...propertiesOf(peering),
    localAddressSpace: localSpace,
    localVirtualNetworkAddressSpace: localSpace,
    remoteVirtualNetworkAddressSpace: { addressPrefixes: [...now] },
    peeringSyncLevel: syncLevel(known, sides),
  };
};
