/** IPv4 and IPv6 prefixes as start and length: parsed strictly, refused with a reason, printed canonically. */

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

export type PrefixRefusalCode = 'NotAnAddress' | 'BadLength' | 'HostBits' | 'Ipv4Mapped';

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

/** `a.b.c.d` without leading zeros (RFC 6943 3.1.1: others read them as octal); -1: it is none. */
export const readAddress4 = (text: string): number => {
  let value = 0;
  let part = -1;
  let parts = 0;
  for (let at = 0; at <= text.length; at++) {
    const code = at < text.length ? text.charCodeAt(at) : 46;
    if (code >= 48 && code <= 57) {
      if (part === 0) return -1;
      part = part < 0 ? code - 48 : part * 10 + code - 48;
      if (part > 255) return -1;
    } else if (code === 46 && part >= 0 && parts < 4) {
      value = value * 256 + part;
      part = -1;
      parts++;
    } else return -1;
  }
  return parts === 4 ? value : -1;
};

/** RFC 4291 2.2 text forms, without a zone; undefined: it is none. */
export const readAddress6 = (text: string): bigint | undefined => {
  const end = text.length;
  if (end > 45 || end < 2) return undefined;
  const groups = [0, 0, 0, 0, 0, 0, 0, 0];
  let count = 0;
  /** Groups before `::`. */
  let gap = -1;
  let at = 0;
  if (text.charCodeAt(0) === colon) {
    if (text.charCodeAt(1) !== colon) return undefined;
    gap = 0;
    at = 2;
  }
  while (at < end) {
    if (count === 8) return undefined;
    const from = at;
    let group = 0;
    let digit = hexDigit(text.charCodeAt(at));
    while (digit >= 0 && at - from < 4) {
      group = group * 16 + digit;
      digit = hexDigit(text.charCodeAt(++at));
    }
    if (text.charCodeAt(at) === dot) {
      const tail = count <= 6 ? readAddress4(text.slice(from)) : -1;
      if (tail < 0) return undefined;
      groups[count++] = Math.floor(tail / 65_536);
      groups[count++] = tail % 65_536;
      break;
    }
    if (at === from) return undefined;
    groups[count++] = group;
    if (at === end) break;
    if (text.charCodeAt(at++) !== colon || at === end) return undefined;
    if (text.charCodeAt(at) === colon) {
      if (gap >= 0) return undefined;
      gap = count;
      at++;
    }
  }
  if (gap < 0 ? count !== 8 : count === 8) return undefined;
  if (gap >= 0) {
    groups.copyWithin(8 - count + gap, gap, count);
    groups.fill(0, gap, 8 - count + gap);
  }
  return (
    (BigInt(groups[0]! * 65_536 + groups[1]!) << 96n) |
    (BigInt(groups[2]! * 65_536 + groups[3]!) << 64n) |
    (BigInt(groups[4]! * 65_536 + groups[5]!) << 32n) |
    BigInt(groups[6]! * 65_536 + groups[7]!)
  );
};

const colon = 58;
const dot = 46;

/** 0 to 15; -1: no digit (NaN behind the end, too). */
const hexDigit = (code: number): number => {
  if (code >= 48 && code <= 57) return code - 48;
  const letter = code | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
};

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

/** The last address of a prefix, in the unit of its start. */
export const lastOf4 = (prefix: Prefix4): number => prefix.start + sizes4[prefix.length]! - 1;
export const lastOf6 = (prefix: Prefix6): bigint => prefix.start + sizes6[prefix.length]! - 1n;

export const formatAddress4 = (address: number): string =>
  `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`;

const word32 = 0xffff_ffffn;

/** RFC 5952: lower case, the longest (first) run of two or more zero groups as `::`. */
export const formatAddress6 = (address: bigint): string => {
  const groups: number[] = [];
  for (const word of [
    address >> 96n,
    (address >> 64n) & word32,
    (address >> 32n) & word32,
    address & word32,
  ]) {
    const value = Number(word);
    groups.push(value >>> 16, value & 0xffff);
  }
  let [from, length, run] = [-1, 1, 0];
  for (let at = 0; at < 8; at++) {
    run = groups[at] === 0 ? run + 1 : 0;
    if (run > length) [from, length] = [at - run + 1, run];
  }
  let text = '';
  for (let at = 0; at < 8; at++) {
    if (at === from) {
      text += '::';
      at += length - 1;
    } else text += (at === 0 || at === from + length ? '' : ':') + groups[at]!.toString(16);
  }
  return text;
};

/** `10.0.0.0/8`, `2001:db8::/32`: always with the length. */
export const formatPrefix = (prefix: Prefix): string =>
  `${prefix.version === 4 ? formatAddress4(prefix.start) : formatAddress6(prefix.start)}/${prefix.length}`;
