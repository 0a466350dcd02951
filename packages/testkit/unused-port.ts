/** Ports for tests that name one before they, or a program that they start, listen at it. */

import { choosePort } from '../../apps/tombolo/installation/ports.ts';

/** Free for TCP and UDP on each of the addresses, and none that the system gives to somebody else meanwhile. */
export const unusedPort = (...addresses: readonly string[]): Promise<number> =>
  choosePort({
    purpose: 'a test',
    asked: 0,
    preferred: [],
    addresses: addresses.length > 0 ? addresses : ['127.0.0.1'],
    datagrams: true,
  });
