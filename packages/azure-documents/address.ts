/** IP addresses of an endpoint, and of name servers, as a document or a flag writes them. */

import { canonicalAddress } from '@tombolo/ip/address';
import { addressRange } from '@tombolo/ip/address-kind';
import { shown } from './problem.ts';

/** What is wrong with a text that should be an address. */
export interface AddressProblem {
  readonly problem: string;
  readonly fix: string;
}

/** The canonical text of an address that a host can have. */
export const readAddress = (text: string): string | AddressProblem => {
  const range = addressRange(text);
  if (range === undefined)
    return {
      problem: `${shown(text)} is no IP address.`,
      fix: 'Write IPv4 addresses as four decimal numbers, without prefix length, port or leading zeros.',
    };
  if (['unspecified', 'multicast', 'broadcast', 'linkLocal', 'ipv4Mapped'].includes(range))
    return {
      problem: `${text} is a${range === 'unspecified' ? 'n' : ''} ${range} address; no endpoint listens there.`,
      fix: "Take the addresses from the endpoint's DNS configuration.",
    };
  return canonicalAddress(text)!;
};
