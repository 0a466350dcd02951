/** Arc-enabled servers in AzureCloud as seed 003 has them (18 rows, undated); seed 004's stand over them. */

import type { SeedTable } from './seed-table.ts';
import { serversAzureCloudRows } from './servers-azure-cloud-rows.ts';

export const serversAzureCloud003: SeedTable = {
  seed: '003',
  table: 'Azure Arc-enabled servers: URLs',
  product: 'servers',
  cloud: 'AzureCloud',
  source: ['server'],
  rows: [
    ...serversAzureCloudRows,
    {
      row: 16,
      hosts: ['san-af-<region>-prod.azurewebsites.net'],
      purpose: 'SQL Server: data processing service, takes inventory and billing information',
      features: ['sql-server'],
      privateLink: 'public',
    },
    {
      row: 17,
      hosts: ['telemetry.<region>.arcdataservices.com'],
      purpose: 'SQL Server: service telemetry and performance monitoring',
      features: ['sql-server'],
      privateLink: 'public',
    },
    {
      row: 18,
      hosts: ['microsoft.com/pkiops/certs'],
      purpose: 'Certificate download for Extended Security Updates',
      features: ['esu'],
      operatingSystem: 'windows',
      privateLink: 'public',
    },
  ],
};
