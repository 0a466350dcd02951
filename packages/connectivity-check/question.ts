/** Which endpoints a machine has to reach, in the order in which they are shown: the catalogue's answer to what is asked. */

import { isWithin } from '@tombolo/dns-records';
import { type CloudProfile, isInstallation, probeNames, realClouds } from '@tombolo/private-link';
import {
  answerQuery,
  type Catalogue,
  type CloudName,
  type Endpoint,
  endpointsOf,
  type OperatingSystem,
  type Product,
  productNames,
  RequirementsProblem,
  readQuery,
} from '@tombolo/requirements';

/** azcmagent's values of `--extensions`. */
export const extensionChoices = ['all', 'sql'] as const;
export type ExtensionChoice = (typeof extensionChoices)[number];

export interface CheckQuestion {
  readonly profile: CloudProfile;
  /** `japaneast`; absent: the regional names stay patterns, which cannot be tried. */
  readonly location?: string;
  readonly extensions?: ExtensionChoice;
  /** The names of a private link scope have to have private addresses. */
  readonly privateLink: boolean;
  /** Also what the machine works without. */
  readonly includeAll: boolean;
  readonly operatingSystem: OperatingSystem;
}

export interface ExpectedEndpoint {
  readonly host: string;
  readonly port: number;
  /** `azgn*.servicebus.windows.net`: no source says which names there are. */
  readonly pattern: boolean;
  readonly tls: boolean;
  readonly required: boolean;
  /** Whether it has to have a private address, or a public one; absent: both are right. */
  readonly private?: boolean;
  /** Products whose tables have it: `servers`, `sql-server`. */
  readonly useCases: readonly string[];
}

export interface CheckList {
  readonly endpoints: readonly ExpectedEndpoint[];
  /** What is asked and no table answers. */
  readonly notes: readonly string[];
}

/** What an extension of a server needs beyond the agent. */
const ofExtensions: readonly Product[] = [
  'sql-server',
  'azure-monitor-agent',
  'defender',
  'update-manager',
  'automation',
  'key-vault',
  'custom-script',
  'machine-configuration',
];

/** An installation serves these, and none of the other names of its cloud. */
const isServedBy = ({ suffixes, resourceManager, activeDirectory }: CloudProfile, host: string): boolean =>
  Object.values(suffixes).some((suffix) => isWithin(host, suffix)) ||
  [resourceManager, activeDirectory].some(
    (origin) => origin === `https://${host}` || origin.startsWith(`https://${host}:`),
  );

/** The cloud whose names these are. */
const cloudOf = ({ name }: CloudProfile): CloudName =>
  (Object.keys(realClouds).find((cloud) => cloud.toLowerCase() === name.toLowerCase()) ??
    'AzureCloud') as CloudName;

/** The products that a cloud has no table of are left out, and named. */
const productsFor = (
  { extensions }: CheckQuestion,
  cloud: CloudName,
  catalogue: Catalogue,
): { readonly products: readonly Product[]; readonly notes: readonly string[] } => {
  const wanted: readonly Product[] =
    extensions === 'all' ? ofExtensions : extensions === 'sql' ? ['sql-server'] : [];
  const stated = wanted.filter((product) => {
    try {
      readQuery({ cloud, products: [product] }, catalogue);
      return true;
    } catch (error) {
      if (error instanceof RequirementsProblem && error.code === 'NotStatedForCloud') return false;
      throw error;
    }
  });
  const unstated = wanted.filter((product) => !stated.includes(product));
  return {
    products: ['servers', ...stated],
    notes:
      unstated.length === 0
        ? []
        : [`What ${unstated.join(', ')} need in ${cloud} is not stated by any source of the catalogue.`],
  };
};

const useCaseOf = (requirement: string): string =>
  productNames.find((product) => requirement.startsWith(`${product}/`)) ?? 'servers';

/** The names of a private link scope; others may be anywhere: a mirror, an ARM with a private link of its own (R11). */
const ofScope = (
  { his, guestConfiguration, kubernetesConfiguration }: CloudProfile['suffixes'],
  host: string,
): boolean => [his, guestConfiguration, kubernetesConfiguration].some((suffix) => isWithin(host, suffix));

const expected = (endpoint: Endpoint, { suffixes }: CloudProfile): ExpectedEndpoint => ({
  host: endpoint.host,
  port: endpoint.port,
  pattern: endpoint.pattern,
  tls: endpoint.tls,
  required: !endpoint.optional,
  useCases: [...new Set(endpoint.requirements.map(useCaseOf))],
  ...(ofScope(suffixes, endpoint.host) ? { private: endpoint.via === 'private' } : {}),
});

/** Names that every machine asks for, also where the tables of a cloud have only the pattern above them. */
const always = (profile: CloudProfile, endpoints: readonly ExpectedEndpoint[]): readonly ExpectedEndpoint[] =>
  Object.values(probeNames(profile)).flatMap((host) => {
    const above = endpoints.find(
      (endpoint) => endpoint.pattern && endpoint.host === `*.${host.split('.').slice(1).join('.')}`,
    );
    return above === undefined ? [] : [{ ...above, host, pattern: false }];
  });

/** What can be tried first. */
const byUse = (left: ExpectedEndpoint, right: ExpectedEndpoint): number =>
  Number(left.pattern) - Number(right.pattern) || (left.host < right.host ? -1 : 1);

/** What several rows ask for is asked for once; privately, where one of them says so. */
const merged = (endpoints: readonly ExpectedEndpoint[]): readonly ExpectedEndpoint[] => {
  const byName = new Map<string, ExpectedEndpoint>();
  for (const endpoint of endpoints) {
    const key = `${endpoint.host}:${endpoint.port}`;
    const before = byName.get(key);
    byName.set(
      key,
      before === undefined
        ? endpoint
        : {
            ...endpoint,
            tls: endpoint.tls || before.tls,
            required: endpoint.required || before.required,
            ...(endpoint.private || before.private ? { private: true } : {}),
            useCases: [...new Set([...before.useCases, ...endpoint.useCases])],
          },
    );
  }
  return [...byName.values()];
};

/**
 * Endpoints that the machine itself opens connections to over TCP; of an installation those that it serves itself. @throws RequirementsProblem of a region that the cloud does not have
 */
export const checkList = (question: CheckQuestion, catalogue: Catalogue): CheckList => {
  const cloud = cloudOf(question.profile);
  const { products, notes } = productsFor(question, cloud, catalogue);
  const query = readQuery(
    {
      products,
      cloud,
      operatingSystem: question.operatingSystem,
      connectivity: question.privateLink ? 'private-endpoint' : 'public',
      profile: question.profile,
      ...(question.location === undefined ? {} : { region: question.location }),
    },
    catalogue,
  );
  const answer = answerQuery(catalogue, query);
  const endpoints = endpointsOf(answer)
    .filter(({ sources, protocol, local }) => sources.includes('server') && protocol === 'TCP' && !local)
    .map((endpoint) => expected(endpoint, question.profile))
    .filter(({ required }) => required || question.includeAll)
    .filter(({ host }) => !isInstallation(question.profile) || isServedBy(question.profile, host));
  return {
    endpoints: merged([...endpoints, ...always(question.profile, endpoints)]).toSorted(byUse),
    notes: [...notes, ...answer.warnings],
  };
};
