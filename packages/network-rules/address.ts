/**
 * Addresses of both families on one line of numbers, so that one set algebra serves rules and routes: IPv4 first, IPv6
 * above it, and above both a place for service tags of which only the name is known.
 */

import { formatAddress, readAddress } from '@tombolo/ip/address';
import { higher, lower, type Range, type RangeSet, union } from '@tombolo/ip/range-set';

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

const place = (text: string): { readonly family: 4 | 6; readonly value: bigint } | undefined => {
  const address = readAddress(text);
  if (address?.family === 6) return { family: 6, value: offset6 + address.value };
  return address;
};

const prefixAt = (family: 4 | 6, first: bigint, length: number): Prefix => {
  const width = family === 4 ? 32 : 128;
  const size = 1n << BigInt(width - length);
  const text = `${formatAddress({ family, value: family === 4 ? first : first - offset6 })}/${length}`;
  return { text, family, length, range: { first, last: first + size - 1n } };
};

/** An address (as /32 or /128) or a prefix; bits behind the length are dropped. Undefined: neither. */
export const parsePrefix = (text: string): Prefix | undefined => {
  const [address, lengthText, rest] = text.split('/');
  const placed = place(address ?? '');
  if (placed === undefined || rest !== undefined) return undefined;
  const width = placed.family === 4 ? 32 : 128;
  if (lengthText !== undefined && !/^\d{1,3}$/.test(lengthText)) return undefined;
  const length = lengthText === undefined ? width : Number(lengthText);
  if (length > width) return undefined;
  const base = placed.family === 4 ? 0n : offset6;
  const bits = BigInt(width - length);
  return prefixAt(placed.family, base + (((placed.value - base) >> bits) << bits), length);
};

/** The addresses of all texts that are addresses or prefixes; others are passed over. */
export const addressSet = (texts: readonly string[]): RangeSet =>
  union(texts.flatMap((text) => parsePrefix(text)?.range ?? []));

/** The fewest prefixes that cover exactly the set; names without addresses are left out. */
export const prefixesOf = (set: RangeSet): readonly Prefix[] => {
  const found: Prefix[] = [];
  for (const range of set) {
    if (range.first >= nameOffset) break;
    for (const [family, base, width] of [[4, 0n, 32] as const, [6, offset6, 128] as const]) {
      const top = base + (1n << BigInt(width)) - 1n;
      let first = higher(range.first, base);
      const last = lower(range.last, top);
      while (first <= last) {
        let bits = 0;
        while (
          bits < width &&
          ((first - base) & ((1n << BigInt(bits + 1)) - 1n)) === 0n &&
          first + (1n << BigInt(bits + 1)) - 1n <= last
        )
          bits += 1;
        found.push(prefixAt(family, first, width - bits));
        first += 1n << BigInt(bits);
      }
    }
  }
  return found;
};
