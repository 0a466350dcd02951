/** The allow-list of a region: the concrete names that this installation serves there, in the place of wildcards. */

import type { CloudProfile, Region } from '@tombolo/private-link';
import { didYouMean, findRegion, nearestNames, relayNamespace } from '@tombolo/private-link';
import { serviceError } from './errors.ts';
import { offeredRegions } from './host.ts';
import { regionalHosts } from './regional-hosts.ts';

/** The one version that seeds 003 and 004 show. */
export const allowListApiVersion = '2020-01-01';

/** A parameter given once; names compare without regard to case. @throws ArmError 400 where it is given twice */
const parameter = (query: URLSearchParams, name: string): string | undefined => {
  const values = [...query].filter(([key]) => key.toLowerCase() === name).map(([, value]) => value);
  if (values.length > 1) throw serviceError('InvalidRequest', [`${name} is there twice.`], { target: name });
  return values[0];
};

const namesOf = (region: Region, suffixes: CloudProfile['suffixes']): readonly string[] => {
  const { his, ats, gas, dp } = regionalHosts(region, suffixes);
  const { notification } = suffixes;
  const relay = relayNamespace(region.name, suffixes);
  return [
    `gbl.${suffixes.his}`,
    his,
    ats,
    `agentserviceapi.${suffixes.guestConfiguration}`,
    gas,
    dp,
    ...(notification === undefined ? [] : [notification, `${region.name}.${notification}`]),
    ...(relay === undefined ? [] : [relay]),
  ];
};

/**
 * Answers `?api-version=2020-01-01&location=<region>`, with the relay namespace by which the region's notifications come.
 * @param query what follows `?`
 * @throws ArmError 400: another api-version, no location, or one that is not offered (with the nearest names)
 */
export const allowList = (
  query: string,
  profile: Pick<CloudProfile, 'suffixes' | 'regions'>,
): readonly string[] => {
  const parameters = new URLSearchParams(query.slice(0, 2_048));
  const version = parameter(parameters, 'api-version') ?? '';
  if (version !== allowListApiVersion) {
    throw serviceError('InvalidApiVersionParameter', [version.slice(0, 32), allowListApiVersion], {
      target: 'api-version',
    });
  }
  const offered = offeredRegions(profile);
  const names = offered.map((entry) => entry.name);
  const location = parameter(parameters, 'location') ?? '';
  if (location === '') throw serviceError('MissingLocation', [names.join(', ')], { target: 'location' });
  const region = findRegion(location);
  if (region === undefined || !offered.includes(region)) {
    throw serviceError(
      'InvalidLocation',
      [location.slice(0, 64), didYouMean(nearestNames(location, names)), names.join(', ')],
      { target: 'location' },
    );
  }
  return namesOf(region, profile.suffixes);
};
