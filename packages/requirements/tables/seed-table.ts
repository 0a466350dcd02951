/** A table of a seed as data: one object a row; a row that lists several hosts becomes several entries. */

import type {
  CloudName,
  Feature,
  OperatingSystem,
  ParameterName,
  Phase,
  Port,
  PrivateLinkUse,
  Product,
  Requirement,
  SeedName,
  SourceRole,
} from '../requirement.ts';

export interface TableRow {
  /** From 1, as printed. */
  readonly row: number;
  /** Hosts in the row's order; `host/path` keeps a path. */
  readonly hosts: readonly string[];
  readonly purpose: string;
  readonly phase?: Phase | 'always' | 'optional';
  readonly alsoPhase?: Phase;
  readonly features?: readonly Feature[];
  readonly operatingSystem?: OperatingSystem;
  readonly condition?: string;
  readonly exceptPrivateEndpoint?: boolean;
  readonly allFeatures?: readonly Feature[];
  readonly regions?: readonly string[];
  readonly carriedByGateway?: boolean;
  readonly local?: boolean;
  readonly direction?: Requirement['direction'];
  readonly variant?: string;
  readonly privateLink?: PrivateLinkUse;
  readonly ports?: readonly Port[];
  readonly source?: readonly SourceRole[];
  readonly sourceByFeature?: Requirement['sourceByFeature'];
  readonly parameters?: readonly ParameterName[];
  readonly agentVersion?: Requirement['agentVersion'];
  readonly extensionVersion?: Requirement['extensionVersion'];
  readonly allowsTls13?: boolean;
  readonly serviceTag?: string | undefined;
  readonly note?: string;
  readonly footnote?: number;
}

export interface SeedTable {
  readonly seed: SeedName;
  readonly date?: string;
  /** The heading under which the seed prints it. */
  readonly table: string;
  readonly product: Product;
  readonly cloud: CloudName;
  readonly source: readonly SourceRole[];
  readonly rows: readonly TableRow[];
}

export const https: Port = { port: 443, protocol: 'TCP', tls: true };
export const http: Port = { port: 80, protocol: 'TCP', tls: false };
export const ntp: Port = { port: 123, protocol: 'UDP', tls: false };
/** The name must also pass the WebSocket upgrade, on firewall and proxy. */
export const webSocket: Port = { ...https, webSocket: true };

/** An entry's values, without keys that are undefined. */
const present = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as T;

/** What an entry has of its table and row, wherever these were read. */
export const entryOf = (
  table: Pick<SeedTable, 'product' | 'cloud' | 'source'>,
  row: Omit<TableRow, 'row'>,
  address: string,
): Omit<Requirement, 'id' | 'status'> => {
  const slash = address.indexOf('/');
  const host = slash < 0 ? address : address.slice(0, slash);
  const ports = row.ports ?? [https];
  return present({
    product: table.product,
    cloud: table.cloud,
    host,
    path: slash < 0 ? undefined : address.slice(slash),
    ports,
    direction: row.direction ?? 'outbound',
    local: row.local,
    source: row.source ?? table.source,
    sourceByFeature: row.sourceByFeature,
    parameters: row.parameters,
    purpose: row.purpose,
    required: present({
      phase: row.phase ?? 'always',
      alsoPhase: row.alsoPhase,
      features: row.features,
      allFeatures: row.allFeatures,
      regions: row.regions,
      operatingSystem: row.operatingSystem,
      condition: row.condition,
      carriedByGateway: row.carriedByGateway,
      exceptPrivateEndpoint: row.exceptPrivateEndpoint,
    }),
    privateLink: row.privateLink ?? 'not-stated',
    agentVersion: row.agentVersion,
    extensionVersion: row.extensionVersion,
    minimumTls: ports.some((port) => port.tls) ? '1.2' : 'none',
    allowsTls13: row.allowsTls13,
    serviceTag: row.serviceTag,
    note: row.note,
    variant: row.variant,
  });
};

const entry = (table: SeedTable, row: TableRow, address: string): Requirement => ({
  id: `${table.product}/${table.cloud}/${table.seed}/${row.row}/${address}`,
  ...entryOf(table, row, address),
  seed: present({
    name: table.seed,
    date: table.date,
    table: table.table,
    row: row.row,
    footnote: row.footnote,
  }),
  status: 'current',
});

/** Every host of every row, in the table's order, all current. */
export const entriesOf = (table: SeedTable): readonly Requirement[] =>
  table.rows.flatMap((row) => row.hosts.map((address) => entry(table, row, address)));
