/** Is an address private, so that a service name which resolves to it means a private endpoint? */

import ipaddr from 'ipaddr.js';
import { type Address, formatAddress, readAddress, unmapped } from './address.ts';
import { readAddressPrefix } from './address-prefix.ts';

export type AddressKind = 'private' | 'public' | 'unusable';

/** The address; an IPv4-mapped one is judged as what it stands for. */
const parse = (text: string): Address | undefined => {
  const address = readAddress(text);
  return address && unmapped(address);
};

const within = (address: Address, prefix: string): boolean => {
  const own = parse(prefix);
  if (own !== undefined) return own.family === address.family && own.value === address.value;
  const range = readAddressPrefix(prefix);
  return (
    range !== undefined &&
    range.family === address.family &&
    range.first <= address.value &&
    address.value <= range.last
  );
};

/**
 * The special-purpose range that an address is in (RFC 6890), by the library's names: `private`, `loopback`, `linkLocal`,
 * `unicast`…; undefined: no address.
 */
export const addressRange = (text: string): string | undefined =>
  readAddress(text) && ipaddr.parse(text).range();

/**
 * `private`: RFC 1918, unique local (RFC 4193, fc00::/7) and loopback, where installations put virtual networks.
 * `unusable`: no address, or one that no service can have (unspecified, multicast, broadcast, link-local).
 * @param publicAddresses addresses and prefixes that are public whatever their range says: an installation's own
 * public listeners (`profile.publicAddresses`); entries that are neither are passed over.
 */
export const addressKind = (address: string, publicAddresses: readonly string[] = []): AddressKind => {
  const parsed = parse(address);
  if (parsed === undefined) return 'unusable';
  if (publicAddresses.some((prefix) => within(parsed, prefix))) return 'public';
  switch (addressRange(formatAddress(parsed))) {
    case 'private':
    case 'uniqueLocal':
    case 'loopback':
      return 'private';
    case 'unspecified':
    case 'multicast':
    case 'broadcast':
    case 'linkLocal':
      return 'unusable';
    default:
      return 'public';
  }
};

export const isPrivateAddress = (address: string, publicAddresses: readonly string[] = []): boolean =>
  addressKind(address, publicAddresses) === 'private';
