/** Address prefixes in CIDR form: parsing, containment, overlap, and which ranges a virtual network may have. */

import { ArmError } from '@tombolo/arm';
import { formatAddress } from '@tombolo/ip/address';
import { type AddressPrefix, isExact, overlaps, readAddressPrefix } from '@tombolo/ip/address-prefix';
import { networkError } from './refusals.ts';

/** The overlapping pairs of two address spaces, for messages; '' where there are none. */
export const overlapText = (left: readonly string[], right: readonly string[]): string => {
  const [lefts, rights] = [left, right].map((list) => list.flatMap((text) => readAddressPrefix(text) ?? []));
  const pairs = lefts!.flatMap((a) =>
    rights!.filter((b) => overlaps(a, b)).map((b) => `${a.text} and ${b.text}`),
  );
  return pairs.join(', ');
};

/** What no virtual network may have (Learn: virtual-networks-faq); loopback is our listed deviation where allowed. */
const forbidden: readonly (readonly [string, string])[] = [
  ['224.0.0.0/4', 'multicast (224.0.0.0/4)'],
  ['255.255.255.255/32', 'broadcast (255.255.255.255/32)'],
  ['169.254.0.0/16', 'link-local addresses (169.254.0.0/16)'],
  ['168.63.129.16/32', "the platform's resolver (168.63.129.16/32)"],
  ['127.0.0.0/8', 'loopback (127.0.0.0/8)'],
  ['0.0.0.0/8', 'this network (0.0.0.0/8)'],
];

/** Parses a list of prefixes of one resource; the first that does not hold is the error. */
export const readPrefixes = (texts: readonly string[], id: string): readonly AddressPrefix[] | ArmError => {
  const prefixes: AddressPrefix[] = [];
  for (const text of texts) {
    const prefix = readAddressPrefix(text);
    if (!prefix) return networkError('InvalidAddressPrefixFormat', [text, id], id);
    if (!isExact(prefix)) {
      const start = formatAddress({ family: prefix.family, value: prefix.first });
      return networkError('InvalidCIDRNotation', [text, id, `${start}/${prefix.length}`], id);
    }
    const other = prefixes.find((earlier) => overlaps(earlier, prefix));
    if (other) return networkError('AddressPrefixesOverlap', [other.text, text, id], id);
    prefixes.push(prefix);
  }
  return prefixes.length > 0 ? prefixes : networkError('AddressPrefixRequired', [id], id);
};

/** The prefixes of an address space, refused where Azure has no networks. */
export const readAddressSpace = (
  texts: readonly string[],
  id: string,
  allowLoopback: boolean,
): readonly AddressPrefix[] | ArmError => {
  const prefixes = readPrefixes(texts, id);
  if (prefixes instanceof ArmError) return prefixes;
  for (const prefix of prefixes) {
    const banned = forbidden.find(
      ([range]) => overlaps(readAddressPrefix(range)!, prefix) && !(allowLoopback && range === '127.0.0.0/8'),
    );
    if (banned) return networkError('AddressPrefixNotAllowed', [prefix.text, id, banned[1]], id);
  }
  return prefixes;
};

/** The prefixes of a subnet, with lengths that a subnet may have. */
export const readSubnetPrefixes = (
  texts: readonly string[],
  id: string,
): readonly AddressPrefix[] | ArmError => {
  const prefixes = readPrefixes(texts, id);
  if (prefixes instanceof ArmError) return prefixes;
  const odd = prefixes.find((prefix) =>
    prefix.family === 4 ? prefix.length < 2 || prefix.length > 29 : prefix.length !== 64,
  );
  return odd ? networkError('InvalidSubnetPrefixLength', [odd.text, id], id) : prefixes;
};
