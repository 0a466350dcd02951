/** Decides what a subnet may be: within its network, beside its siblings, not moved under what has addresses in it. */

import { ArmError } from '@tombolo/arm';
import {
  type AddressPrefix,
  canonical,
  contains,
  overlaps,
  readAddressPrefix,
} from '@tombolo/ip/address-prefix';
import { nameOf, propertiesOf, stringAt, stringsAt, withValues } from '@tombolo/store/document';
import type { Document, HeldClaim, Json, JsonObject } from '@tombolo/store/port';
import { readSubnetPrefixes } from '../../address-prefix.ts';
import { networkError } from '../../refusals.ts';
import { types } from '../../types.ts';
import type { SubnetProperties } from './schema.ts';

/** The prefixes of a stored or written subnet, whichever of the two properties it has. */
export const subnetPrefixes = (properties: JsonObject): readonly string[] => {
  const many = stringsAt(properties, 'addressPrefixes');
  const one = stringAt(properties, 'addressPrefix');
  return many.length > 0 || one === undefined ? many : [one];
};

/** `properties` as stored: defaults filled in, read-only parts of delegations added. */
export const storedSubnet = (subnetId: string, written: SubnetProperties): JsonObject => {
  const { delegations, ...rest } = written;
  const base = rest as Record<string, Json | undefined>;
  return withValues({
    ...base,
    ...(written.addressPrefixes?.length === 1 && written.addressPrefix === undefined
      ? { addressPrefix: written.addressPrefixes[0], addressPrefixes: undefined }
      : {}),
    delegations: (delegations ?? []).map((entry) => ({
      name: entry.name,
      id: `${subnetId}/delegations/${entry.name}`,
      type: `${types.subnet}/delegations`,
      properties: {
        provisioningState: 'Succeeded',
        serviceName: entry.properties?.serviceName ?? '',
        actions: ['Microsoft.Network/virtualNetworks/subnets/join/action'],
      },
    })),
    privateEndpointNetworkPolicies: written.privateEndpointNetworkPolicies ?? 'Disabled',
    privateLinkServiceNetworkPolicies: written.privateLinkServiceNetworkPolicies ?? 'Enabled',
    provisioningState: 'Succeeded',
  });
};

const canonicalForm = (text: string): string => {
  const prefix = readAddressPrefix(text);
  return prefix === undefined ? text : canonical(prefix);
};

export interface SubnetPlan {
  readonly id: string;
  readonly properties: JsonObject;
}

interface Placed {
  readonly name: string;
  /** Where the subnet stands in the given order. */
  readonly order: number;
  readonly prefix: AddressPrefix;
}

const byPlace = (left: Placed, right: Placed): number => {
  if (left.prefix.family !== right.prefix.family) return left.prefix.family - right.prefix.family;
  return Number(left.prefix.first - right.prefix.first);
};

/** Sorted by address, the first overlap is one of neighbours: before it each prefix ends where the next has not begun. */
const findOverlap = (all: readonly Placed[]): readonly [Placed, Placed] | undefined => {
  let before: Placed | undefined;
  for (const placed of all.toSorted(byPlace)) {
    if (before && overlaps(before.prefix, placed.prefix)) return [before, placed];
    before = placed;
  }
  return undefined;
};

/** The prefixes of the subnets of one network: each of a usable form, within the address space, none overlapping another. */
export const checkSubnets = (
  networkId: string,
  addressSpace: readonly AddressPrefix[],
  subnets: readonly SubnetPlan[],
): ArmError | undefined => {
  const all: Placed[] = [];
  for (const [order, subnet] of subnets.entries()) {
    const prefixes = readSubnetPrefixes(subnetPrefixes(subnet.properties), subnet.id);
    if (prefixes instanceof ArmError) return prefixes;
    const name = nameOf(subnet.id);
    if (!prefixes.every((prefix) => addressSpace.some((outer) => contains(outer, prefix))))
      return networkError('NetcfgInvalidSubnet', [name, nameOf(networkId)], subnet.id);
    all.push(...prefixes.map((prefix) => ({ name, order, prefix })));
  }
  const overlap = findOverlap(all)?.toSorted((left, right) => left.order - right.order);
  return (
    overlap &&
    networkError(
      'NetcfgSubnetRangesOverlap',
      [overlap[1]!.name, overlap[0]!.name],
      subnets[overlap[1]!.order]!.id,
    )
  );
};

/**
 * A prefix in which addresses are taken stays as it is: as in Azure it can neither shrink, grow nor go.
 * `wanted`: the prefixes that the subnet is to have.
 */
export const checkPrefixesKept = (
  existing: Document,
  wanted: readonly string[],
  taken: readonly HeldClaim[],
): ArmError | undefined => {
  if (taken.length === 0) return undefined;
  const gone = subnetPrefixes(propertiesOf(existing)).find((prefix) => {
    const form = canonicalForm(prefix);
    return !wanted.some((text) => canonicalForm(text) === form);
  });
  return gone === undefined
    ? undefined
    : networkError('InUsePrefixCannotBeDeleted', [gone, nameOf(existing.id)], existing.id);
};
