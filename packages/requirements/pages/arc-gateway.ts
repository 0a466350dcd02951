/** Azure Arc gateway, AzureCloud: what has to be open beside it (7 and 6 rows), and the 180 names that it carries (2026-02-17). */

import { http, https } from '../tables/seed-table.ts';
import { carriedNames } from './arc-gateway-names.ts';
import { type PageTable, row } from './page-table.ts';
import { sources } from './sources.ts';

const open = { privateLink: 'public' } as const;
const signIn = { ...open, serviceTag: 'AzureActiveDirectory' } as const;
const arc = { ...open, serviceTag: 'AzureArcInfrastructure' } as const;
const gateway = { ...open, parameters: ['gateway-prefix'], note: 'Exempt it from TLS inspection.' } as const;
const dataServices = { features: ['data-services'], condition: 'not carried: data services' } as const;
const insights = {
  features: ['container-insights', 'defender-for-containers', 'data-services'],
  condition: 'not carried: container insights, Defender for Containers, data services',
} as const;
const vault = {
  features: ['key-vault'],
  condition: 'not carried: Key Vault',
  parameters: ['key-vault-name'],
} as const;

const servers: PageTable = {
  page: sources.arcGateway,
  table: 'Confirm access to required URLs',
  product: 'arc-gateway',
  cloud: 'AzureCloud',
  source: ['server'],
  rows: [
    row(1, '{gateway-prefix}.gw.arc.azure.com', 'The gateway itself', gateway),
    row(2, 'management.azure.com', 'Azure Resource Manager', { ...open, serviceTag: 'AzureResourceManager' }),
    row(3, 'login.microsoftonline.com <region>.login.microsoft.com', 'Microsoft Entra ID', signIn),
    row(4, 'gbl.his.arc.azure.com', "Says which regional host is the machine's", arc),
    row(5, '*.his.arc.azure.com', 'Regional host of the control channel', {
      ...arc,
      note: 'The page names the host of the region.',
    }),
    row(6, 'packages.microsoft.com', 'Linux installation package', {
      ...open,
      phase: 'install',
      operatingSystem: 'linux',
    }),
    row(7, 'download.microsoft.com', 'Windows installation package', {
      ...open,
      phase: 'install',
      operatingSystem: 'windows',
    }),
  ],
};

const notCarried: PageTable = {
  ...servers,
  table: 'Scenarios that require more endpoints',
  rows: [
    row(
      1,
      '*.ods.opinsights.azure.com *.oms.opinsights.azure.com *.monitoring.azure.com',
      'Data services',
      dataServices,
    ),
    row(2, '{workspace-id}.ods.opinsights.azure.com', 'Azure Monitor Agent', {
      features: ['azure-monitor-agent'],
      condition: 'not carried: Azure Monitor Agent',
      parameters: ['workspace-id'],
    }),
    row(3, '{key-vault-name}.vault.azure.net', 'Certificate sync', vault),
    row(4, '*.azure-automation.net', 'Hybrid Runbook Worker', {
      features: ['hybrid-worker'],
      condition: 'not carried: Hybrid Runbook Worker',
    }),
  ],
};

const clusters: PageTable = {
  page: sources.arcGatewayKubernetes,
  table: 'Confirm access to required URLs',
  product: 'arc-gateway',
  cloud: 'AzureCloud',
  source: ['cluster'],
  all: { variant: 'clusters' },
  rows: [
    row(1, '{gateway-prefix}.gw.arc.azure.com', 'The gateway itself', gateway),
    row(2, 'management.azure.com', 'Azure Resource Manager', { ...open, serviceTag: 'AzureResourceManager' }),
    row(3, '<region>.obo.arc.azure.com', 'Cluster Connect', {
      ...open,
      features: ['cluster-connect'],
      condition: 'when Cluster Connect is configured; the page names no port',
      ports: [{ ...https, port: 8084 }],
    }),
    row(4, 'login.microsoftonline.com <region>.login.microsoft.com', 'Microsoft Entra ID', signIn),
    row(5, 'gbl.his.arc.azure.com *.his.arc.azure.com', 'Arc agents', arc),
    row(6, 'mcr.microsoft.com *.data.mcr.microsoft.com', 'Container images of the agents', open),
  ],
};

const notCarriedClusters: PageTable = {
  ...clusters,
  table: 'Additional scenarios',
  rows: [
    row(1, '*.ods.opinsights.azure.com *.oms.opinsights.azure.com', 'Log Analytics', insights),
    row(2, '*.monitoring.azure.com', 'Azure Monitor metrics', {
      features: ['container-insights', 'data-services'],
      condition: 'not carried: container insights, data services',
    }),
    row(3, '{key-vault-name}.vault.azure.net', 'Key Vault', vault),
    row(4, '*.cloud.defender.microsoft.com', 'Defender for Containers', {
      features: ['defender-for-containers'],
      condition: 'not carried: Defender for Containers',
    }),
  ],
};

const carried: PageTable = {
  page: sources.arcGatewayEndpoints,
  table: 'Arc gateway endpoint list',
  product: 'arc-gateway',
  cloud: 'AzureCloud',
  source: ['server', 'cluster'],
  all: { carriedByGateway: true, variant: 'carried' },
  rows: carriedNames.map((name, index) => {
    const [host = '', port = '443'] = name.split(':');
    const variant = { '80': 'carried-http', '8084': 'carried-8084' }[port] ?? 'carried';
    const ports = port === '80' ? [http] : [{ ...https, port: Number(port) }];
    return row(index + 1, host, 'Goes through the gateway', { ports, variant });
  }),
};

export const arcGatewayPages: readonly PageTable[] = [
  servers,
  notCarried,
  clusters,
  notCarriedClusters,
  carried,
];
