/** What somebody asks of the catalogue, read from loose input into names that exist. */

import {
  type CloudProfile,
  compareVersions,
  didYouMean,
  nearestNames,
  realClouds,
  supportsPrivateEndpoints,
} from '@tombolo/private-link';
import type { Catalogue } from './catalogue.ts';
import { type Composition, compositionOf, compositionsOf } from './composition.ts';
import type { EndpointMember } from './expansion.ts';
import { parameterValue } from './host-input.ts';
import { RequirementsProblem } from './problem.ts';
import { type RegionName, regionWarnings, requireRegion } from './region.ts';
import type { CloudName, ExtensionName, Feature, OperatingSystem, Phase, Product } from './requirement.ts';
import {
  cloudNames,
  extensionNames,
  featureNames,
  operatingSystems,
  parameterNames,
  phases,
  productNames,
} from './requirement.ts';

export const connectivities = ['public', 'proxy', 'private-endpoint'] as const;
type Connectivity = (typeof connectivities)[number];

/** As typed: any of it may be wrong. */
export interface QueryInput {
  /** Absent or empty: every product that the cloud has. */
  readonly products?: readonly string[];
  readonly cloud?: string;
  readonly region?: string;
  readonly features?: readonly string[];
  readonly operatingSystem?: string;
  readonly phase?: string;
  readonly connectivity?: string;
  readonly resourceManagementPrivateLink?: boolean;
  readonly agentVersion?: string;
  readonly extensionVersions?: Readonly<Record<string, string>>;
  readonly parameters?: Readonly<Record<string, string>>;
  /** The private endpoint's own list of names and addresses. */
  readonly endpointMembers?: readonly EndpointMember[];
  /** What the allow-list service answered. */
  readonly allowList?: readonly string[];
  /** An installation's own names and ports. */
  readonly profile?: CloudProfile;
}

export interface RequirementQuery {
  readonly products: readonly Product[];
  readonly cloud: CloudName;
  readonly region?: RegionName;
  readonly features: readonly Feature[];
  readonly operatingSystem?: OperatingSystem;
  readonly phase?: Phase;
  readonly connectivity: Connectivity;
  readonly resourceManagementPrivateLink: boolean;
  readonly agentVersion?: string;
  readonly extensionVersions: Readonly<Partial<Record<ExtensionName, string>>>;
  readonly parameters: Readonly<Record<string, string>>;
  readonly endpointMembers?: readonly EndpointMember[];
  readonly allowList?: readonly string[];
  readonly suffixes: CloudProfile['suffixes'];
  readonly profile?: CloudProfile;
  readonly warnings: readonly string[];
}

const codes = { product: 'UnknownProduct', cloud: 'UnknownCloud', feature: 'UnknownFeature' } as const;

/** The known name that was meant, without regard to case. @throws RequirementsProblem with the nearest names */
const knownName = <T extends string>(what: string, name: string, known: readonly T[]): T => {
  const found = known.find((entry) => entry.toLowerCase() === name.trim().toLowerCase());
  if (found !== undefined) return found;
  const nearest = nearestNames(name, known);
  throw new RequirementsProblem(
    codes[what as keyof typeof codes] ?? 'UnknownName',
    `There is no ${what} '${name.slice(0, 64)}'.`,
    `${didYouMean(nearest)}All: ${known.join(', ')}.`,
    nearest,
  );
};

const version = (what: string, text: string): string => {
  if (compareVersions(text, text) === 0) return text;
  throw new RequirementsProblem(
    'InvalidVersion',
    `'${text.slice(0, 64)}' is no version of ${what}.`,
    'Give numbers with dots, such as 1.24.',
  );
};

/** SQL Server's extension is counted by release date, the appliance's by version. */
const extensionVersion = (extension: ExtensionName, text: string): string => {
  if (extension !== 'sql-server') return version(`extension ${extension}`, text);
  if (/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/.test(text)) return text;
  throw new RequirementsProblem(
    'InvalidVersion',
    `'${text.slice(0, 64)}' is no release date of the extension for SQL Server.`,
    'Give the date of its release, such as 2024-03-12.',
  );
};

const productsOf = (
  names: readonly string[],
  cloud: CloudName,
  compositions: readonly Composition[],
): readonly Product[] => {
  const known = productNames.filter((product) => compositionOf(product, compositions) !== undefined);
  const offered = known.filter((product) => compositionOf(product, compositions)?.clouds.includes(cloud));
  // What stands beside Arc is answered where it is asked for by name.
  if (names.length === 0) {
    return offered.filter((product) => compositionOf(product, compositions)?.beside !== true);
  }
  const products = [...new Set(names.map((name) => knownName('product', name, known)))];
  const absent = products.find((product) => !offered.includes(product));
  if (absent === undefined) return products;
  const { title, clouds } = compositionOf(absent, compositions) ?? { title: absent, clouds: [] };
  throw new RequirementsProblem(
    'NotStatedForCloud',
    `What ${title} needs in ${cloud} is not stated by any source of the catalogue.`,
    `Stated for: ${clouds.join(', ')}. In ${cloud}: ${offered.join(', ')}.`,
    offered,
  );
};

const warningsOf = (query: Omit<RequirementQuery, 'warnings'>): readonly string[] => {
  const warnings: string[] = [];
  const privately = query.connectivity === 'private-endpoint';
  if (privately && query.cloud === 'AzureChinaCloud') {
    warnings.push(
      'The table of AzureChinaCloud has no private-link column: all its rows are taken as public.',
    );
  }
  if (privately && query.agentVersion !== undefined && !supportsPrivateEndpoints(query.agentVersion)) {
    warnings.push(`Private endpoints need agent 1.4 or later; this is ${query.agentVersion} (R10).`);
  }
  if (
    privately &&
    query.features.some((feature) => feature === 'ssh' || feature === 'windows-admin-center')
  ) {
    warnings.push('SSH and Windows Admin Center are not available over Private Link (R13).');
  }
  if (query.resourceManagementPrivateLink && !privately) {
    warnings.push('A resource management private link counts only with connectivity private-endpoint here.');
  }
  if (query.connectivity === 'proxy') {
    warnings.push('A Log Analytics gateway is no proxy for the Connected Machine agent (R19).');
  }
  if (query.cloud === 'AzureChinaCloud' && query.features.includes('windows-admin-center')) {
    warnings.push(
      "Microsoft's pages disagree on Windows Admin Center in 21Vianet: the requirements of servers (2026-06-24) list its relay there, its own page (2024-10-30) has it in the public cloud only.",
    );
  }
  if (query.products.includes('data-services') && !query.features.some((name) => name.endsWith('-mode'))) {
    warnings.push(
      'Data services are taken in direct mode; ask with the feature indirect-mode for the other.',
    );
  }
  if (query.region !== undefined) warnings.push(...regionWarnings(query.region, query));
  return warnings;
};

/** @throws RequirementsProblem naming the first thing that does not exist, with the nearest names */
export const readQuery = (input: QueryInput, catalogue: Pick<Catalogue, 'version'>): RequirementQuery => {
  const compositions = compositionsOf(catalogue);
  const cloud = knownName('cloud', input.cloud ?? 'AzureCloud', cloudNames);
  const products = productsOf(input.products ?? [], cloud, compositions);
  const asked = (input.features ?? []).map((name) => knownName('feature', name, featureNames));
  // A general question implies nothing; one about SQL Server implies its feature.
  const implied =
    (input.products ?? []).length === 0
      ? []
      : products.flatMap((product) => compositionOf(product, compositions)?.implies ?? []);
  const optional = <T extends string>(what: string, name: string | undefined, known: readonly T[]) =>
    name === undefined ? undefined : knownName(what, name, known);
  const operatingSystem = optional('operating system', input.operatingSystem, operatingSystems);
  const phase = optional('phase', input.phase, phases);
  const suffixes = (input.profile ?? realClouds[cloud])?.suffixes;
  if (suffixes === undefined) throw new Error(`no suffixes of ${cloud}`);
  const query: Omit<RequirementQuery, 'warnings'> = {
    products,
    cloud,
    features: [...new Set([...asked, ...implied])],
    connectivity: optional('connectivity', input.connectivity, connectivities) ?? 'public',
    resourceManagementPrivateLink: input.resourceManagementPrivateLink ?? false,
    extensionVersions: Object.fromEntries(
      Object.entries(input.extensionVersions ?? {}).map(([name, value]) => {
        const extension = knownName('extension', name, extensionNames);
        return [extension, extensionVersion(extension, value)];
      }),
    ),
    parameters: Object.fromEntries(
      Object.entries(input.parameters ?? {}).map(([name, value]) => {
        const parameter = knownName('parameter', name, parameterNames);
        return [parameter, parameterValue(parameter, value)];
      }),
    ),
    suffixes,
    ...(input.region === undefined ? {} : { region: requireRegion(input.region, cloud) }),
    ...(operatingSystem === undefined ? {} : { operatingSystem }),
    ...(phase === undefined ? {} : { phase }),
    ...(input.agentVersion === undefined ? {} : { agentVersion: version('the agent', input.agentVersion) }),
    ...(input.endpointMembers === undefined ? {} : { endpointMembers: input.endpointMembers }),
    ...(input.allowList === undefined ? {} : { allowList: input.allowList }),
    ...(input.profile === undefined ? {} : { profile: input.profile }),
  };
  return { ...query, warnings: warningsOf(query) };
};
