/** `show`: what the machine is and how it fares, for people and for scripts. */

import { AgentFailure } from './failure.ts';
import type { AgentStatus, ConnectedState } from './state-directory.ts';
import { agentVersion } from './version.ts';

/** Label, JSON key and value of each line, in azcmagent's order. */
type Line = readonly [label: string, key: string, value: unknown];

export const showLines = (
  state: ConnectedState | undefined,
  status: AgentStatus | undefined,
): readonly Line[] => {
  const connected = state !== undefined;
  const alive = connected && status?.status === 'Connected';
  const services = [
    {
      displayName: 'Tombolo agent',
      serviceName: 'tombolo-agent',
      status: status?.pid ? 'running' : 'stopped',
    },
  ];
  return [
    ['Resource Name', 'resourceName', state?.resourceName ?? ''],
    ['Resource Group Name', 'resourceGroup', state?.resourceGroup ?? ''],
    ['Resource Namespace', 'resourceNamespace', connected ? 'Microsoft.HybridCompute' : ''],
    ['Resource Id', 'resourceId', state?.machineId ?? ''],
    ['Subscription ID', 'subscriptionId', state?.subscriptionId ?? ''],
    ['Tenant ID', 'tenantId', state?.tenantId ?? ''],
    ['VM ID', 'vmId', state?.vmId ?? ''],
    ['Correlation ID', 'correlationId', state?.correlationId ?? ''],
    ['Location', 'location', state?.location ?? ''],
    ['Cloud', 'cloud', state?.profile.name ?? ''],
    ['Agent Version', 'agentVersion', status?.agentVersion ?? agentVersion],
    ['Agent Status', 'status', alive ? 'Connected' : 'Disconnected'],
    ['Agent Last Heartbeat', 'lastHeartbeat', status?.lastHeartbeat ?? ''],
    ['Agent Error Code', 'agentErrorCode', status?.agentErrorCode ?? ''],
    ['Agent Error Details', 'agentErrorDetails', status?.agentErrorDetails ?? ''],
    ['Agent Error Timestamp', 'agentErrorTimestamp', status?.agentErrorTimestamp ?? ''],
    ['Using HTTPS Proxy', 'httpsProxy', ''],
    ['Proxy Bypass List', 'proxyBypass', []],
    ['Route', 'route', status?.route?.kind ?? ''],
    ['Resolved Names', 'resolved', status?.resolved ?? []],
    [
      'Certificate Expires',
      'certificateNotAfter',
      state ? new Date(state.certificate.notAfter).toISOString() : '',
    ],
    ['Dependent Service Status', 'services', services],
  ];
};

const printed = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** @param wanted labels or JSON keys, in any case; empty: all. @throws AgentFailure 23 */
export const renderShow = (lines: readonly Line[], wanted: readonly string[], json: boolean): string => {
  const plain = (name: string): string => name.toLowerCase().replaceAll(/[\s_-]/g, '');
  const chosen = wanted.map((name) => {
    const line = lines.find(([label, key]) => plain(label) === plain(name) || plain(key) === plain(name));
    if (line) return line;
    throw new AgentFailure(
      23,
      `There is no property '${name}'. Properties: ${lines.map(([, key]) => key).join(', ')}.`,
    );
  });
  const shown = chosen.length === 0 ? lines : chosen;
  if (json)
    return JSON.stringify(Object.fromEntries(shown.map(([, key, value]) => [key, value])), undefined, 2);
  const width = Math.max(...shown.map(([label]) => label.length));
  return shown.map(([label, , value]) => `${label.padEnd(width)} : ${printed(value)}`).join('\n');
};
