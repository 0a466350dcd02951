/** Which tables make up a product: its own, and those of the products that it builds on, as the seeds and as the pages have it. */

import type { CloudName, Feature, Product } from './requirement.ts';

/** Rows of another product that this one takes in. */
interface Addition {
  readonly product: Product;
  /** Only rows that are there for one of these features; absent: all rows. */
  readonly onlyFeatures?: readonly Feature[];
  /** Only while this feature is used. */
  readonly whenFeature?: Feature;
  /** In these clouds; absent: wherever the product is. */
  readonly clouds?: readonly CloudName[];
  readonly because: string;
}

export interface Composition {
  readonly product: Product;
  readonly title: string;
  /** Clouds for which the sources state the product's requirements. */
  readonly clouds: readonly CloudName[];
  /** Features that asking for the product means. */
  readonly implies: readonly Feature[];
  readonly adds: readonly Addition[];
  /** Features that a reader may ask for with it. */
  readonly features: readonly Feature[];
  /** Not of Arc: answered only where it is asked for by name. */
  readonly beside?: boolean;
}

const serverFeatures = ['esu', 'sql-server', 'windows-admin-center', 'ssh'] as const;
const clusterFeatures = ['cluster-connect', 'custom-locations', 'azure-rbac', 'automatic-upgrade'] as const;
const everywhere = ['AzureCloud', 'AzureUSGovernment', 'AzureChinaCloud'] as const;

const onServers = (because: string): Addition => ({ product: 'servers', because });
const onKubernetes = (because: string, whenFeature?: Feature): Addition => ({
  product: 'kubernetes',
  because,
  ...(whenFeature === undefined ? {} : { whenFeature }),
});
const onBridge: readonly Addition[] = [
  { product: 'resource-bridge', because: 'the requirements of the resource bridge apply to it' },
  {
    product: 'servers',
    whenFeature: 'guest-management',
    because: 'guest management makes its machines Arc-enabled servers',
  },
];

const ofSeeds: readonly Composition[] = [
  {
    product: 'servers',
    title: 'Arc-enabled servers',
    clouds: everywhere,
    implies: [],
    adds: [],
    features: serverFeatures,
  },
  {
    product: 'esu',
    title: 'Arc-enabled servers for Extended Security Updates only',
    clouds: ['AzureCloud', 'AzureUSGovernment'],
    implies: ['esu'],
    adds: [
      {
        product: 'servers',
        onlyFeatures: ['esu'],
        clouds: ['AzureCloud'],
        because: "the servers' table names the certificate download as it is now",
      },
      {
        product: 'servers',
        clouds: ['AzureUSGovernment'],
        because: 'no seed has an ESU subset for this cloud, so that all rows for servers apply',
      },
    ],
    features: [],
  },
  {
    product: 'sql-server',
    title: 'SQL Server enabled by Azure Arc',
    clouds: ['AzureCloud'],
    implies: ['sql-server'],
    adds: [onServers('the server that hosts SQL Server is an Arc-enabled server')],
    features: serverFeatures,
  },
  {
    product: 'windows-admin-center',
    title: 'Windows Admin Center on Arc-enabled servers',
    clouds: ['AzureCloud', 'AzureChinaCloud'],
    implies: ['windows-admin-center'],
    adds: [onServers('it manages Arc-enabled servers')],
    features: serverFeatures,
  },
  {
    product: 'ssh',
    title: 'SSH to Arc-enabled servers',
    clouds: ['AzureCloud', 'AzureChinaCloud'],
    implies: ['ssh'],
    adds: [onServers('it reaches Arc-enabled servers')],
    features: serverFeatures,
  },
  {
    product: 'kubernetes',
    title: 'Arc-enabled Kubernetes',
    clouds: ['AzureCloud'],
    implies: [],
    adds: [],
    features: clusterFeatures,
  },
  {
    product: 'app-services',
    title: 'Arc-enabled App services',
    clouds: ['AzureCloud'],
    implies: [],
    adds: [onKubernetes('it runs on an Arc-enabled cluster')],
    features: clusterFeatures,
  },
  {
    product: 'machine-learning',
    title: 'Arc-enabled Machine Learning',
    clouds: ['AzureCloud'],
    implies: [],
    adds: [onKubernetes('it runs on an Arc-enabled cluster')],
    features: clusterFeatures,
  },
  {
    product: 'data-services',
    title: 'Arc-enabled data services',
    clouds: ['AzureCloud'],
    implies: [],
    adds: [onKubernetes('in direct mode it runs on an Arc-enabled cluster', 'direct-mode')],
    features: ['direct-mode', 'indirect-mode', ...clusterFeatures],
  },
  {
    product: 'resource-bridge',
    title: 'Azure Arc resource bridge',
    clouds: ['AzureCloud'],
    implies: [],
    adds: [],
    features: [],
  },
  {
    product: 'vmware',
    title: 'Arc-enabled VMware vSphere',
    clouds: ['AzureCloud'],
    implies: [],
    adds: onBridge,
    features: ['guest-management', ...serverFeatures],
  },
  {
    product: 'scvmm',
    title: 'Arc-enabled System Center Virtual Machine Manager',
    clouds: ['AzureCloud'],
    implies: [],
    adds: onBridge,
    features: ['guest-management', ...serverFeatures],
  },
  {
    product: 'azure-local',
    title: 'Azure Local (Azure Stack HCI) guest management',
    clouds: ['AzureCloud'],
    implies: ['guest-management'],
    adds: [
      {
        product: 'servers',
        whenFeature: 'guest-management',
        because: 'guest management makes its machines Arc-enabled servers',
      },
    ],
    features: ['guest-management', ...serverFeatures],
  },
];

const licences = ['hotpatching', 'windows-server-benefits', 'pay-as-you-go'] as const;
const clusterFeaturesNow = [
  'cluster-connect',
  'custom-locations',
  'azure-rbac',
  'cluster-extensions',
  'iot-operations',
  'secret-store',
  'cert-manager',
] as const;

/** What the pages of 2026 have otherwise than the seeds. */
const changes: Readonly<Partial<Record<Product, Partial<Composition>>>> = {
  servers: { features: [...serverFeatures, ...licences] },
  esu: { adds: [], features: ['sql-server'] },
  'sql-server': { clouds: ['AzureCloud', 'AzureUSGovernment'] },
  kubernetes: { clouds: everywhere, features: [...clusterFeaturesNow, 'china-image-mirrors'] },
  'app-services': { title: 'Container Apps and App services on Azure Arc', features: clusterFeaturesNow },
  'machine-learning': { features: clusterFeaturesNow },
  'data-services': { features: ['direct-mode', 'indirect-mode', ...clusterFeaturesNow] },
  'azure-local': { title: 'Azure Local', clouds: ['AzureCloud', 'AzureUSGovernment'] },
};

const beside = (
  product: Product,
  title: string,
  clouds: readonly CloudName[],
  features: readonly Feature[] = [],
): Composition => ({ product, title, clouds, implies: [], adds: [], features, beside: true });

const withGovernment = ['AzureCloud', 'AzureUSGovernment'] as const;

const ofPages: readonly Composition[] = [
  ...ofSeeds.map((entry) => ({ ...entry, ...changes[entry.product] })),
  beside(
    'arc-gateway',
    'Azure Arc gateway',
    ['AzureCloud'],
    [
      'cluster-connect',
      'data-services',
      'azure-monitor-agent',
      'container-insights',
      'defender-for-containers',
      'key-vault',
      'hybrid-worker',
      'vmware-vsphere',
    ],
  ),
  beside('azure-monitor-agent', 'Azure Monitor Agent', everywhere, [
    'custom-metrics',
    'data-collection-endpoint',
  ]),
  beside('defender', 'Microsoft Defender for Endpoint', withGovernment, ['web-protection']),
  beside('update-manager', 'Azure Update Manager on Windows', ['AzureCloud']),
  beside('automation', 'Azure Automation', withGovernment, ['change-tracking', 'hybrid-worker']),
  beside('key-vault', 'Key Vault extension', everywhere),
  beside('custom-script', 'Custom Script extension', ['AzureCloud']),
  beside('machine-configuration', 'Machine configuration', everywhere),
  beside('azure-cli', 'Azure CLI', everywhere, ['command-groups', 'cli-extensions']),
];

/** As the catalogue's sources have it: up to version 2 these are the seeds. */
export const compositionsOf = ({ version }: { readonly version: string }): readonly Composition[] =>
  Number(version.split('.')[0]) < 3 ? ofSeeds : ofPages;

/** Undefined: the sources do not know the product. */
export const compositionOf = (
  product: Product,
  compositions: readonly Composition[],
): Composition | undefined => compositions.find((entry) => entry.product === product);
