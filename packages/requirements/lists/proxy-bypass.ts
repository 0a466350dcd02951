/**
 * The agent's proxy bypass groups (R19): names of a group go past the proxy, each with the entries of its hosts. Read on
 * articles/azure-arc/servers/manage-agent-proxy-settings.md as of 2026-08-20; the seeds name AMA and ArcData without hosts.
 */

import type { CloudName } from '../requirement.ts';

export interface ProxyBypassGroup {
  readonly group: 'AAD' | 'ARM' | 'Arc' | 'ArcData' | 'AMA';
  readonly agentVersion?: { readonly from: string };
  /** Of the extension for SQL Server. */
  readonly extensionVersion?: { readonly from: string };
  /** Names that go past the proxy, with all below them; `<region>` and `{parameter}` as in the tables. */
  readonly hosts: readonly string[];
  readonly note?: string;
  readonly cloud: CloudName;
}

export const proxyBypassGroups: readonly ProxyBypassGroup[] = [
  {
    group: 'AAD',
    cloud: 'AzureCloud',
    hosts: ['login.windows.net', 'login.microsoftonline.com', 'pas.windows.net'],
  },
  { group: 'ARM', cloud: 'AzureCloud', hosts: ['management.azure.com'] },
  { group: 'Arc', cloud: 'AzureCloud', hosts: ['his.arc.azure.com', 'guestconfiguration.azure.com'] },
  {
    group: 'ArcData',
    cloud: 'AzureCloud',
    agentVersion: { from: '1.36' },
    extensionVersion: { from: '1.1.2504.99' },
    hosts: ['<region>.arcdataservices.com'],
    note: 'Of the extension for SQL Server only; earlier versions have it within the group Arc.',
  },
  {
    group: 'AMA',
    cloud: 'AzureCloud',
    hosts: [
      'global.handler.control.monitor.azure.com',
      '<region>.handler.control.monitor.azure.com',
      '{workspace-id}.ods.opinsights.azure.com',
      'management.azure.com',
      '<region>.monitoring.azure.com',
      '{data-collection-endpoint}.<region>.ingest.monitor.azure.com',
    ],
  },
];

/** A Log Analytics gateway is no proxy for the Connected Machine agent; Azure Monitor Agent supports one (seed 004). */
export const proxyLimits = {
  logAnalyticsGateway:
    'not supported as a proxy of the Connected Machine agent; Azure Monitor Agent supports it',
  seeds: ['003', '004'],
} as const;
