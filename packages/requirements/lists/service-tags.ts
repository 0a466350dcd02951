/** The service tags to allow, with their conditions and what each stands for (seeds 003 and 004 list the same six). */

import type { Feature, SeedName } from '../requirement.ts';

export interface ServiceTagRequirement {
  readonly name: string;
  readonly condition?: string;
  readonly features?: readonly Feature[];
  /** Tags that this one's traffic needs beside it, as Azure's list of service tags says. */
  readonly dependsOn?: readonly string[];
  readonly seeds: readonly SeedName[];
  /** Where it was read when no seed has it. */
  readonly source?: string;
}

const seeds: readonly SeedName[] = ['003', '004'];

export const serviceTags: readonly ServiceTagRequirement[] = [
  { name: 'AzureActiveDirectory', seeds },
  { name: 'AzureTrafficManager', seeds },
  { name: 'AzureResourceManager', seeds },
  {
    name: 'AzureArcInfrastructure',
    dependsOn: ['AzureActiveDirectory', 'AzureTrafficManager', 'AzureResourceManager'],
    seeds,
  },
  { name: 'Storage', seeds },
  {
    name: 'WindowsAdminCenter',
    features: ['windows-admin-center'],
    condition: 'where Windows Admin Center manages Arc-enabled servers',
    seeds,
  },
  {
    name: 'AzureFrontDoor.Frontend',
    condition: 'required since April 2026',
    seeds: [],
    source: 'learn.microsoft.com/azure/azure-arc/servers/network-requirements, read 2026-08-20',
  },
];

/** Where a firewall needs addresses at all: this tag has those of every Azure service. */
export const catchAllServiceTag = {
  name: 'AzureCloud',
  condition: 'where the firewall is configured by address ranges: allows all Azure services',
  publication: 'Azure IP Ranges and Service Tags, published weekly as JSON; the ranges change',
  seeds,
} as const;

/** "Do not disable security monitoring or inspection of these URLs" (seeds 003 and 004). */
export const inspection = {
  rule: 'Do not disable security monitoring or inspection of these addresses; allow them like other internet traffic.',
  pinning:
    'The agent pins no certificates: TLS inspection works where the machine trusts its issuer (seed 002, R18). Some extensions pin.',
  seeds,
} as const;
