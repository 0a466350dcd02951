/** Arc-enabled servers in AzureUSGovernment (11 rows) and in AzureChinaCloud (13 rows): the page of 2026-06-24. */

import { http, https } from '../tables/seed-table.ts';
import { gone, type PageTable, row } from './page-table.ts';
import { sources } from './sources.ts';

const open = { privateLink: 'public' } as const;
const install = {
  phase: 'install',
  alsoPhase: 'run',
  condition: 'at installation, and for automatic updates of the agent',
} as const;
const connect = {
  phase: 'connect',
  condition: 'when connecting or disconnecting a server',
  serviceTag: 'AzureResourceManager',
} as const;
const signIn = { serviceTag: 'AzureActiveDirectory' } as const;
const arc = { serviceTag: 'AzureArcInfrastructure' } as const;
const extensions = {
  condition: 'except with private endpoints',
  exceptPrivateEndpoint: true,
  serviceTag: 'Storage',
} as const;
const telemetry = { phase: 'optional', agentVersion: { before: '1.24' } } as const;

export const serversAzureUsGovernmentPage: PageTable = {
  page: sources.servers,
  table: 'URLs, Azure Government',
  product: 'servers',
  cloud: 'AzureUSGovernment',
  source: ['server'],
  all: open,
  rows: [
    row(1, 'download.microsoft.com', 'Windows installation package', {
      ...install,
      operatingSystem: 'windows',
    }),
    row(2, 'packages.microsoft.com', 'Linux installation package', { ...install, operatingSystem: 'linux' }),
    row(3, 'login.microsoftonline.us', 'Microsoft Entra ID', signIn),
    row(4, 'pasff.usgovcloudapi.net', 'Microsoft Entra ID', signIn),
    row(5, 'management.usgovcloudapi.net', 'Azure Resource Manager: makes or deletes the server resource', {
      ...connect,
      privateLink: 'public-unless-resource-management-private-link',
    }),
    row(6, '*.his.arc.azure.us', 'Metadata and hybrid identity', { ...arc, privateLink: 'private' }),
    row(7, '*.guestconfiguration.azure.us', 'Extensions and machine configuration', {
      ...arc,
      privateLink: 'private',
    }),
    row(8, '*.blob.core.usgovcloudapi.net', 'Download source of extensions', {
      ...extensions,
      privateLink: 'unused',
    }),
    row(9, 'dc.applicationinsights.us', 'Agent telemetry', telemetry),
    row(
      10,
      '*.<region>.arcdataservices.azure.us',
      'SQL Server: inventory, billing, telemetry and performance',
      {
        since: '2025-10-09',
        features: ['sql-server'],
        allowsTls13: true,
        note: "SQL Server's page has it in US Gov Virginia only, on Windows, from extension 1.1.3119.307 on.",
      },
    ),
    row(11, 'www.microsoft.com/pkiops/certs', 'Intermediate certificates for Extended Security Updates', {
      since: '2024-01-19',
      features: ['esu'],
      operatingSystem: 'windows',
      condition: 'always for automatic updates; only for a while where certificates are downloaded by hand',
      ports: [http, https],
    }),
    gone('2025-01-14', 'aka.ms', 'Resolved the download script during installation', { phase: 'install' }),
    gone('2024-01-19', 'microsoft.com/pkiops/certs', 'Certificates for Extended Security Updates', {
      since: '2023-11-21',
      features: ['esu'],
      operatingSystem: 'windows',
      replacedBy: 'www.microsoft.com/pkiops/certs',
    }),
  ],
};

export const serversAzureChinaCloudPage: PageTable = {
  page: sources.servers,
  table: 'URLs, Azure operated by 21Vianet',
  product: 'servers',
  cloud: 'AzureChinaCloud',
  source: ['server'],
  rows: [
    row(1, 'download.microsoft.com', 'Windows installation package', {
      ...install,
      operatingSystem: 'windows',
    }),
    row(2, 'packages.microsoft.com', 'Linux installation package', { ...install, operatingSystem: 'linux' }),
    row(3, 'login.chinacloudapi.cn', 'Microsoft Entra ID', signIn),
    row(4, 'login.partner.chinacloudapi.cn', 'Microsoft Entra ID', signIn),
    row(5, 'pas.chinacloudapi.cn', 'Microsoft Entra ID', signIn),
    row(
      6,
      'management.chinacloudapi.cn',
      'Azure Resource Manager: makes or deletes the server resource',
      connect,
    ),
    row(7, '*.his.arc.azure.cn', 'Metadata and hybrid identity', arc),
    row(8, '*.guestconfiguration.azure.cn', 'Extensions and machine configuration', arc),
    row(
      9,
      'guestnotificationservice.azure.cn *.guestnotificationservice.azure.cn',
      'Notifications for extensions and connectivity',
    ),
    row(10, 'azgn*.servicebus.chinacloudapi.cn', 'Notifications for extensions and connectivity'),
    row(11, '*.servicebus.chinacloudapi.cn', 'Relay of Windows Admin Center and SSH', {
      features: ['ssh', 'windows-admin-center'],
      condition: 'when SSH or Windows Admin Center is used from Azure',
    }),
    row(12, '*.blob.core.chinacloudapi.cn', 'Download source of extensions', extensions),
    row(13, 'dc.applicationinsights.azure.cn', 'Agent telemetry', telemetry),
    gone('2025-01-14', 'aka.ms', 'Resolved the download script during installation', { phase: 'install' }),
  ],
};
