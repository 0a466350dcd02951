/** IP addresses as bytes and as canonical text. */

import { isIP, SocketAddress } from 'node:net';

/** The 4 or 16 bytes of an address. Throws a RangeError for anything else. */
export const parseAddress = (text: string): Uint8Array => {
  const family = isIP(text);
  if (family === 4) return Uint8Array.from(text.split('.'), Number);
  if (family !== 6 || text.includes('%')) throw new RangeError(`${text} is no IP address`);
  return parseIPv6(text);
};

const parseIPv6 = (text: string): Uint8Array => {
  const groups = (part: string): number[] =>
    part === ''
      ? []
      : part.split(':').flatMap((group) => {
          if (!group.includes('.')) return [Number.parseInt(group, 16)];
          const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number);
          return [(a << 8) | b, (c << 8) | d];
        });
  const [left = '', right] = text.split('::');
  const head = groups(left);
  const tail = right === undefined ? [] : groups(right);
  const all = [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail];
  return Uint8Array.from(all.flatMap((group) => [group >> 8, group & 0xff]));
};

/** Canonical text of 4 or 16 bytes; IPv6 as RFC 5952 writes it. */
export const formatAddress = (bytes: Uint8Array): string => {
  if (bytes.length === 4) return bytes.join('.');
  const groups = Array.from({ length: 8 }, (_, index) =>
    (((bytes[2 * index] ?? 0) << 8) | (bytes[2 * index + 1] ?? 0)).toString(16),
  );
  return new SocketAddress({ family: 'ipv6', address: groups.join(':') }).address;
};

/**
 * The canonical text of an address at which a listener may stand; undefined for what is no address, and for the
 * wildcard, multicast and broadcast, at which no private endpoint is (a listener there would take others' traffic).
 */
export const listenerAddress = (text: string): string | undefined => {
  if (isIP(text) === 0 || text.includes('%')) return undefined;
  const bytes = parseAddress(text);
  const first = bytes[0] ?? 0;
  if (bytes.length === 4) return first === 0 || first >= 224 ? undefined : formatAddress(bytes);
  const mapped =
    bytes.subarray(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff;
  const unspecified = bytes.every((byte) => byte === 0);
  return mapped || unspecified || first === 0xff ? undefined : formatAddress(bytes);
};

export const isLoopback = (address: string): boolean => address.startsWith('127.') || address === '::1';
