/** The service tags to allow, with their conditions and what each stands for (seeds 003 and 004 list the same six). */

import type { RequiredServiceTag } from '@tombolo/private-link';
import type { CloudName, Feature, Product, SeedName } from '../requirement.ts';

export interface ServiceTagRequirement {
  readonly name: RequiredServiceTag;
  readonly condition?: string;
  readonly features?: readonly Feature[];
  /** Only in these clouds. */
  readonly clouds?: readonly CloudName[];
  /** Only for these products with a private endpoint. */
  readonly privatelyFor?: readonly Product[];
  /** Of a product beside Arc. */
  readonly besideFor?: Product;
  /** The tag of the public cloud's list, whichever cloud is asked about. */
  readonly ofPublicCloud?: true;
  /** Tags that this one's traffic needs beside it, as Azure's list of service tags says. */
  readonly dependsOn?: readonly RequiredServiceTag[];
  readonly seeds: readonly SeedName[];
  /** Where it was read when no seed has it. */
  readonly source?: string;
}

const seeds: readonly SeedName[] = ['003', '004'];

/** Tags of what stands beside Arc: taken where a row of the product names them. */
const beside = (
  product: Product,
  source: string,
  names: readonly RequiredServiceTag[],
): readonly ServiceTagRequirement[] => names.map((name) => ({ name, besideFor: product, seeds: [], source }));

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
    source: 'articles/azure-arc/servers/includes/network-requirements.md of 2026-06-24',
    clouds: ['AzureCloud'],
  },
  {
    name: 'AzureArcInfrastructure',
    ofPublicCloud: true,
    clouds: ['AzureUSGovernment', 'AzureChinaCloud'],
    condition:
      "since 2025-10-28 the public cloud's, beside the cloud's own; the whole tag, not a regional part",
    seeds: [],
    source: 'articles/azure-arc/servers/includes/network-requirements.md of 2026-06-24',
  },
  {
    name: 'AzureFrontDoor.FirstParty',
    privatelyFor: ['kubernetes'],
    clouds: ['AzureCloud'],
    condition: 'clusters with a private endpoint, both directions',
    seeds: [],
    source: 'articles/azure-arc/kubernetes/private-link.md of 2025-05-27',
  },
  {
    name: 'MicrosoftContainerRegistry',
    privatelyFor: ['kubernetes'],
    clouds: ['AzureCloud'],
    condition: 'clusters with a private endpoint',
    seeds: [],
    source: 'articles/azure-arc/kubernetes/private-link.md of 2025-05-27',
  },
  ...beside(
    'azure-monitor-agent',
    'articles/azure-monitor/agents/azure-monitor-agent-network-configuration.md of 2024-11-14',
    ['AzureMonitor'],
  ),
  ...beside('automation', 'articles/automation/automation-network-configuration.md of 2023-08-01', [
    'GuestAndHybridManagement',
  ]),
  ...beside(
    'defender',
    'defender-endpoint/streamlined-device-connectivity-urls-commercial.md of 2025-12-25',
    ['MicrosoftDefenderForEndpoint', 'OneDsCollector'],
  ),
];

/** Those of Arc-enabled servers in the public cloud. */
export const serverServiceTags: readonly ServiceTagRequirement[] = serviceTags.filter(
  ({ besideFor, privatelyFor, ofPublicCloud }) =>
    besideFor === undefined && privatelyFor === undefined && ofPublicCloud !== true,
);

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
