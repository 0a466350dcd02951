/** Arc-enabled servers in AzureCloud: the URLs of seed 004 (17 rows, 2023-01-17), which stand over seed 003's. */

import { http, https, type SeedTable } from './seed-table.ts';
import { serversAzureCloudRows } from './servers-azure-cloud-rows.ts';

export const serversAzureCloud: SeedTable = {
  seed: '004',
  date: '2023-01-17',
  table: 'URLs (Azure Cloud)',
  product: 'servers',
  cloud: 'AzureCloud',
  source: ['server'],
  rows: [
    ...serversAzureCloudRows,
    {
      row: 16,
      hosts: ['*.<region>.arcdataservices.com'],
      purpose: 'SQL Server: data processing service, service telemetry and performance monitoring',
      features: ['sql-server'],
      extensionVersion: { extension: 'sql-server', from: '2024-03-12' },
      allowsTls13: true,
      privateLink: 'public',
    },
    {
      row: 16,
      footnote: 1,
      hosts: ['san-af-<region>-prod.azurewebsites.net'],
      purpose: 'SQL Server: data processing service of earlier extension versions',
      features: ['sql-server'],
      extensionVersion: { extension: 'sql-server', until: '2024-02-13' },
      privateLink: 'public',
    },
    {
      row: 17,
      hosts: ['www.microsoft.com/pkiops/certs'],
      purpose: 'Intermediate certificate updates for Extended Security Updates',
      features: ['esu'],
      operatingSystem: 'windows',
      condition: 'always for automatic updates; only for a while where certificates are downloaded by hand',
      ports: [http, https],
      privateLink: 'public',
    },
  ],
};
