/** The catalogue and its published versions: which tables each is made of. A published version never changes. */

import { entriesOfPage } from './pages/page-table.ts';
import { pageTables } from './pages/tables.ts';
import type { Requirement } from './requirement.ts';
import { target } from './requirement.ts';
import { renamings, supersede } from './supersession.ts';
import { dataServicesAzureCloud } from './tables/data-services-003-azure-cloud.ts';
import { esuAzureCloud } from './tables/esu-003-azure-cloud.ts';
import { kubernetesAzureCloud } from './tables/kubernetes-003-azure-cloud.ts';
import { resourceBridgeAzureCloud } from './tables/resource-bridge-003-azure-cloud.ts';
import { scvmmAzureCloud } from './tables/scvmm-003-azure-cloud.ts';
import { entriesOf, type SeedTable } from './tables/seed-table.ts';
import { serversAzureCloud003 } from './tables/servers-003-azure-cloud.ts';
import { serversAzureChinaCloud } from './tables/servers-004-azure-china-cloud.ts';
import { serversAzureCloud } from './tables/servers-004-azure-cloud.ts';
import { serversAzureUsGovernment } from './tables/servers-004-azure-us-government.ts';
import { vmwareAzureCloud } from './tables/vmware-003-azure-cloud.ts';

export interface Catalogue {
  /** Semantic: major where something has to be opened or may be closed, minor for new tables, patch for wording. */
  readonly version: string;
  /** The day on which it was published, `YYYY-MM-DD`. */
  readonly date: string;
  readonly basis: string;
  readonly requirements: readonly Requirement[];
  /** Not the release's: it was taken from a file. */
  readonly kept?: true;
  /** Set where it is the state of a day and not of its newest sources. */
  readonly asOf?: string;
  /** What a reader of every answer has to know. */
  readonly notes?: readonly string[];
}

/** The tables of seed 003 that no later seed has. */
const unrevised: readonly SeedTable[] = [
  kubernetesAzureCloud,
  dataServicesAzureCloud,
  resourceBridgeAzureCloud,
  vmwareAzureCloud,
  scvmmAzureCloud,
];

const fromSeed003 = (): Catalogue => ({
  version: '1.0.0',
  date: '2026-11-22',
  basis: 'seed 003 alone (2023, undated): AzureCloud',
  requirements: [serversAzureCloud003, esuAzureCloud, ...unrevised].flatMap(entriesOf),
});

const fromSeeds003And004 = (): Catalogue => {
  const servers = supersede(entriesOf(serversAzureCloud), entriesOf(serversAzureCloud003));
  // The ESU subset of 003 goes on, but for the row whose host 004 names otherwise.
  const esu = entriesOf(esuAzureCloud);
  const renamed = esu.filter((entry) => renamings.some((renaming) => renaming.from === target(entry)));
  return {
    version: '2.0.0',
    date: '2026-11-22',
    basis: 'seeds 003 and 004 (2023-01-17), 004 standing over 003 for servers: all three clouds',
    requirements: [
      ...servers.later,
      ...servers.superseded,
      ...[serversAzureUsGovernment, serversAzureChinaCloud].flatMap(entriesOf),
      ...esu.filter((entry) => !renamed.includes(entry)),
      ...supersede(servers.later, renamed).superseded,
      ...unrevised.flatMap(entriesOf),
    ],
  };
};

const fromPages = (): Catalogue => ({
  version: '3.0.0',
  date: '2026-11-27',
  basis:
    "Microsoft's pages as they were on 2026-08-20 (VMware with the Arc gateway: 2026-10-04), each row with its page and day; rows withdrawn since 2022 are marked",
  requirements: pageTables.flatMap(entriesOfPage),
});

/** Oldest first. */
export const catalogues: readonly Catalogue[] = [fromSeed003(), fromSeeds003And004(), fromPages()];

/** The newest one made of the seeds alone. */
export const seedCatalogue: Catalogue = catalogues[1]!;

export const currentCatalogue: Catalogue = catalogues.at(-1)!;

/** The release's versions and the one in force, oldest first: it is the last, whether it is theirs or was taken from a file. */
export const cataloguesUpTo = (inForce: Catalogue): readonly Catalogue[] =>
  inForce.kept === true ? [...catalogues, inForce] : catalogues;
