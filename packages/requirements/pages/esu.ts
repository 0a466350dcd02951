/** Extended Security Updates only: the subsets of the page of 2026-08-05, AzureCloud (9 rows) and AzureUSGovernment (7 rows). */

import { http, https } from '../tables/seed-table.ts';
import { gone, type PageTable, row } from './page-table.ts';
import { sources } from './sources.ts';

const install = {
  phase: 'install',
  alsoPhase: 'run',
  operatingSystem: 'windows',
  condition: 'at installation, and for automatic updates of the agent',
} as const;
const signIn = { serviceTag: 'AzureActiveDirectory' } as const;
const connect = {
  phase: 'connect',
  condition: 'when connecting or disconnecting a server',
  privateLink: 'public-unless-resource-management-private-link',
  serviceTag: 'AzureResourceManager',
} as const;
const arc = { privateLink: 'private', serviceTag: 'AzureArcInfrastructure' } as const;
const certificates = {
  since: '2024-01-19',
  features: ['esu'],
  operatingSystem: 'windows',
  condition: 'always for automatic updates; only for a while where certificates are downloaded by hand',
  ports: [http, https],
} as const;
const sqlServer = {
  features: ['sql-server'],
  condition: 'for Extended Security Updates of SQL Server',
} as const;
const earlier = {
  since: '2023-11-21',
  features: ['esu'],
  operatingSystem: 'windows',
  replacedBy: 'www.microsoft.com/pkiops/certs',
} as const;

export const esuAzureCloudPage: PageTable = {
  page: sources.esu,
  table: 'Subset of endpoints for ESU only, Azure cloud platform',
  product: 'esu',
  cloud: 'AzureCloud',
  source: ['server'],
  all: { privateLink: 'public' },
  rows: [
    row(1, 'download.microsoft.com', 'Windows installation package', install),
    row(2, 'login.windows.net', 'Microsoft Entra ID', signIn),
    row(3, 'login.microsoftonline.com', 'Microsoft Entra ID', signIn),
    row(4, '*.login.microsoft.com', 'Microsoft Entra ID, regional names', {
      ...signIn,
      since: '2024-10-06',
      note: 'Written *login.microsoft.com until 2025-03-11.',
    }),
    row(5, 'management.azure.com', 'Azure Resource Manager: makes or deletes the server resource', connect),
    row(6, '*.his.arc.azure.com', 'Metadata and hybrid identity', arc),
    row(7, '*.guestconfiguration.azure.com', 'Extensions and machine configuration', arc),
    row(8, 'www.microsoft.com/pkiops/certs', 'Intermediate certificates for the updates', certificates),
    row(9, '*.<region>.arcdataservices.com', 'SQL Server: data processing and telemetry', {
      ...sqlServer,
      since: '2024-03-18',
      allowsTls13: true,
    }),
    gone('2025-01-14', 'aka.ms', 'Resolved the download script during installation', { phase: 'install' }),
    gone('2026-02-13', '*.blob.core.windows.net', 'SQL Server: package of the extension', {
      ...sqlServer,
      since: '2024-07-01',
      privateLink: 'unused',
      serviceTag: 'Storage',
    }),
    gone('2024-03-18', 'san-af-<region>-prod.azurewebsites.net', 'SQL Server: data processing', {
      ...sqlServer,
      since: '2024-01-10',
    }),
    gone('2024-01-19', 'microsoft.com/pkiops/certs', 'Certificates for the updates', earlier),
  ],
};

export const esuAzureUsGovernmentPage: PageTable = {
  page: sources.esu,
  table: 'Subset of endpoints for ESU only, Azure Government',
  product: 'esu',
  cloud: 'AzureUSGovernment',
  source: ['server'],
  all: { privateLink: 'public' },
  rows: [
    row(1, 'download.microsoft.com', 'Windows installation package', install),
    row(2, 'login.microsoftonline.us', 'Microsoft Entra ID', signIn),
    row(
      3,
      'management.usgovcloudapi.net',
      'Azure Resource Manager: makes or deletes the server resource',
      connect,
    ),
    row(4, '*.his.arc.azure.us', 'Metadata and hybrid identity', arc),
    row(5, '*.guestconfiguration.azure.us', 'Extensions and machine configuration', arc),
    row(6, 'www.microsoft.com/pkiops/certs', 'Intermediate certificates for the updates', certificates),
    row(7, '*.blob.core.usgovcloudapi.net', 'SQL Server: package of the extension', {
      ...sqlServer,
      since: '2024-07-01',
      privateLink: 'unused',
      serviceTag: 'Storage',
    }),
    gone('2025-01-14', 'aka.ms', 'Resolved the download script during installation', { phase: 'install' }),
    gone('2024-01-19', 'microsoft.com/pkiops/certs', 'Certificates for the updates', earlier),
  ],
};
