/** Links from zones and rulesets to a network: one claim by which the network finds them all. */

import type { Claim } from '@tombolo/store/port';

export const linkOfNetworkKey = (networkId: string): string => `links of ${networkId.toLowerCase()}`;

/** Every link holds it while it exists. */
export const linkOfNetworkClaim = (networkId: string, linkId: string): Claim => ({
  key: linkOfNetworkKey(networkId),
  value: networkId.toLowerCase(),
  holder: linkId,
});
