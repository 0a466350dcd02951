/** Is an address private, so that a service name which resolves to it means a private endpoint? */

import ipaddr from 'ipaddr.js';

export type AddressKind = 'private' | 'public' | 'unusable';

const parse = (text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined => {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text);
  // `process` unwraps IPv4-mapped addresses, so that ::ffff:10.0.0.4 is judged as 10.0.0.4.
  return ipaddr.IPv6.isValid(text) ? ipaddr.process(text) : undefined;
};

/** An address, or a prefix in CIDR form; undefined where it is neither. */
const parsePrefix = (text: string): [ipaddr.IPv4 | ipaddr.IPv6, number] | undefined => {
  if (ipaddr.IPv4.isValidCIDRFourPartDecimal(text) || ipaddr.IPv6.isValidCIDR(text))
    return ipaddr.parseCIDR(text);
  const address = parse(text);
  return address === undefined ? undefined : [address, address.kind() === 'ipv4' ? 32 : 128];
};

const within = (address: ipaddr.IPv4 | ipaddr.IPv6, prefix: string): boolean => {
  const parsed = parsePrefix(prefix);
  return parsed !== undefined && parsed[0].kind() === address.kind() && address.match(parsed);
};

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
  switch (parsed.range()) {
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
