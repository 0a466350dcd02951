/** Labels that earlier versions made up for hosts of regions: what was given one keeps it, and nothing gets one any more. */

import { codedLabels, type Region } from './regions.ts';

interface FormerLabels {
  readonly his?: string;
  readonly tokenService: string;
}

/** Of the regions that version 0.1 had, where the table has another label or none. */
const formerLabels: Readonly<Record<string, FormerLabels>> = {
  centralus: { his: 'cus', tokenService: 'us-ats' },
  centraluseuap: { tokenService: 'us-ats' },
  chinaeast2: { his: 'cne2', tokenService: 'china-ats' },
  chinanorth2: { his: 'cnn2', tokenService: 'china-ats' },
  eastus: { tokenService: 'us-ats' },
  eastus2: { tokenService: 'us-ats' },
  eastus2euap: { tokenService: 'us-ats' },
  francecentral: { his: 'frc', tokenService: 'france-ats' },
  germanywestcentral: { tokenService: 'germany-ats' },
  japanwest: { his: 'jw', tokenService: 'japan-ats' },
  northeurope: { his: 'neu', tokenService: 'europe-ats' },
  swedencentral: { tokenService: 'sweden-ats' },
  switzerlandnorth: { his: 'chn', tokenService: 'switzerland-ats' },
  uksouth: { tokenService: 'uk-ats' },
  usgovarizona: { tokenService: 'usgov-ats' },
  usgovtexas: { his: 'usgt', tokenService: 'usgov-ats' },
  usgovvirginia: { tokenService: 'usgov-ats' },
  westeurope: { tokenService: 'europe-ats' },
  westus2: { tokenService: 'us-ats' },
};

export interface ServedLabels {
  readonly his: readonly string[];
  readonly tokenService: readonly string[];
}

/**
 * Every label at which an installation serves the region's two coded hosts: the one that it gives now first; its own, which
 * it gives while the table does not know Azure's; and that of an earlier version. Private endpoints and agents keep the names
 * that they were given, whatever the table learns afterwards.
 */
export const servedLabels = (region: Region): ServedLabels => {
  const { his, tokenService } = codedLabels(region);
  const own = codedLabels({ name: region.name });
  const former = Object.hasOwn(formerLabels, region.name) ? formerLabels[region.name] : undefined;
  const distinct = (...labels: readonly (string | undefined)[]): readonly string[] => [
    ...new Set(labels.filter((label) => label !== undefined)),
  ];
  return {
    his: distinct(his.label, own.his.label, former?.his),
    tokenService: distinct(tokenService.label, own.tokenService.label, former?.tokenService),
  };
};
