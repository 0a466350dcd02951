/** IPv4 and IPv6 prefixes as start and length: parsed strictly, refused with a reason, printed canonically. */

import { formatAddress4, formatAddress6, readAddress4, readAddress6 } from './address.ts';

export interface Prefix4 {
  readonly version: 4;
  /** 0..2^32-1; the bits beyond `length` are zero. */
  readonly start: number;
  /** 0..32 */
  readonly length: number;
}

export interface Prefix6 {
  readonly version: 6;
  /** 0..2^128-1; the bits beyond `length` are zero. */
  readonly start: bigint;
  /** 0..128 */
  readonly length: number;
}

export type Prefix = Prefix4 | Prefix6;

type PrefixRefusalCode = 'NotAnAddress' | 'BadLength' | 'HostBits' | 'Ipv4Mapped';

/** Why a text is no prefix. `normalised` is what was probably meant, where one can tell. */
export interface PrefixRefusal {
  readonly refused: PrefixRefusalCode;
  readonly text: string;
  readonly message: string;
  readonly normalised?: string;
}

export class PrefixError extends Error {
  override readonly name = 'PrefixError';
  readonly refusal: PrefixRefusal;
  constructor(refusal: PrefixRefusal) {
    super(refusal.message);
    this.refusal = refusal;
  }
}

/** Addresses of an IPv4 prefix by its length: 2^(32-length). */
export const sizes4: readonly number[] = Array.from({ length: 33 }, (_, length) => 2 ** (32 - length));
/** Addresses of an IPv6 prefix by its length: 2^(128-length). */
export const sizes6: readonly bigint[] = Array.from(
  { length: 129 },
  (_, length) => 1n << BigInt(128 - length),
);

/** The longest text of an address and its length (RFC 4291 2.2, with a dotted tail), so that nothing long is scanned. */
const longestText = 49;
const ipv4MappedPrefix = 0xffffn;

const word32 = 0xffff_ffffn;

const isMapped = (start: bigint, length: number) => length >= 96 && start >> 32n === ipv4MappedPrefix;

/**
 * Reads `10.0.0.0/8`, `2001:db8::/32` or a bare address (then /32 or /128). Returns the refusal instead of throwing, so
 * that a caller can list all that is wrong with a long list.
 */
export const readPrefix = (text: string): Prefix | PrefixRefusal => {
  const refuse = (refused: PrefixRefusalCode, why: string, normalised?: string): PrefixRefusal => {
    const shown = text.length > longestText ? `${text.slice(0, longestText)}…` : text;
    const message = `${JSON.stringify(shown)} ${why}`;
    return { refused, text: shown, message, ...(normalised === undefined ? {} : { normalised }) };
  };
  if (text.length > longestText) return refuse('NotAnAddress', 'is too long for an address prefix.');
  const slash = text.indexOf('/');
  const address = slash < 0 ? text : text.slice(0, slash);
  const isV6 = address.includes(':');
  const start = isV6 ? readAddress6(address) : readAddress4(address);
  if (start === undefined || start === -1)
    return refuse(
      'NotAnAddress',
      'is not an IPv4 or IPv6 address prefix such as 10.0.0.0/8 or 2001:db8::/32.',
    );
  const bits = isV6 ? 128 : 32;
  const length = slash < 0 ? bits : readLength(text, slash + 1);
  if (length < 0 || length > bits)
    return refuse('BadLength', `needs a prefix length of 0 to ${bits} after one slash.`);
  if (typeof start === 'number') {
    const host = start % sizes4[length]!;
    const prefix: Prefix4 = { version: 4, start: start - host, length };
    return host === 0 ? prefix : refuse('HostBits', ...hostBits(prefix));
  }
  if (isMapped(start, length)) {
    const inner: Prefix4 = { version: 4, start: Number(start & word32), length: length - 96 };
    const host = inner.start % sizes4[inner.length]!;
    const meant = formatPrefix({ ...inner, start: inner.start - host });
    return refuse('Ipv4Mapped', `is an IPv4-mapped prefix: write the IPv4 prefix ${meant}.`, meant);
  }
  const host = start & (sizes6[length]! - 1n);
  const prefix: Prefix6 = { version: 6, start: start - host, length };
  return host === 0n ? prefix : refuse('HostBits', ...hostBits(prefix));
};

const hostBits = (prefix: Prefix): [why: string, normalised: string] => {
  const meant = formatPrefix(prefix);
  return [`has host bits set: the prefix of that length is ${meant}.`, meant];
};

const readLength = (text: string, from: number): number => {
  const digits = text.length - from;
  if (digits < 1 || digits > 3) return -1;
  let length = 0;
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 48 || code > 57 || (at === from && code === 48 && digits > 1)) return -1;
    length = length * 10 + code - 48;
  }
  return length;
};

export const isRefusal = (read: Prefix | PrefixRefusal): read is PrefixRefusal => 'refused' in read;

/** As {@link readPrefix}; throws {@link PrefixError}. */
export const parsePrefix = (text: string): Prefix => {
  const read = readPrefix(text);
  if (isRefusal(read)) throw new PrefixError(read);
  return read;
};

/** `10.0.0.0/8`, `2001:db8::/32`: always with the length. */
export const formatPrefix = (prefix: Prefix): string =>
  `${prefix.version === 4 ? formatAddress4(prefix.start) : formatAddress6(prefix.start)}/${prefix.length}`;
