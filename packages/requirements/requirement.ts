/** One requirement: a host that something has to reach, and all that the seeds say about it. */

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
] as const;
export type Feature = (typeof featureNames)[number];

/** Who opens the connection. All traffic is outbound from them (R17). */
export const sourceRoles = [
  'server',
  'cluster',
  'onboarding-machine',
  'data-controller-pod',
  'upload-machine',
  'management-machine',
  'appliance-vm',
  'control-plane',
] as const;
export type SourceRole = (typeof sourceRoles)[number];

export const phases = ['install', 'connect', 'run'] as const;
export type Phase = (typeof phases)[number];

export const operatingSystems = ['windows', 'linux'] as const;
export type OperatingSystem = (typeof operatingSystems)[number];

/** What bounds an entry by the version of something other than the agent. */
export const extensionNames = ['sql-server', 'arcappliance'] as const;
export type ExtensionName = (typeof extensionNames)[number];

export const parameterNames = ['vcenter-address', 'scvmm-address', 'upload-machine-address'] as const;
export type ParameterName = (typeof parameterNames)[number];

export interface Port {
  readonly port: number;
  readonly protocol: 'TCP';
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

interface Required {
  /** `always`: in every phase; `optional`: works without it. */
  readonly phase: Phase | 'always' | 'optional';
  /** Only where one of these is used; absent: for everybody. */
  readonly features?: readonly Feature[];
  readonly operatingSystem?: OperatingSystem;
  readonly condition?: string;
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
  readonly direction: 'outbound';
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
  readonly seed: SeedRow;
  /** Rows of earlier seeds that name the same host; what differs otherwise, the later seed decides. */
  readonly alsoIn?: readonly SeedRow[];
  readonly status: 'current' | 'superseded';
  /** Id of the entry that stands instead. */
  readonly supersededBy?: string;
}

/** `www.microsoft.com/pkiops/certs`: what identifies an entry for people. */
export const target = (requirement: Pick<Requirement, 'host' | 'path'>): string =>
  `${requirement.host}${requirement.path ?? ''}`;
