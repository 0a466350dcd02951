/** R4, R7: a private endpoint's names follow its scope's region; for machines of another one its zones lack names. */

import { findRegion } from '@tombolo/private-link';
import type { EndpointMember } from './expansion.ts';
import type { RegionName } from './region.ts';

/** The regions in the names of the members; codes are left out, for they are not always known. */
const regionsIn = (members: readonly EndpointMember[]): ReadonlySet<string> =>
  new Set(
    members.flatMap(({ fqdn }) => {
      const label = /^([a-z0-9]+)(?:-gas\.guestconfiguration|\.dp\.kubernetesconfiguration)\./.exec(
        fqdn.toLowerCase(),
      )?.[1];
      const region = label === undefined ? undefined : findRegion(label);
      return region ? [region.name] : [];
    }),
  );

/** Undefined where the endpoint has names of the region, or says none at all. */
export const foreignEndpoint = (
  region: RegionName,
  members: readonly EndpointMember[],
): string | undefined => {
  const found = regionsIn(members);
  if (found.size === 0 || found.has(region.name)) return undefined;
  return (
    `The private endpoint's names are of ${[...found].join(' and ')}, not of ${region.name}: machines there ask for ` +
    `${region.name}-gas.guestconfiguration… and others that its zones do not have (R7). Machines and scope are in one region (R3).`
  );
};
