/** The regions of every cloud, from one table; what is not evidenced is absent, never made up. */

import table from './regions.json' with { type: 'json' };

export type CloudName = 'AzureCloud' | 'AzureUSGovernment' | 'AzureChinaCloud';

/** A label of a host name, and where it was seen. */
interface EvidencedCode {
  readonly code: string;
  /** `official`: Microsoft's own pages; `observed`: records of a live endpoint; `third-party`: a published script. */
  readonly evidence: 'official' | 'observed' | 'third-party';
  /** Repository, file, commit and date, or what else can be looked up. */
  readonly source: string;
}

export interface Region {
  readonly cloud: CloudName;
  /** `japaneast`: ARM's name, the display name without spaces, in lower case (seed 003). */
  readonly name: string;
  /** As `az account list-locations` prints it. */
  readonly displayName: string;
  /** Spellings of Microsoft's older pages. */
  readonly otherDisplayNames?: readonly string[];
  /** `Japan`, `United States`. */
  readonly geography: string;
  /** `Asia Pacific`; this and the category are said of commercial regions only. */
  readonly geographyGroup?: string;
  readonly pairedRegion?: string;
  readonly category?: 'Recommended' | 'Other';
  /**
   * `properties.region` of the region's service tags: `centralfrance` of `AzureArcInfrastructure.FranceCentral`. From
   * ServiceTags_Public_20251028, ServiceTags_AzureGovernment_20260720 and ServiceTags_China_20260720; absent: no tag there.
   */
  readonly serviceTagRegion?: string;
  /** Whether Arc-enabled servers are offered there. Absent: unknown. */
  readonly arcServers?: { readonly offered: boolean; readonly source: string };
  /** First label of the regional hybrid identity host: `je` of `je.his.arc.azure.com`. Absent: unknown. */
  readonly his?: EvidencedCode;
  /** First label of the token service without `-ats`: `japan` of `japan-ats.his.arc.azure.com`. Absent: unknown. */
  readonly tokenService?: EvidencedCode;
  /** Of the guest assignment hosts: `jpe` of `jpe-gas.guestconfiguration.azure.com`; not that of the other two. Absent: unknown. */
  readonly guestAssignment?: EvidencedCode;
  /** Where the region itself is listed, with geography, group, pair and category. */
  readonly source: string;
  readonly note?: string;
}

export const regions = table as readonly Region[];

export const regionsOf = (cloud: CloudName): readonly Region[] =>
  regions.filter((region) => region.cloud === cloud);

/** `Japan East`, `JapanEast` and `japaneast` are one location (ARM normalizes so). */
export const normalizeLocation = (location: string): string => location.replaceAll(' ', '').toLowerCase();

const byName = new Map(regions.map((region) => [region.name, region]));

/** The regional part of a service tag's name, which follows the display name: `FranceCentral`, `USGovVirginia`. */
export const serviceTagSuffix = (region: Pick<Region, 'displayName'>): string =>
  region.displayName.replaceAll(' ', '');

export const findRegion = (location: string): Region | undefined => byName.get(normalizeLocation(location));

/**
 * Labels of the two hosts whose names have a code. Where it is unknown, an installation needs a name all the same: ours begins
 * with `tombolo-`, which none of Azure's does, and `made` says so, that nobody opens it towards Azure.
 */
export const codedLabels = (
  region: Pick<Region, 'name' | 'his' | 'tokenService'>,
): { readonly his: HostLabel; readonly tokenService: HostLabel } => ({
  his: label(region.his?.code, `tombolo-${region.name}`),
  tokenService: label(region.tokenService && `${region.tokenService.code}-ats`, `tombolo-${region.name}-ats`),
});

export interface HostLabel {
  readonly label: string;
  /** Of this installation's own making: Azure's is unknown. */
  readonly made: boolean;
}

const label = (known: string | undefined, own: string): HostLabel =>
  known === undefined ? { label: own, made: true } : { label: known, made: false };
