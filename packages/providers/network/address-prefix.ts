/** Address prefixes in CIDR form: parsing, containment, overlap, and which ranges a virtual network may have. */

import { ArmError } from '@tombolo/arm';
import ipaddr from 'ipaddr.js';
import { networkError } from './refusals.ts';

export interface AddressPrefix {
  readonly text: string;
  readonly family: 4 | 6;
  readonly length: number;
  readonly first: bigint;
  readonly last: bigint;
}

const toNumber = (bytes: readonly number[]): bigint =>
  bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);

/** The address as a number; undefined where the text is no address. */
export const addressNumber = (text: string): { family: 4 | 6; value: bigint } | undefined => {
  if (ipaddr.IPv4.isValidFourPartDecimal(text))
    return { family: 4, value: toNumber(ipaddr.IPv4.parse(text).octets) };
  if (text.includes(':') && !text.includes('%') && ipaddr.IPv6.isValid(text))
    return { family: 6, value: toNumber(ipaddr.IPv6.parse(text).toByteArray()) };
  return undefined;
};

/** The dotted form of an IPv4 address. */
export const ipv4Text = (value: bigint): string =>
  [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 255n)).join('.');

/** undefined where it is no CIDR notation; bits behind the length are allowed here. */
export const parsePrefix = (text: string): AddressPrefix | undefined => {
  const [address, length, rest] = text.split('/');
  if (address === undefined || length === undefined || rest !== undefined || !/^\d{1,3}$/.test(length))
    return undefined;
  const number = addressNumber(address);
  const width = number?.family === 4 ? 32 : 128;
  if (number === undefined || Number(length) > width) return undefined;
  const host = (1n << BigInt(width - Number(length))) - 1n;
  const first = number.value - (number.value & host);
  return { text, family: number.family, length: Number(length), first, last: first + host };
};

const isExact = (prefix: AddressPrefix): boolean =>
  addressNumber(prefix.text.split('/')[0]!)!.value === prefix.first;

export const overlaps = (left: AddressPrefix, right: AddressPrefix): boolean =>
  left.family === right.family && left.first <= right.last && right.first <= left.last;

export const contains = (outer: AddressPrefix, inner: AddressPrefix): boolean =>
  outer.family === inner.family && outer.first <= inner.first && inner.last <= outer.last;

/** The overlapping pairs of two address spaces, for messages; '' where there are none. */
export const overlapText = (left: readonly string[], right: readonly string[]): string => {
  const [lefts, rights] = [left, right].map((list) => list.flatMap((text) => parsePrefix(text) ?? []));
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
    const prefix = parsePrefix(text);
    if (!prefix) return networkError('InvalidAddressPrefixFormat', [text, id], id);
    if (!isExact(prefix)) {
      const bytes = prefix.family === 4 ? ipv4Text(prefix.first) : networkAddress6(prefix);
      return networkError('InvalidCIDRNotation', [text, id, `${bytes}/${prefix.length}`], id);
    }
    const other = prefixes.find((earlier) => overlaps(earlier, prefix));
    if (other) return networkError('AddressPrefixesOverlap', [other.text, text, id], id);
    prefixes.push(prefix);
  }
  return prefixes.length > 0 ? prefixes : networkError('AddressPrefixRequired', [id], id);
};

const networkAddress6 = (prefix: AddressPrefix): string =>
  ipaddr.IPv6.networkAddressFromCIDR(prefix.text).toString();

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
      ([range]) => overlaps(parsePrefix(range)!, prefix) && !(allowLoopback && range === '127.0.0.0/8'),
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
