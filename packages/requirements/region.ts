/** The region that a question means, in the words of the catalogue. */

import { nearestNames, normalizeLocation, type Region, regions } from '@tombolo/private-link';
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
        `Nearest: ${nearest.join(', ')}. "./tombolo requirements show regions" lists them all.`,
        nearest,
      )
    : new RequirementsProblem(
        'UnknownRegion',
        `The region '${found.displayName}' is of ${found.cloud}, not of ${cloud}.`,
        `Ask with --cloud ${found.cloud}.`,
        nearest,
      );
};
