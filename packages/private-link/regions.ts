/** Regions: display name, short code of the hybrid identity host, geography of the token service. */

export interface Region {
  /** `japaneast`: the display name without spaces, in lower case (seed 003). */
  readonly name: string;
  readonly displayName: string;
  /** First label of the regional hybrid identity host: `je` of `je.his.arc.azure.com`. */
  readonly hisCode: string;
  /** First label of the token service without `-ats`: `japan` of `japan-ats.his.arc.azure.com`. */
  readonly geography: string;
  /** Seen in a public record, not derived by us. */
  readonly verified: boolean;
}

const region = (displayName: string, hisCode: string, geography: string, verified: boolean): Region => ({
  name: displayName.replaceAll(' ', '').toLowerCase(),
  displayName,
  hisCode,
  geography,
  verified,
});

/** Codes marked unverified are ours: agents ask `gbl` for the regional host and never guess. */
export const regions: readonly Region[] = [
  region('Japan East', 'je', 'japan', true),
  region('West Europe', 'weu', 'europe', true),
  region('East US', 'eus', 'us', true),
  region('Australia East', 'ae', 'australia', true),
  region('East US 2 EUAP', 'cbn', 'us', true),
  region('Central US EUAP', 'cuseuap', 'us', true),
  region('Japan West', 'jw', 'japan', false),
  region('North Europe', 'neu', 'europe', false),
  region('East US 2', 'eus2', 'us', false),
  region('West US 2', 'wus2', 'us', false),
  region('Central US', 'cus', 'us', false),
  region('UK South', 'uks', 'uk', false),
  region('Germany West Central', 'gwc', 'germany', false),
  region('Switzerland North', 'chn', 'switzerland', false),
  region('Sweden Central', 'sec', 'sweden', false),
  region('France Central', 'frc', 'france', false),
  region('USGov Virginia', 'usgv', 'usgov', false),
  region('USGov Arizona', 'usga', 'usgov', false),
  region('USGov Texas', 'usgt', 'usgov', false),
  region('China North 2', 'cnn2', 'china', false),
  region('China East 2', 'cne2', 'china', false),
];

/** `Japan East`, `JapanEast` and `japaneast` are one location (ARM normalizes so). */
export const normalizeLocation = (location: string): string => location.replaceAll(' ', '').toLowerCase();

export const findRegion = (location: string): Region | undefined =>
  regions.find((entry) => entry.name === normalizeLocation(location));
