/** Arc-enabled data services: what seed 003 adds to Kubernetes (3 rows, undated), AzureCloud. */

import type { SeedTable, TableRow } from './seed-table.ts';

/** The seed's star: who connects depends on the deployment mode. */
const byMode: Pick<TableRow, 'source' | 'sourceByFeature' | 'parameters' | 'condition'> = {
  source: ['data-controller-pod', 'upload-machine'],
  sourceByFeature: [
    { feature: 'direct-mode', source: 'data-controller-pod' },
    { feature: 'indirect-mode', source: 'upload-machine' },
  ],
  parameters: ['upload-machine-address'],
  condition:
    'direct mode: from the controller pod; indirect mode: from the machine that runs az arcdata dc upload',
};

export const dataServicesAzureCloud: SeedTable = {
  seed: '003',
  table: 'Azure Arc-enabled data services',
  product: 'data-services',
  cloud: 'AzureCloud',
  source: ['cluster'],
  rows: [
    {
      row: 1,
      hosts: ['arcdataservicesrow1.azurecr.io'],
      purpose: 'Helm chart: bootstrapper and cluster-level objects of the data controller',
      features: ['direct-mode'],
      condition: 'direct connected mode only',
    },
    {
      row: 2,
      hosts: ['*.ods.opinsights.azure.com', '*.oms.opinsights.azure.com', '*.monitoring.azure.com'],
      purpose: 'Azure Monitor APIs: logs and metrics',
      ...byMode,
    },
    {
      row: 3,
      hosts: ['san-af-<region>-prod.azurewebsites.net'],
      purpose: 'Data processing service: inventory and billing',
      note: "Seed 004 says that the service's name for SQL Server is *.<region>.arcdataservices.com from the release of 2024-03-12; this table was not changed.",
      ...byMode,
    },
  ],
};
