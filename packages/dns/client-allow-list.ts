/** Which clients a name server serves: prefixes, never everybody. */

import { BlockList } from 'node:net';
import { readAddressPrefix } from '@tombolo/ip/address-prefix';

/** The default: programs on this very host. */
export const loopbackPrefixes: readonly string[] = ['127.0.0.0/8', '::1/128'];

const family = (address: string): 'ipv4' | 'ipv6' => (address.includes(':') ? 'ipv6' : 'ipv4');

/** Is it `address/length`? */
const isPrefix = (text: string): boolean => readAddressPrefix(text) !== undefined;

/** A test for membership in any of the prefixes. Throws RangeError for what is no prefix. */
export const clientAllowList = (prefixes: readonly string[]): ((address: string) => boolean) => {
  const list = new BlockList();
  for (const prefix of prefixes) {
    if (!isPrefix(prefix)) throw new RangeError(`"${prefix}" is no address prefix; write it like 10.0.0.0/8`);
    const [address = '', length = ''] = prefix.split('/');
    list.addSubnet(address, Number(length), family(address));
  }
  // A link-local client comes with a zone, fe80::1%eth0, which is nothing to the list.
  return (address) => list.check(address, family(address));
};
