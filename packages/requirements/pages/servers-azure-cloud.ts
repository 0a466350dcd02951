/** Arc-enabled servers in AzureCloud: the URLs of the page of 2026-06-24 (17 rows), and those that it had before. */

import { http, https } from '../tables/seed-table.ts';
import { gone, type PageTable, row } from './page-table.ts';
import { sources } from './sources.ts';

const signIn = { privateLink: 'public', serviceTag: 'AzureActiveDirectory' } as const;
const open = { privateLink: 'public' } as const;
const install = {
  ...open,
  phase: 'install',
  alsoPhase: 'run',
  condition: 'at installation, and for automatic updates of the agent',
} as const;
const arc = { privateLink: 'private', serviceTag: 'AzureArcInfrastructure' } as const;
const sqlServer = { ...open, features: ['sql-server'] } as const;

export const serversAzureCloudPage: PageTable = {
  page: sources.servers,
  table: 'URLs, Azure cloud platform',
  product: 'servers',
  cloud: 'AzureCloud',
  source: ['server'],
  rows: [
    row(1, 'download.microsoft.com', 'Windows installation package', {
      ...install,
      operatingSystem: 'windows',
    }),
    row(2, 'packages.microsoft.com', 'Linux installation package', { ...install, operatingSystem: 'linux' }),
    row(3, 'login.microsoftonline.com', 'Microsoft Entra ID', signIn),
    row(4, '*.login.microsoft.com', 'Microsoft Entra ID, regional names', {
      ...signIn,
      since: '2024-10-06',
      note: 'Written *login.microsoft.com until 2025-03-11.',
    }),
    row(5, 'pas.windows.net', 'Microsoft Entra ID', signIn),
    row(6, 'management.azure.com', 'Azure Resource Manager: makes or deletes the server resource', {
      phase: 'connect',
      condition: 'when connecting or disconnecting a server',
      privateLink: 'public-unless-resource-management-private-link',
      serviceTag: 'AzureResourceManager',
    }),
    row(7, '*.his.arc.azure.com', 'Metadata and hybrid identity', arc),
    row(8, '*.guestconfiguration.azure.com', 'Extensions and machine configuration', arc),
    row(
      9,
      'guestnotificationservice.azure.com *.guestnotificationservice.azure.com',
      'Notifications for extensions and connectivity',
      open,
    ),
    row(10, 'azgn*.servicebus.windows.net', 'Notifications for extensions and connectivity', {
      ...open,
      note: 'The row offers *.servicebus.windows.net in its place.',
    }),
    row(11, '*.servicebus.windows.net', 'Relay of Windows Admin Center and SSH', {
      ...open,
      features: ['ssh', 'windows-admin-center'],
      condition: 'when SSH or Windows Admin Center is used from Azure',
    }),
    row(12, '*.waconazure.com', 'Windows Admin Center', {
      ...open,
      features: ['windows-admin-center'],
      condition: 'when Windows Admin Center is used',
      serviceTag: 'WindowsAdminCenter',
    }),
    row(13, 'dc.services.visualstudio.com', 'Agent telemetry', {
      ...open,
      phase: 'optional',
      agentVersion: { before: '1.24' },
    }),
    row(14, '*.<region>.arcdataservices.com', 'SQL Server: inventory, billing, telemetry and performance', {
      ...sqlServer,
      since: '2024-03-18',
      extensionVersion: { extension: 'sql-server', from: '2024-03-12' },
      allowsTls13: true,
    }),
    row(
      14,
      'san-af-<region>-prod.azurewebsites.net',
      'SQL Server: data processing of early extension versions',
      {
        ...sqlServer,
        since: '2023-07-31',
        extensionVersion: { extension: 'sql-server', until: '2024-02-13' },
        note: 'In a footnote since 2024-03-18.',
      },
    ),
    row(
      15,
      '{key-vault-name}.vault.azure.net',
      'SQL Server with Microsoft Entra authentication: its key vault',
      {
        ...sqlServer,
        since: '2025-10-09',
        parameters: ['key-vault-name'],
        condition: 'for Microsoft Entra authentication of SQL Server',
      },
    ),
    row(15, 'graph.microsoft.com', 'SQL Server with Microsoft Entra authentication: Microsoft Graph', {
      ...sqlServer,
      since: '2025-10-09',
      condition: 'for Microsoft Entra authentication of SQL Server',
    }),
    row(16, 'www.microsoft.com/pkiops/certs', 'Intermediate certificates for Extended Security Updates', {
      ...open,
      since: '2024-01-19',
      features: ['esu'],
      operatingSystem: 'windows',
      condition: 'always for automatic updates; only for a while where certificates are downloaded by hand',
      ports: [http, https],
    }),
    row(17, 'dls.microsoft.com', 'License validation', {
      ...open,
      since: '2025-04-11',
      features: ['hotpatching', 'windows-server-benefits', 'pay-as-you-go'],
      operatingSystem: 'windows',
      condition: 'for hotpatching, Windows Server benefits or pay-as-you-go billing',
    }),
    gone('2025-01-14', 'aka.ms', 'Resolved the download script during installation', {
      ...open,
      phase: 'install',
    }),
    gone('2024-11-05', 'login.windows.net', 'Microsoft Entra ID', {
      ...signIn,
      note: 'Still named by the subset for Extended Security Updates, by the page of proxy settings and by Kubernetes; older agents ask for it.',
    }),
    gone('2026-02-13', '*.blob.core.windows.net', 'Download source of extensions', {
      condition: 'except with private endpoints',
      exceptPrivateEndpoint: true,
      privateLink: 'unused',
      serviceTag: 'Storage',
      note: 'Machine configuration still lists blob hosts of its own, and the other clouds keep theirs.',
    }),
    gone('2024-03-18', 'telemetry.<region>.arcdataservices.com', 'SQL Server: telemetry and performance', {
      ...sqlServer,
      since: '2023-11-09',
      replacedBy: '*.<region>.arcdataservices.com',
    }),
    gone('2024-01-19', 'microsoft.com/pkiops/certs', 'Certificates for Extended Security Updates', {
      ...open,
      since: '2023-11-21',
      features: ['esu'],
      operatingSystem: 'windows',
      replacedBy: 'www.microsoft.com/pkiops/certs',
    }),
  ],
};
