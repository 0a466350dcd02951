/** The agent's proxy bypass groups (R19): names of a group go past the proxy, each with the entries of its hosts. */

import type { CloudName } from '../requirement.ts';

export interface ProxyBypassGroup {
  readonly group: 'AAD' | 'ARM' | 'Arc' | 'ArcData' | 'AMA';
  readonly agentVersion?: { readonly from: string };
  /** AzureCloud; absent: Azure names the group and not its hosts. */
  readonly hosts?: readonly string[];
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
  { group: 'ArcData', cloud: 'AzureCloud', agentVersion: { from: '1.36' } },
  { group: 'AMA', cloud: 'AzureCloud' },
];

/** A Log Analytics gateway is no proxy for the Connected Machine agent; Azure Monitor Agent supports one (seed 004). */
export const proxyLimits = {
  logAnalyticsGateway:
    'not supported as a proxy of the Connected Machine agent; Azure Monitor Agent supports it',
  seeds: ['003', '004'],
} as const;
