/** Region names of each cloud and the rule that makes a host's segment of a display name (seeds 003 and 004). */

import { regions as knownCodes, nearestNames, normalizeLocation } from '@tombolo/private-link';
import { RequirementsProblem } from './problem.ts';
import type { CloudName } from './requirement.ts';

export interface RegionName {
  /** The segment in host names: the display name without spaces, in lower case. */
  readonly name: string;
  readonly displayName: string;
  readonly cloud: CloudName;
  /** First label of the regional hybrid identity host, where it is known or ours. */
  readonly hisCode?: string;
  readonly geography?: string;
  /** The codes were seen in a public record; false: they are ours, or there are none. */
  readonly verified: boolean;
}

/** Display names as `az account list-locations` prints them. */
const displayNames: Readonly<Record<CloudName, readonly string[]>> = {
  AzureCloud: [
    ...['East US', 'East US 2', 'Central US', 'North Central US', 'South Central US', 'West Central US'],
    ...[
      'West US',
      'West US 2',
      'West US 3',
      'East US 2 EUAP',
      'Central US EUAP',
      'Canada Central',
      'Canada East',
    ],
    ...['Mexico Central', 'Brazil South', 'Brazil Southeast', 'Chile Central', 'North Europe', 'West Europe'],
    ...['UK South', 'UK West', 'France Central', 'France South', 'Germany West Central', 'Germany North'],
    ...[
      'Switzerland North',
      'Switzerland West',
      'Norway East',
      'Norway West',
      'Sweden Central',
      'Poland Central',
    ],
    ...[
      'Italy North',
      'Spain Central',
      'Austria East',
      'Israel Central',
      'Qatar Central',
      'UAE North',
      'UAE Central',
    ],
    ...['South Africa North', 'South Africa West', 'Central India', 'South India', 'West India', 'East Asia'],
    ...['Southeast Asia', 'Indonesia Central', 'Malaysia West', 'Japan East', 'Japan West', 'Korea Central'],
    ...['Korea South', 'Australia East', 'Australia Southeast', 'Australia Central', 'Australia Central 2'],
    'New Zealand North',
  ],
  AzureUSGovernment: ['USGov Virginia', 'USGov Arizona', 'USGov Texas', 'USDoD Central', 'USDoD East'],
  AzureChinaCloud: [
    'China North',
    'China North 2',
    'China North 3',
    'China East',
    'China East 2',
    'China East 3',
  ],
};

export const regionNames: readonly RegionName[] = Object.entries(displayNames).flatMap(([cloud, names]) =>
  names.map((displayName) => {
    const name = normalizeLocation(displayName);
    const codes = knownCodes.find((entry) => entry.name === name);
    return {
      name,
      displayName,
      cloud: cloud as CloudName,
      ...(codes === undefined ? {} : { hisCode: codes.hisCode, geography: codes.geography }),
      verified: codes?.verified ?? false,
    };
  }),
);

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
  throw new RequirementsProblem(
    'UnknownRegion',
    found === undefined
      ? `There is no region '${location.slice(0, 64)}' in ${cloud}.`
      : `The region '${found.displayName}' is of ${found.cloud}, not of ${cloud}.`,
    `Nearest: ${nearest.join(', ')}. "tombolo requirements show regions" lists them all.`,
    nearest,
  );
};
