/** IP addresses as text, numbers and bytes: one strict reading, one canonical writing. */

export interface Address {
  readonly family: 4 | 6;
  /** 0..2^32-1 or 0..2^128-1. */
  readonly value: bigint;
}

/** Undefined: no address. IPv4 as four decimal numbers, IPv6 as RFC 4291 §2.2 writes it, without a zone. */
export const readAddress = (text: string): Address | undefined => {
  if (text.includes(':')) {
    const value = readAddress6(text);
    return value === undefined ? undefined : { family: 6, value };
  }
  const value = readAddress4(text);
  return value < 0 ? undefined : { family: 4, value: BigInt(value) };
};

/** RFC 5952 for IPv6. */
export const formatAddress = ({ family, value }: Address): string =>
  family === 4 ? formatAddress4(Number(value)) : formatAddress6(value);

/** Undefined: no address. */
export const canonicalAddress = (text: string): string | undefined => {
  const address = readAddress(text);
  return address && formatAddress(address);
};

/** `::ffff:10.0.0.1` as the IPv4 address that it stands for (RFC 4291 §2.5.5.2); others as they are. */
export const unmapped = (address: Address): Address =>
  address.family === 6 && address.value >> 32n === 0xffffn
    ? { family: 4, value: address.value & word32 }
    : address;

/** 4 or 16 bytes in network order. */
export const bytesOf = ({ family, value }: Address): Uint8Array => {
  const bytes = new Uint8Array(family === 4 ? 4 : 16);
  const view = new DataView(bytes.buffer);
  if (family === 4) view.setUint32(0, Number(value));
  else {
    view.setBigUint64(0, value >> 64n);
    view.setBigUint64(8, value & 0xffff_ffff_ffff_ffffn);
  }
  return bytes;
};

/** Throws RangeError where there are not 4 or 16. */
export const addressOfBytes = (bytes: Uint8Array): Address => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length === 4) return { family: 4, value: BigInt(view.getUint32(0)) };
  if (bytes.length !== 16) throw new RangeError(`an address has 4 or 16 bytes, not ${bytes.length}`);
  return { family: 6, value: (view.getBigUint64(0) << 64n) | view.getBigUint64(8) };
};

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
