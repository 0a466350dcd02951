/** Addresses of a subnet: which are reserved, which are taken, and the lowest free ones. */

import type { ArmError } from '@tombolo/arm';
import { formatAddress, readAddress } from '@tombolo/ip/address';
import { type AddressPrefix, readAddressPrefix } from '@tombolo/ip/address-prefix';
import { nameOf } from '@tombolo/store/document';
import type { Claim, HeldClaim, StoreReader } from '@tombolo/store/port';
import { networkError } from './refusals.ts';

const keyPrefix = (subnetId: string): string => `address of ${subnetId.toLowerCase()} `;

/** One address of a subnet; `ipConfigurationId` is the claim's value, shown among the subnet's `ipConfigurations`. */
export const addressClaim = (
  subnetId: string,
  address: string,
  ipConfigurationId: string,
  holder: string,
): Claim => ({
  key: `${keyPrefix(subnetId)}${address}`,
  value: ipConfigurationId,
  holder,
});

/** The claims on all addresses of a subnet; of `{network}/subnets/`: on those of all its subnets. */
export const takenPrefix = (subnetId: string): string =>
  subnetId.endsWith('/') ? `address of ${subnetId.toLowerCase()}` : keyPrefix(subnetId);

/** The subnet, in lower case, whose address a claim key names. */
export const subnetOfKey = (key: string): string => /^address of (\S+) \S+$/.exec(key)?.[1] ?? '';

/** All addresses of a subnet that are taken. */
export const takenAddresses = (store: StoreReader, subnetId: string): Promise<readonly HeldClaim[]> =>
  store.claimsUnder(keyPrefix(subnetId));

/** The address that a claim key names; undefined where it is no address claim. */
export const addressOfKey = (key: string): string | undefined => /^address of \S+ (\S+)$/.exec(key)?.[1];

/** As in Azure the first four addresses of a prefix and its last are nobody's. */
const reservedFirst = 4n;

const prefixes4 = (texts: readonly string[]): readonly AddressPrefix[] =>
  texts.flatMap((text) => {
    const prefix = readAddressPrefix(text);
    return prefix?.family === 4 ? [prefix] : [];
  });

const isIn = (prefix: AddressPrefix, value: bigint): boolean => prefix.first <= value && value <= prefix.last;

/** Is the IPv4 address in one of the prefixes? */
export const isInPrefixes = (prefixes: readonly string[], value: bigint): boolean =>
  prefixes4(prefixes).some((prefix) => isIn(prefix, value));

/** How many addresses the prefixes of a subnet, of eight addresses at the least, have to give. */
export const roomOf = (prefixes: readonly string[]): number =>
  prefixes4(prefixes).reduce((sum, { first, last }) => sum + Number(last - first - reservedFirst), 0);

export interface AllocationRequest {
  readonly subnetId: string;
  /** In CIDR form; IPv6 prefixes are passed over. */
  readonly prefixes: readonly string[];
  readonly taken: readonly HeldClaim[];
  /** Addresses of the installation's own listeners: never given, in whatever subnet. */
  readonly own: readonly string[];
  /** In order; undefined: any free address. */
  readonly wanted: readonly (string | undefined)[];
}

/**
 * The addresses for `wanted`, in its order. The installation's own are reserved, too: a listener there would take its
 * place. Refusals: PrivateIPAddressNotInSubnet, …InReservedRange, PrivateIPAddressIsAllocated, SubnetIsFull.
 */
export const allocateAddresses = (request: AllocationRequest): readonly string[] | ArmError => {
  const { subnetId, taken, wanted } = request;
  const prefixes = prefixes4(request.prefixes);
  const own = new Set(request.own.map((address) => readAddress(address)?.value));
  const holders = new Map(
    taken.map((claim) => [addressOfKey(claim.key), `resource ${claim.holders[0] ?? claim.value}`]),
  );
  const given = new Set<string>();
  for (const address of wanted) {
    if (address === undefined) continue;
    const number = readAddress(address);
    const prefix = prefixes.find((candidate) => number?.family === 4 && isIn(candidate, number.value));
    if (!number || !prefix) {
      return networkError('PrivateIPAddressNotInSubnet', [address, request.prefixes.join(', ')], subnetId);
    }
    if (number.value < prefix.first + reservedFirst || number.value === prefix.last) {
      return networkError(
        'PrivateIPAddressInReservedRange',
        [address, `range of subnet prefix ${prefix.text}: its first four addresses and its last`],
        subnetId,
      );
    }
    if (own.has(number.value)) {
      return networkError(
        'PrivateIPAddressInReservedRange',
        [address, 'addresses: this installation itself listens there. Choose another address'],
        subnetId,
      );
    }
    const holder =
      holders.get(address) ?? (given.has(address) ? 'another member of this request' : undefined);
    if (holder !== undefined) return networkError('PrivateIPAddressIsAllocated', [address, holder], subnetId);
    given.add(address);
  }
  const free = function* (): Generator<string> {
    for (const prefix of prefixes) {
      for (let value = prefix.first + reservedFirst; value < prefix.last; value += 1n) {
        if (own.has(value)) continue;
        const address = formatAddress({ family: 4, value: value });
        if (!holders.has(address) && !given.has(address)) yield address;
      }
    }
  };
  const lowest = free();
  const allocated: string[] = [];
  for (const address of wanted) {
    const next = address ?? lowest.next().value;
    if (typeof next !== 'string') {
      const name = nameOf(subnetId);
      return networkError(
        'SubnetIsFull',
        [name, request.prefixes.join(', '), String(wanted.length)],
        subnetId,
      );
    }
    allocated.push(next);
  }
  return allocated;
};
