/** Prefixes in CIDR form as intervals of addresses: containment and overlap. */

import { readAddress } from './address.ts';

export interface AddressPrefix {
  /** As written. */
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
