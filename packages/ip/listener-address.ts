/** Addresses at which a listener may stand. */

import { bytesOf, formatAddress, readAddress, unmapped } from './address.ts';

/**
 * The canonical text of an address at which a listener may stand; undefined for what is no address, and for the
 * wildcard, multicast and broadcast, at which no private endpoint is (a listener there would take others' traffic).
 */
export const listenerAddress = (text: string): string | undefined => {
  const address = readAddress(text);
  if (address === undefined || unmapped(address) !== address) return undefined;
  const first = bytesOf(address)[0] ?? 0;
  const nobodys = address.family === 4 ? first === 0 || first >= 224 : address.value === 0n || first === 0xff;
  return nobodys ? undefined : formatAddress(address);
};

export const isLoopback = (address: string): boolean => address.startsWith('127.') || address === '::1';
