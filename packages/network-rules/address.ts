/**
 * Addresses of both families on one line of numbers, so that one set algebra serves rules and routes: IPv4 first, IPv6
 * above it, and above both a place for service tags of which only the name is known.
 */

import { type AddressPrefix, canonical, covering, readAddressPrefix } from '@tombolo/ip/address-prefix';
import { intersection, type Range, type RangeSet, union } from '@tombolo/ip/range-set';

export interface Prefix {
  /** Canonical: network address and length. */
  readonly text: string;
  readonly family: 4 | 6;
  readonly length: number;
  /** On the line of all addresses. */
  readonly range: Range;
}

const offset6 = 1n << 128n;
/** Where names without addresses begin. */
export const nameOffset = 1n << 130n;
const end = (1n << 132n) - 1n;

export const everything: RangeSet = [{ first: 0n, last: end }];
export const everyName: RangeSet = [{ first: nameOffset, last: end }];
export const ipv4: RangeSet = [{ first: 0n, last: (1n << 32n) - 1n }];
export const ipv6: RangeSet = [{ first: offset6, last: offset6 + (1n << 128n) - 1n }];

const baseOf = { 4: 0n, 6: offset6 } as const;

/** An address (as /32 or /128) or a prefix; bits behind the length are dropped. Undefined: neither. */
export const placedPrefix = (text: string): Prefix | undefined => {
  const read = readAddressPrefix(text.includes('/') ? text : `${text}/${text.includes(':') ? 128 : 32}`);
  return read && placed(read);
};

const placed = (prefix: AddressPrefix): Prefix => {
  const { family, length, first, last } = prefix;
  const base = baseOf[family];
  return { text: canonical(prefix), family, length, range: { first: base + first, last: base + last } };
};

/** The addresses of all texts that are addresses or prefixes; others are passed over. */
export const addressSet = (texts: readonly string[]): RangeSet =>
  union(texts.flatMap((text) => placedPrefix(text)?.range ?? []));

/** The fewest prefixes that cover exactly the set; names without addresses are left out. */
export const placedPrefixes = (set: RangeSet): readonly Prefix[] =>
  [4 as const, 6 as const].flatMap((family) => {
    const base = baseOf[family];
    return intersection(set, family === 4 ? ipv4 : ipv6).flatMap(({ first, last }) =>
      covering(family, first - base, last - base).map(placed),
    );
  });
