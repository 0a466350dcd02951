/** Arc-enabled data services: what the page of 2026-06-23 adds to Kubernetes (3 rows), AzureCloud. */

import { type PageTable, row } from './page-table.ts';
import { sources } from './sources.ts';

const directMode = { features: ['direct-mode'], condition: 'direct connected mode only' } as const;
/** Who connects depends on the deployment mode. */
const byMode = {
  source: ['data-controller-pod', 'upload-machine'],
  sourceByFeature: [
    { feature: 'direct-mode', source: 'data-controller-pod' },
    { feature: 'indirect-mode', source: 'upload-machine' },
  ],
  parameters: ['upload-machine-address'],
  condition:
    'direct mode: from the controller pod; indirect mode: from the machine that runs az arcdata dc upload',
} as const;

export const dataServicesPage: PageTable = {
  page: sources.dataServices,
  table: 'Azure Arc-enabled data services',
  product: 'data-services',
  cloud: 'AzureCloud',
  source: ['cluster'],
  rows: [
    row(1, 'arcdataservicesrow1.azurecr.io', 'Helm chart of the data controller', directMode),
    row(1, 'arcdataservicesrow2.azurecr.io', 'Helm chart of the data controller', {
      ...directMode,
      since: '2025-11-06',
    }),
    row(1, '*.blob.core.windows.net', 'Helm chart of the data controller', {
      ...directMode,
      since: '2025-12-04',
    }),
    row(
      2,
      '*.ods.opinsights.azure.com *.oms.opinsights.azure.com *.monitoring.azure.com',
      'Azure Monitor APIs: logs and metrics',
      byMode,
    ),
    row(3, '*.<region>.arcdataservices.com', 'Data processing: inventory and billing', {
      ...byMode,
      since: '2024-03-18',
      extensionVersion: { extension: 'sql-server', from: '2024-03-12' },
      allowsTls13: true,
    }),
    row(3, 'san-af-<region>-prod.azurewebsites.net', 'Data processing of early extension versions', {
      ...byMode,
      extensionVersion: { extension: 'sql-server', until: '2024-02-13' },
      note: 'In a footnote since 2024-03-18.',
    }),
  ],
};
