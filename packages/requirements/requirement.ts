/** One requirement: a host that something has to reach, and all that its source says about it. */

export const cloudNames = ['AzureCloud', 'AzureUSGovernment', 'AzureChinaCloud'] as const;
export type CloudName = (typeof cloudNames)[number];

export const productNames = [
  'servers',
  'esu',
  'sql-server',
  'windows-admin-center',
  'ssh',
  'kubernetes',
  'app-services',
  'machine-learning',
  'data-services',
  'resource-bridge',
  'vmware',
  'scvmm',
  'azure-local',
  'arc-gateway',
  'azure-monitor-agent',
  'defender',
  'update-manager',
  'automation',
  'key-vault',
  'custom-script',
  'machine-configuration',
  'azure-cli',
] as const;
export type Product = (typeof productNames)[number];

export const featureNames = [
  'esu',
  'sql-server',
  'windows-admin-center',
  'ssh',
  'cluster-connect',
  'custom-locations',
  'azure-rbac',
  'automatic-upgrade',
  'direct-mode',
  'indirect-mode',
  'guest-management',
  'hotpatching',
  'windows-server-benefits',
  'pay-as-you-go',
  'cluster-extensions',
  'iot-operations',
  'secret-store',
  'cert-manager',
  'china-image-mirrors',
  'custom-metrics',
  'data-collection-endpoint',
  'web-protection',
  'change-tracking',
  'data-services',
  'azure-monitor-agent',
  'container-insights',
  'defender-for-containers',
  'key-vault',
  'hybrid-worker',
  'vmware-vsphere',
  'command-groups',
  'cli-extensions',
] as const;
export type Feature = (typeof featureNames)[number];

/** Who opens the connection. Towards Azure all traffic is outbound from them (R17). */
export const sourceRoles = [
  'server',
  'cluster',
  'onboarding-machine',
  'data-controller-pod',
  'upload-machine',
  'management-machine',
  'appliance-vm',
  'control-plane',
  'azure-local-host',
] as const;
export type SourceRole = (typeof sourceRoles)[number];

export const phases = ['install', 'connect', 'run'] as const;
export type Phase = (typeof phases)[number];

export const operatingSystems = ['windows', 'linux'] as const;
export type OperatingSystem = (typeof operatingSystems)[number];

/** What bounds an entry by the version of something other than the agent. */
export const extensionNames = ['sql-server', 'arcappliance'] as const;
export type ExtensionName = (typeof extensionNames)[number];

export const parameterNames = [
  'vcenter-address',
  'scvmm-address',
  'upload-machine-address',
  'private-cloud-address',
  'appliance-vm-address',
  'control-plane-address',
  'dns-server-address',
  'key-vault-name',
  'workspace-id',
  'data-collection-endpoint',
  'storage-account',
  'gateway-prefix',
] as const;
export type ParameterName = (typeof parameterNames)[number];

export const protocols = ['TCP', 'UDP'] as const;
export type Protocol = (typeof protocols)[number];

export const directions = ['outbound', 'both'] as const;

export interface Port {
  readonly port: number;
  /** Last port of a range that begins with `port`. */
  readonly through?: number;
  readonly protocol: Protocol;
  readonly tls: boolean;
  readonly webSocket?: boolean;
}

export type SeedName = '000' | '001' | '002' | '003' | '004';

/** Where a fact was read: rows count from 1 as the table prints them. */
interface SeedRow {
  readonly name: SeedName;
  /** As the seed states it, `YYYY-MM-DD`; absent: the seed is undated. */
  readonly date?: string;
  readonly table: string;
  readonly row: number;
  /** The host is named in this footnote of the row, not in its first column. */
  readonly footnote?: number;
}

/** A page of Microsoft's documentation as it was on a day. */
export interface SourcePage {
  readonly repository: string;
  readonly path: string;
  /** The day of its last change, `YYYY-MM-DD`. */
  readonly date: string;
  readonly commit?: string;
  /** From this day on the page's history was read; before it nothing is known of its rows. */
  readonly knownFrom: string;
}

interface PageRow extends SourcePage {
  readonly table: string;
  /** From 1, as the table prints them; what is withdrawn, or stands in the lists of several regions, has none. */
  readonly row?: number;
  /** The day on which the page first had it; absent: it had it on `knownFrom`. */
  readonly since?: string;
  /** The day from which on the page does not have it. */
  readonly withdrawn?: string;
}

interface Required {
  /** `always`: in every phase; `optional`: works without it. */
  readonly phase: Phase | 'always' | 'optional';
  readonly alsoPhase?: Phase;
  /** Only where one of these is used; absent: for everybody. */
  readonly features?: readonly Feature[];
  /** Only where all of these are used. */
  readonly allFeatures?: readonly Feature[];
  /** Only for machines of these regions. */
  readonly regions?: readonly string[];
  readonly operatingSystem?: OperatingSystem;
  readonly condition?: string;
  /** An Arc gateway carries it: nothing has to be opened for it where there is one. */
  readonly carriedByGateway?: boolean;
  /** The row says "except when using private endpoints". */
  readonly exceptPrivateEndpoint?: boolean;
}

/** The seed's column "Endpoint used with private link". */
export type PrivateLinkUse =
  | 'private'
  | 'public'
  | 'public-unless-resource-management-private-link'
  | 'unused'
  | 'not-stated';

export interface Requirement {
  /** `servers/AzureCloud/004/7/management.azure.com`; stable across catalogue versions. */
  readonly id: string;
  /** The product whose table has the row; other products take it in by composition. */
  readonly product: Product;
  readonly cloud: CloudName;
  /** As the table has it, without scheme, port and path; may hold `*`, `<region>` or `{parameter}`. */
  readonly host: string;
  /** `/pkiops/certs`: nothing else of the host is needed. */
  readonly path?: string;
  readonly ports: readonly Port[];
  /** `both`: the other side opens connections to `source` too. */
  readonly direction: (typeof directions)[number];
  /** Between machines of the site: neither to the internet nor through a proxy. */
  readonly local?: boolean;
  readonly source: readonly SourceRole[];
  /** Where the source depends on a feature, the narrower one. */
  readonly sourceByFeature?: readonly { readonly feature: Feature; readonly source: SourceRole }[];
  readonly parameters?: readonly ParameterName[];
  readonly purpose: string;
  readonly required: Required;
  readonly privateLink: PrivateLinkUse;
  /** `before` excludes, `from` includes that version. */
  readonly agentVersion?: { readonly before?: string; readonly from?: string };
  /** Inclusive bounds: a release date `YYYY-MM-DD` or a version, whichever the extension counts by. */
  readonly extensionVersion?: {
    readonly extension: ExtensionName;
    readonly until?: string;
    readonly from?: string;
  };
  /** R16; `none` where no port of the row speaks TLS. */
  readonly minimumTls: '1.2' | '1.3' | 'none';
  /** The row says that TLS 1.3 is allowed too. */
  readonly allowsTls13?: boolean;
  readonly serviceTag?: string;
  readonly note?: string;
  /** Tells entries of one host in one table apart. */
  readonly variant?: string;
  /** Where it was read: a seed, or a page. */
  readonly seed?: SeedRow;
  readonly page?: PageRow;
  /** Rows of earlier seeds that name the same host; what differs otherwise, the later seed decides. */
  readonly alsoIn?: readonly SeedRow[];
  /** `withdrawn`: its page does not have it any more. */
  readonly status: 'current' | 'superseded' | 'withdrawn';
  /** Id of the entry that stands instead. */
  readonly supersededBy?: string;
}

/** `www.microsoft.com/pkiops/certs`: what identifies an entry for people. */
export const target = (requirement: Pick<Requirement, 'host' | 'path'>): string =>
  `${requirement.host}${requirement.path ?? ''}`;
