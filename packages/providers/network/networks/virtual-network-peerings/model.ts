/** Decides a peering and the state of both its sides: Initiated alone, Connected together, Disconnected when one goes. */

import { type ArmError, sameId } from '@tombolo/arm';
import {
  nameOf,
  objectAt,
  propertiesOf,
  referenceAt,
  stringAt,
  stringsAt,
  withValues,
} from '@tombolo/store/document';
import type { Claim, Document, JsonObject } from '@tombolo/store/port';
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
      remoteAddressSpace: { addressPrefixes: [...remoteSpace] },
      peeringState: reverse ? 'Connected' : 'Initiated',
      provisioningState: 'Succeeded',
      resourceGuid: stringAt(before, 'resourceGuid') ?? input.newGuid(),
    }),
  };
};

/** As shown: both address spaces as they are now, and whether this side has kept up with the other's. */
export const shownPeering = (
  peering: Document,
  local: Document | undefined,
  remote: Document | undefined,
): JsonObject => {
  const properties = propertiesOf(peering);
  const known = stringsAt(objectAt(properties, 'remoteAddressSpace'), 'addressPrefixes');
  const now = remote === undefined ? known : addressSpaceOf(remote);
  const level = known.join() === now.join() ? 'FullyInSync' : 'RemoteNotInSync';
  const localSpace = { addressPrefixes: local === undefined ? [] : [...addressSpaceOf(local)] };
  return {
    ...properties,
    localAddressSpace: localSpace,
    localVirtualNetworkAddressSpace: localSpace,
    remoteVirtualNetworkAddressSpace: { addressPrefixes: [...now] },
    peeringSyncLevel: level,
  };
};
