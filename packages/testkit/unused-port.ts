/** Ports for tests that name one before they, or a program that they start, listen at it. */

import { chooseAnyPort } from '@tombolo/ports';

/** Free for TCP and UDP on each of the addresses, and none that the system or another test takes meanwhile. */
export const unusedPort = async (...addresses: readonly string[]): Promise<number> => {
  const places = { addresses: addresses.length > 0 ? addresses : ['127.0.0.1'], datagrams: true };
  const port = await chooseAnyPort(places);
  if (typeof port !== 'number') throw port;
  return port;
};
