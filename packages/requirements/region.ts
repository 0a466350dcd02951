/** The region that a question means, in the words of the catalogue. */

import {
  type CloudProfile,
  didYouMean,
  discoveryCall,
  isInstallation,
  members,
  nearestNames,
  normalizeLocation,
  type Region,
  regions,
} from '@tombolo/private-link';
import { RequirementsProblem } from './problem.ts';
import type { CloudName } from './requirement.ts';

export type RegionName = Region;

export const regionNames: readonly RegionName[] = regions;

/**
 * The region that `East US 2`, `EastUS2` or `eastus2` means in this cloud.
 * @throws RequirementsProblem UnknownRegion with the nearest names
 */
export const requireRegion = (location: string, cloud: CloudName): RegionName => {
  const name = normalizeLocation(location);
  const found = regionNames.find((entry) => entry.name === name);
  if (found?.cloud === cloud) return found;
  const offered = regionNames.filter((entry) => entry.cloud === cloud).map((entry) => entry.name);
  const nearest = nearestNames(name, offered);
  throw found === undefined
    ? new RequirementsProblem(
        'UnknownRegion',
        `There is no region '${location.slice(0, 64)}' in ${cloud}.`,
        `${didYouMean(nearest)}"./tombolo requirements show regions" lists them all.`,
        nearest,
      )
    : new RequirementsProblem(
        'UnknownRegion',
        `The region '${found.displayName}' is of ${found.cloud}, not of ${cloud}.`,
        `Ask with --cloud ${found.cloud}.`,
        nearest,
      );
};

/** What is not known of a region's names, and what only a third party says; nothing is made up in its place. */
export const regionWarnings = (
  region: RegionName,
  { suffixes, profile }: { readonly suffixes: CloudProfile['suffixes']; readonly profile?: CloudProfile },
): readonly string[] => {
  const warnings: string[] = [];
  const own = profile !== undefined && isInstallation(profile);
  const made = members(region, suffixes).filter((member) => member.made);
  if (made.length > 0 && own) {
    const names = made.map(({ fqdn }) => fqdn).join(', ');
    warnings.push(
      `${names}: this installation's own, as what Azure calls them in ${region.displayName} is unknown.`,
    );
  } else if (made.length > 0) {
    const unknown = made.map(({ memberName }) => memberName).join(' and ');
    warnings.push(
      `What Azure calls ${unknown} in ${region.displayName} is unknown; ${discoveryCall(region, suffixes)} tells the regional host, and a private endpoint lists all its names.`,
    );
  }
  if (region.his?.evidence === 'third-party')
    warnings.push(
      `The short code ${region.his.code} of ${region.displayName} is from a third party only: ${region.his.source}.`,
    );
  if (region.arcServers?.offered === false)
    warnings.push(
      `Arc-enabled servers are not offered in ${region.displayName} (${region.arcServers.source}).`,
    );
  return warnings;
};
