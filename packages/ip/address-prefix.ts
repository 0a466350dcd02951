/** Prefixes in CIDR form as intervals of addresses: containment, overlap, and the prefixes that make up an interval. */

import { formatAddress, readAddress } from './address.ts';

export interface AddressPrefix {
  /** As written, or canonical where it was computed. */
  readonly text: string;
  readonly family: 4 | 6;
  readonly length: number;
  readonly first: bigint;
  readonly last: bigint;
}

/** Undefined: no CIDR notation. Bits behind the length are allowed; {@link isExact} says whether there are any. */
export const readAddressPrefix = (text: string): AddressPrefix | undefined => {
  const [address, length, rest] = text.split('/');
  if (address === undefined || length === undefined || rest !== undefined || !/^\d{1,3}$/.test(length))
    return undefined;
  const read = readAddress(address);
  if (read === undefined) return undefined;
  const width = read.family === 4 ? 32 : 128;
  if (Number(length) > width) return undefined;
  const host = (1n << BigInt(width - Number(length))) - 1n;
  const first = read.value - (read.value & host);
  return { text, family: read.family, length: Number(length), first, last: first + host };
};

export const isExact = (prefix: AddressPrefix): boolean =>
  readAddress(prefix.text.split('/')[0]!)!.value === prefix.first;

export const overlaps = (left: AddressPrefix, right: AddressPrefix): boolean =>
  left.family === right.family && left.first <= right.last && right.first <= left.last;

export const contains = (outer: AddressPrefix, inner: AddressPrefix): boolean =>
  outer.family === inner.family && outer.first <= inner.first && inner.last <= outer.last;

/** Network address and length, whatever bits were written behind it. */
export const canonical = ({ family, first, length }: Omit<AddressPrefix, 'text'>): string =>
  `${formatAddress({ family, value: first })}/${length}`;

/** The fewest prefixes that cover exactly these addresses of a family, ascending. */
export const covering = (family: 4 | 6, first: bigint, last: bigint): readonly AddressPrefix[] => {
  const width = family === 4 ? 32 : 128;
  const found: AddressPrefix[] = [];
  for (let next = first; next <= last; ) {
    let bits = 0;
    while (bits < width && (next & (sizeOf(bits + 1) - 1n)) === 0n && next + sizeOf(bits + 1) - 1n <= last)
      bits += 1;
    const prefix = { family, length: width - bits, first: next, last: next + sizeOf(bits) - 1n };
    found.push({ ...prefix, text: canonical(prefix) });
    next += sizeOf(bits);
  }
  return found;
};

const sizeOf = (bits: number): bigint => 1n << BigInt(bits);
