/** R7: what an endpoint's names leave open once a name server answers for their zones. */

import { isPrivateAddress } from '@tombolo/ip/address-kind';
import { type CloudSuffixes, privateLinkZone } from '@tombolo/private-link';
import type { EndpointName } from './endpoint-name.ts';
import { privateLinkSuffixes } from './host-name.ts';
import type { DocumentWarning } from './problem.ts';

/** What each zone of an endpoint holds (members.ts of private-link; the token service since 2024). */
const expected = (suffixes: CloudSuffixes): readonly { suffix: string; what: string; is: RegExp }[] => [
  { suffix: suffixes.his, what: 'gbl', is: /^gbl$/ },
  { suffix: suffixes.his, what: "the region's short code", is: /^(?!gbl$)(?!.*-ats$)./ },
  { suffix: suffixes.his, what: 'the token service (-ats)', is: /-ats$/ },
  { suffix: suffixes.guestConfiguration, what: 'agentserviceapi', is: /^agentserviceapi$/ },
  { suffix: suffixes.guestConfiguration, what: "the region's agent service (-gas)", is: /-gas$/ },
];

/** Of a checked endpoint's names: zones missing altogether, names missing in a zone, addresses that are not private. */
export const warningsOf = (
  names: readonly EndpointName[],
  suffixes: CloudSuffixes,
): readonly DocumentWarning[] => {
  const missing = privateLinkSuffixes(suffixes).filter(
    (suffix) => !names.some((name) => name.suffix === suffix),
  );
  const incomplete = expected(suffixes).filter(
    ({ suffix, is }) =>
      !missing.includes(suffix) && !names.some((name) => name.suffix === suffix && is.test(name.record)),
  );
  const isPublic = names.flatMap(({ fqdn, addresses }) =>
    addresses.filter((address) => !isPrivateAddress(address)).map((address) => `${fqdn} (${address})`),
  );
  return [
    ...missing.map(
      (suffix): DocumentWarning => ({
        code: 'missing-zone',
        message: `The endpoint has no name below ${suffix}: no zone is made for it, and its names stay on public addresses.`,
      }),
    ),
    ...incomplete.map(
      ({ suffix, what }): DocumentWarning => ({
        code: 'incomplete-zone',
        message: `Below ${suffix} the endpoint lacks ${what}: with a zone ${privateLinkZone(suffix)} that name does not resolve at all (R7).`,
      }),
    ),
    ...(isPublic.length === 0
      ? []
      : [
          {
            code: 'public-address' as const,
            message: `${isPublic.join(', ')}: no private address. Is it the public one of the service?`,
          },
        ]),
  ];
};
