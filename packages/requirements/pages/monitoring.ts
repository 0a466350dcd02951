/** Azure Monitor Agent (6 and 1 hosts, page of 2024-11-14) and Azure Automation (page of 2023-08-01), each cloud that has them. */

import type { CloudName } from '../requirement.ts';
import { type PageTable, row } from './page-table.ts';
import { sources } from './sources.ts';

const scoped = {
  note: 'With private data collection endpoints the agent uses none of the public hosts. HTTPS inspection must be off.',
} as const;

/** The page gives the names of AzureCloud, and the other clouds' suffix in the place of `.com`. */
const monitorAgent = (cloud: CloudName, suffix: string): PageTable => ({
  page: sources.azureMonitorAgent,
  table: 'Firewall endpoints',
  product: 'azure-monitor-agent',
  cloud,
  source: ['server'],
  all: { ...scoped, serviceTag: 'AzureMonitor' },
  rows: [
    row(1, `global.handler.control.monitor.azure.${suffix}`, 'Control service'),
    row(2, `<region>.handler.control.monitor.azure.${suffix}`, 'Collection rules of the machine'),
    row(3, `{workspace-id}.ods.opinsights.azure.${suffix}`, 'Log ingestion', {
      parameters: ['workspace-id'],
    }),
    row(6, `{data-collection-endpoint}.<region>.ingest.monitor.azure.${suffix}`, 'Custom logs', {
      serviceTag: undefined,
      features: ['data-collection-endpoint'],
      condition: 'when data goes to a data collection endpoint, whose addresses no service tag has',
      parameters: ['data-collection-endpoint'],
    }),
  ],
});

const custom = {
  features: ['custom-metrics'],
  condition: 'when metrics go to the database of custom metrics',
} as const;
const cloudOnly = monitorAgent('AzureCloud', 'com');

export const azureMonitorAgentPages: readonly PageTable[] = [
  {
    ...cloudOnly,
    rows: [
      ...cloudOnly.rows,
      row(4, 'management.azure.com', 'Custom metrics', { ...custom, serviceTag: 'AzureResourceManager' }),
      row(5, '<region>.monitoring.azure.com', 'Custom metrics', custom),
      row(7, 'global.prod.microsoftmetrics.com', 'Metrics service'),
    ],
  },
  monitorAgent('AzureUSGovernment', 'us'),
  monitorAgent('AzureChinaCloud', 'cn'),
];

const tracking = {
  features: ['change-tracking'],
  condition: 'Update Management, Change Tracking and Inventory',
} as const;
const automation = { serviceTag: 'GuestAndHybridManagement' } as const;

export const automationPages: readonly PageTable[] = [
  {
    page: sources.automation,
    table: 'Hybrid Runbook Worker and Change Tracking, Azure Public',
    product: 'automation',
    cloud: 'AzureCloud',
    source: ['server'],
    rows: [
      row(1, '*.ods.opinsights.azure.com *.oms.opinsights.azure.com', 'Log Analytics', {
        ...tracking,
        serviceTag: 'AzureMonitor',
      }),
      row(3, '*.blob.core.windows.net', 'Packages', tracking),
      row(4, '*.azure-automation.net', 'Azure Automation', automation),
      row(5, '{workspace-id}.agentsvc.azure-automation.net', 'Agent service of a workspace', {
        ...automation,
        features: ['hybrid-worker'],
        condition: 'Hybrid Runbook Worker by agent',
        parameters: ['workspace-id'],
      }),
    ],
  },
  {
    page: sources.automation,
    table: 'Hybrid Runbook Worker and Change Tracking, Azure Government',
    product: 'automation',
    cloud: 'AzureUSGovernment',
    source: ['server'],
    rows: [
      row(1, '*.ods.opinsights.azure.us *.oms.opinsights.azure.us', 'Log Analytics', {
        ...tracking,
        serviceTag: 'AzureMonitor',
      }),
      row(3, '*.blob.core.usgovcloudapi.net', 'Packages', tracking),
      row(4, '*.azure-automation.us', 'Azure Automation', automation),
    ],
  },
];
