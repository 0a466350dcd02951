/** `show`: what the machine is and how it fares, for people and for scripts. */

import { expiredAfterMs, silentAfterMs } from '@tombolo/arm/machine-life';
import type { Configuration } from './configuration-property.ts';
import { AgentFailure } from './failure.ts';
import type { MachineFacts } from './machine-facts.ts';
import { machinePage } from './machine-page.ts';
import type { AgentStatus, ConnectedState } from './state-directory.ts';
import { agentVersion } from './version.ts';

/** Label, JSON key and value of each line. */
export type Line = readonly [label: string, key: string, value: unknown];

interface Service {
  readonly displayName: string;
  readonly serviceName: string;
  readonly status: string;
}

export interface Shown {
  readonly connected: ConnectedState | undefined;
  readonly status: AgentStatus | undefined;
  readonly configuration: Configuration;
  /** The one that is in force, without its password; empty: none. */
  readonly proxy: string;
  /** As whoever asks may read them; the daemon may have been able to read more. */
  readonly machine: MachineFacts;
  readonly running: boolean;
  readonly logFile: string;
  readonly now: number;
  /** With `--os`. */
  readonly operatingSystem?: Readonly<Record<string, string>>;
}

/** As the service judges: by the last heartbeat. A daemon that ended without a word is no connection. */
const agentStatus = ({ connected, status, now }: Pick<Shown, 'connected' | 'status' | 'now'>): string => {
  if (connected === undefined) return 'Disconnected';
  const silentMs = now - Date.parse(status?.lastHeartbeat ?? connected.connectedAt);
  if (silentMs >= expiredAfterMs || connected.certificate.notAfter < now) return 'Expired';
  return status?.status === 'Connected' && silentMs < silentAfterMs ? 'Connected' : 'Disconnected';
};

const activity = (active: boolean): string => (active ? 'active' : 'inactive');

/** azcmagent's three services by their names on Linux: one daemon is the last two, and nothing here evaluates guest configuration. */
const services = (running: boolean, extensions: boolean): readonly Service[] => [
  { displayName: 'GC Service', serviceName: 'gcarcservice', status: 'inactive' },
  {
    displayName: 'Extension Service',
    serviceName: 'extensionservice',
    status: activity(running && extensions),
  },
  { displayName: 'Agent Service', serviceName: 'himds', status: activity(running) },
];

const disabled = (configuration: Configuration): readonly string[] =>
  (['extensions', 'guestconfiguration', 'incomingconnections'] as const).filter(
    (feature) => !configuration[`${feature}.enabled`],
  );

const osLabels: Readonly<Record<string, string>> = {
  osName: 'OS Name',
  osType: 'OS Type',
  osVersion: 'OS Version',
  osEdition: 'OS Edition',
  osSku: 'OS SKU',
  machineFqdn: 'Machine FQDN',
  architecture: 'Architecture',
  processors: 'Processors',
  memoryMiB: 'Memory (MiB)',
};

/** In azcmagent 1.39's order; what only this agent knows stands at the end. */
export const showLines = (shown: Shown): readonly Line[] => {
  const { connected, status, configuration, machine } = shown;
  // The daemon may be root's, who can read what others cannot.
  const facts = { ...machine, ...(machine.vmUuid === '' ? status?.machine : {}) };
  return [
    ['Resource Name', 'resourceName', connected?.resourceName ?? ''],
    ['Resource Group Name', 'resourceGroup', connected?.resourceGroup ?? ''],
    ['Resource Namespace', 'resourceNamespace', connected ? 'Microsoft.HybridCompute' : ''],
    ['Resource Id', 'resourceId', connected?.machineId ?? ''],
    ['Subscription ID', 'subscriptionId', connected?.subscriptionId ?? ''],
    ['Tenant ID', 'tenantId', connected?.tenantId ?? ''],
    ['VM ID', 'vmId', connected?.vmId ?? ''],
    ['Correlation ID', 'correlationId', connected?.correlationId ?? ''],
    ['VM UUID', 'vmUuid', facts.vmUuid],
    ['Location', 'location', connected?.location ?? ''],
    ['Cloud', 'cloud', connected?.profile.name ?? ''],
    ['Agent Version', 'agentVersion', status?.agentVersion ?? agentVersion],
    ['Agent Logfile', 'agentLogfile', shown.logFile],
    ['Agent Status', 'status', agentStatus(shown)],
    ['Agent Last Heartbeat', 'lastHeartbeat', status?.lastHeartbeat ?? ''],
    ['Agent Error Code', 'agentErrorCode', status?.agentErrorCode ?? ''],
    ['Agent Error Details', 'agentErrorDetails', status?.agentErrorDetails ?? ''],
    ['Agent Error Timestamp', 'agentErrorTimestamp', status?.agentErrorTimestamp ?? ''],
    ['Using HTTPS Proxy', 'httpsProxy', shown.proxy],
    ['Proxy Bypass List', 'proxyBypass', configuration['proxy.bypass']],
    ['Cloud Provider', 'cloudProvider', facts.cloudProvider],
    ['Cloud Metadata', 'cloudMetadata', ''],
    ['Manufacturer', 'manufacturer', facts.manufacturer],
    ['Model', 'model', facts.model],
    ['MSSQL Server Detected', 'mssqlDetected', facts.mssqlDetected],
    ['Dependent Service Status', 'services', services(shown.running, configuration['extensions.enabled'])],
    [
      'Portal Page',
      'portalPage',
      connected ? machinePage(connected.profile, connected.tenantId, connected.machineId) : '',
    ],
    ['Disabled Features', 'disabledFeatures', disabled(configuration)],
    ['Local Identity Endpoint', 'identityEndpoint', status?.identityEndpoint ?? ''],
    ['Route', 'route', status?.route?.kind ?? ''],
    ['Resolved Names', 'resolved', status?.resolved ?? []],
    [
      'Certificate Expires',
      'certificateNotAfter',
      connected ? new Date(connected.certificate.notAfter).toISOString() : '',
    ],
    ...Object.entries(shown.operatingSystem ?? {}).map(
      ([key, value]): Line => [osLabels[key] ?? key, key, value],
    ),
  ];
};

const isService = (entry: unknown): entry is Service =>
  typeof entry === 'object' && entry !== null && 'serviceName' in entry;

/** Rows of label and value; what has several values has a row for each below its own. */
const rowsOf = ([label, , value]: Line): readonly (readonly [string, string])[] => {
  if (!Array.isArray(value)) return [[label, String(value)]];
  if (value.some(isService))
    return [
      [label, ''],
      ...value
        .filter(isService)
        .map(({ displayName, serviceName, status }): [string, string] => [
          `  ${displayName} (${serviceName})`,
          status,
        ]),
    ];
  const texts = value.map((entry) => {
    if (typeof entry === 'string') return entry;
    const { name, addresses } = entry as { readonly name: string; readonly addresses: readonly string[] };
    return `${name} = ${addresses.join(', ') || 'none'}`;
  });
  return value.every((entry) => typeof entry === 'string') || texts.length < 2
    ? [[label, texts.join(', ')]]
    : [[label, ''], ...texts.map((text): [string, string] => ['', text])];
};

/** @param wanted labels or JSON keys, in any case; empty: all. @throws AgentFailure 23 */
export const renderShow = (lines: readonly Line[], wanted: readonly string[], json: boolean): string => {
  const plain = (name: string): string => name.toLowerCase().replaceAll(/[\s_-]/g, '');
  const chosen = wanted.map((name) => {
    const line = lines.find(([label, key]) => plain(label) === plain(name) || plain(key) === plain(name));
    if (line) return line;
    throw new AgentFailure(23, `There is no property '${name}'.`, {
      fix: `Properties: ${lines.map(([, key]) => key).join(', ')}.`,
    });
  });
  const shown = chosen.length === 0 ? lines : chosen;
  if (json)
    return JSON.stringify(Object.fromEntries(shown.map(([, key, value]) => [key, value])), undefined, 2);
  const rows = shown.flatMap(rowsOf);
  const width = Math.max(...rows.map(([label]) => label.length));
  return rows.map(([label, value]) => `${label.padEnd(width)} : ${value}`.trimEnd()).join('\n');
};
