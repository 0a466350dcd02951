/** Where a private endpoint may stand: one scope a network (R1), region and subscription of its network (R4). */

import { sameId } from '@tombolo/arm/resource-id';
import { nameOf, subscriptionIdIn } from '@tombolo/store/document';
import type { Refusal } from './refusals.ts';
import { refuse } from './refusals.ts';
import { normalizeLocation } from './regions.ts';
import { isPrivateLinkScopeId } from './scope-id.ts';

/** A claim in the store's sense: all holders of a key agree on its value, taken in the batch of the write. */
export interface PlacementClaim {
  readonly key: string;
  readonly value: string;
  readonly holder: string;
}

/**
 * R1, the claim that a private endpoint holds on its network from creation until it is **deleted**: a Rejected or
 * Disconnected endpoint counts, so nothing else may release it.
 */
export const scopeOfNetworkClaim = (vnetId: string, scopeId: string, holder: string): PlacementClaim => ({
  key: `scope of ${vnetId.toLowerCase()}`,
  value: scopeId.toLowerCase(),
  holder,
});

/** R1: a scope made anew under the name of one that endpoints of the network still speak of is another scope. */
export const scopeIdentityClaim = (vnetId: string, scopeGuid: string, holder: string): PlacementClaim => ({
  key: `scope identity of ${vnetId.toLowerCase()}`,
  value: scopeGuid.toLowerCase(),
  holder,
});

/** R1, of the identity that is held; endpoints of earlier versions hold none. */
export const checkScopeIdentity = (
  wanted: {
    readonly vnetId: string;
    readonly scopeId: string;
    readonly scopeGuid: string;
    readonly endpointId: string;
  },
  held: { readonly value: string; readonly holders: readonly string[] } | undefined,
): Refusal | undefined => {
  if (held === undefined || held.value === wanted.scopeGuid.toLowerCase()) return undefined;
  const rival = held.holders.find((holder) => !sameId(holder, wanted.endpointId));
  if (rival === undefined) return undefined;
  return refuse(
    'R1',
    'NetworkHasAnotherPrivateLinkScope',
    `Private endpoint '${wanted.endpointId}' cannot connect virtual network '${wanted.vnetId}' to private link scope ` +
      `'${wanted.scopeId}': a network has endpoints to one scope only, and '${rival}' connected it to the scope of that name ` +
      'that has been deleted since (rejected and disconnected endpoints count). Delete that endpoint first.',
    wanted.vnetId,
  );
};

/** R1: is the claim compatible with what is held? An endpoint that is alone in the network may change its own scope. */
export const checkScopeOfNetwork = (
  wanted: { readonly vnetId: string; readonly scopeId: string; readonly endpointId: string },
  held: { readonly value: string; readonly holders: readonly string[] } | undefined,
): Refusal | undefined => {
  if (held === undefined || sameId(held.value, wanted.scopeId)) return undefined;
  const rival = held.holders.find((holder) => !sameId(holder, wanted.endpointId));
  if (rival === undefined) return undefined;
  return refuse(
    'R1',
    'NetworkHasAnotherPrivateLinkScope',
    `Private endpoint '${wanted.endpointId}' cannot connect virtual network '${wanted.vnetId}' to private link scope ` +
      `'${wanted.scopeId}': a network has endpoints to one scope only, and '${rival}' connects it to '${held.value}' ` +
      '(rejected and disconnected endpoints count). Delete the endpoints to that scope first, or use another network.',
    wanted.vnetId,
  );
};

/**
 * R4: endpoint and network are in the same region and subscription. The scope's region is no matter here.
 * Microsoft.Network gives one code for both, as if it looked the network up in the endpoint's own region.
 */
export const checkEndpointPlacement = (
  endpoint: { readonly id: string; readonly location: string },
  network: { readonly id: string; readonly location: string },
): Refusal | undefined => {
  const regionDiffers = normalizeLocation(endpoint.location) !== normalizeLocation(network.location);
  const [ofEndpoint, ofNetwork] = [subscriptionIdIn(endpoint.id), subscriptionIdIn(network.id)];
  if (!regionDiffers && sameId(ofEndpoint, ofNetwork)) return undefined;
  const why = regionDiffers
    ? `the network is in ${network.location}, the endpoint in ${endpoint.location}`
    : `the network is in subscription ${nameOf(ofNetwork)}, the endpoint in ${nameOf(ofEndpoint)}`;
  return refuse(
    'R4',
    'InvalidResourceReference',
    `Private endpoint '${endpoint.id}' cannot use virtual network '${network.id}': both have to be in the same region ` +
      `and subscription, but ${why}. Create the endpoint where its network is; the scope may be elsewhere.`,
    network.id,
  );
};

/** R15: what a private endpoint connects to has to be a private link scope. */
export const checkConnectionTarget = (privateLinkServiceId: string): Refusal | undefined =>
  isPrivateLinkScopeId(privateLinkServiceId)
    ? undefined
    : refuse(
        'R15',
        'InvalidPrivateLinkServiceIdType',
        `Private endpoints connect to Microsoft.HybridCompute/privateLinkScopes here, but privateLinkServiceId is ` +
          `'${privateLinkServiceId}'. Give the resource id of a private link scope.`,
        'privateLinkServiceId',
      );
