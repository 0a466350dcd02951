/** The flags that say what is asked of the catalogue, the same for list, explain and export. */

import type { EndpointDns } from '@tombolo/azure-documents';
import {
  type Catalogue,
  catalogueAsOf,
  connectivities,
  foreignEndpoint,
  phases,
  type QueryInput,
  type RequirementQuery,
  RequirementsProblem,
  readQuery,
  type SourceSpan,
  sourceAge,
  sourceSpan,
} from '@tombolo/requirements';
import type { Command } from 'commander';
import { catalogueInForce } from '../../installation/catalogue-in-force.ts';
import { stateOption } from '../../shell/command.ts';
import { CommandError } from '../../shell/command-error.ts';
import {
  endpointFileOption,
  endpointOption,
  endpointSource,
  readEndpointFrom,
} from '../documents/endpoint-source.ts';
import { readCloudProfile } from './input-files.ts';
import { expandedNames } from './name-sources.ts';

export interface QueryFlags {
  readonly product: readonly string[];
  readonly cloud: string;
  readonly region?: string;
  readonly feature: readonly string[];
  readonly os?: string;
  readonly phase?: string;
  readonly connectivity: string;
  readonly resourceManagementPrivateLink?: boolean;
  readonly agentVersion?: string;
  readonly extensionVersion: readonly string[];
  readonly parameter: readonly string[];
  readonly endpoint?: string;
  readonly file?: string;
  readonly cloudProfile?: string;
  readonly expand?: boolean;
  readonly asOf?: string;
  readonly state: string;
}

const collect = (value: string, before: readonly string[]): readonly string[] => [
  ...before,
  ...value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
];

export const addQueryOptions = (command: Command): Command =>
  command
    .option('--product <name>', 'servers, esu, sql-server, kubernetes …; repeatable', collect, [])
    .option('--cloud <name>', 'AzureCloud, AzureUSGovernment or AzureChinaCloud', 'AzureCloud')
    .option('--region <name>', 'such as japaneast or "Japan East"; fills <region> in')
    .option(
      '--feature <name>',
      'ssh, windows-admin-center, cluster-connect, guest-management …; repeatable',
      collect,
      [],
    )
    .option('--os <name>', 'windows or linux')
    .option('--phase <name>', phases.join(', '))
    .option('--connectivity <way>', connectivities.join(', '), 'public')
    .option('--resource-management-private-link', 'Azure Resource Manager has a private link too')
    .option('--agent-version <version>', 'leaves out what that agent does not use')
    .option(
      '--extension-version <name=version>',
      'sql-server=DATE of its release, arcappliance=VERSION; repeatable',
      collect,
      [],
    )
    .option('--parameter <name=value>', 'vcenter-address=…, scvmm-address=…; repeatable', collect, [])
    .option(...endpointOption)
    .option(...endpointFileOption)
    .option('--cloud-profile <file>', "an installation's names and ports (./tombolo profile)")
    .option('--expand', 'ask the allow-list service for the names of the region')
    .option('--as-of <day>', 'what the pages said on a day (2025-06-30), or seeds; default: today')
    .option(...stateOption);

const pairs = (flag: string, values: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    values.map((value) => {
      const mark = value.indexOf('=');
      if (mark > 0) return [value.slice(0, mark), value.slice(mark + 1)];
      throw new CommandError(
        'InvalidArgument',
        `${flag} '${value.slice(0, 80)}' has no value.`,
        `Write it like ${flag} name=value.`,
      );
    }),
  );

/** Errors of the catalogue as errors of the command line: exit code 2, with the nearest names. */
export const orCommandError = <T>(work: () => T): T => {
  try {
    return work();
  } catch (error) {
    if (error instanceof RequirementsProblem) {
      throw new CommandError('InvalidArgument', error.message, error.fix);
    }
    throw error;
  }
};

/** In UTC, as the days of sources are. */
export const today = (): string => new Date().toISOString().slice(0, 10);

/** What a JSON answer says of the catalogue that it is of: with the age of its sources on this day. */
export const agedCatalogue = <T extends { readonly sources: SourceSpan }>(catalogue: T) => ({
  ...catalogue,
  age: sourceAge(catalogue.sources, today()),
});

/** A whole catalogue, without its entries. */
export const shownCatalogue = ({ version, date, basis, kept, asOf, requirements }: Catalogue) =>
  agedCatalogue({
    version,
    date,
    basis,
    ...(kept === undefined ? {} : { kept }),
    ...(asOf === undefined ? {} : { asOf }),
    sources: sourceSpan(requirements),
  });

export interface Question {
  /** The catalogue that is asked: today's, or that of `--as-of`. */
  readonly catalogue: Catalogue;
  readonly query: RequirementQuery;
  /** Where `--endpoint` or `--file` named one. */
  readonly endpoint?: EndpointDns;
}

/** The catalogue that the flags mean. Throws InvalidArgument. */
export const catalogueOf = ({ asOf, state }: Pick<QueryFlags, 'asOf' | 'state'>): Catalogue => {
  const inForce = catalogueInForce(state);
  return orCommandError(() => catalogueAsOf(inForce, asOf, today()));
};

/** The question that the flags mean. Throws InvalidArgument; with `--expand` or `--endpoint` NotRunning or RequestRefused. */
export const questionOf = async (flags: QueryFlags): Promise<Question> => {
  const catalogue = catalogueOf(flags);
  const profile = flags.cloudProfile === undefined ? undefined : readCloudProfile(flags.cloudProfile);
  const input: QueryInput = {
    products: flags.product,
    cloud: flags.cloud,
    features: flags.feature,
    connectivity: flags.connectivity,
    resourceManagementPrivateLink: flags.resourceManagementPrivateLink ?? false,
    extensionVersions: pairs('--extension-version', flags.extensionVersion),
    parameters: pairs('--parameter', flags.parameter),
    ...(flags.region === undefined ? {} : { region: flags.region }),
    ...(flags.os === undefined ? {} : { operatingSystem: flags.os }),
    ...(flags.phase === undefined ? {} : { phase: flags.phase }),
    ...(flags.agentVersion === undefined ? {} : { agentVersion: flags.agentVersion }),
    ...(profile === undefined ? {} : { profile }),
  };
  const query = await expanded(input, catalogue, flags.expand === true);
  const source = endpointSource(flags);
  if (source === undefined) return { catalogue, query };
  const endpoint = await readEndpointFrom(source, flags.state, { suffixes: query.suffixes });
  const notes = endpoint.warnings.map(({ message }) => message);
  if (query.connectivity !== 'private-endpoint')
    notes.push('The addresses of a private endpoint count with --connectivity private-endpoint only.');
  const endpointMembers = endpoint.names.map(({ fqdn, addresses }) => ({ fqdn, addresses }));
  const foreign = query.region && foreignEndpoint(query.region, endpointMembers);
  if (foreign !== undefined) notes.push(foreign);
  return {
    catalogue,
    query: { ...query, endpointMembers, warnings: [...query.warnings, ...notes] },
    endpoint,
  };
};

const expanded = async (input: QueryInput, catalogue: Catalogue, ask: boolean): Promise<RequirementQuery> => {
  const query = orCommandError(() => readQuery(input, catalogue));
  if (!ask) return query;
  const allowList = await expandedNames(query);
  return orCommandError(() => readQuery({ ...input, allowList }, catalogue));
};

/** What a document says of the query: without what was read from files. */
export const shownQuery = (query: RequirementQuery) => {
  const { suffixes: _suffixes, profile, warnings: _warnings, allowList, endpointMembers, ...shown } = query;
  return {
    ...shown,
    ...(profile === undefined ? {} : { profile: profile.name }),
    ...(allowList === undefined ? {} : { allowList: allowList.length }),
    ...(endpointMembers === undefined ? {} : { endpointMembers }),
  };
};
