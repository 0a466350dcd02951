/** Arc-enabled servers in AzureChinaCloud: the URLs of seed 004 (14 rows, 2023-01-17); the table has no private-link column. */

import type { SeedTable } from './seed-table.ts';

export const serversAzureChinaCloud: SeedTable = {
  seed: '004',
  date: '2023-01-17',
  table: 'URLs (Azure operated by 21Vianet)',
  product: 'servers',
  cloud: 'AzureChinaCloud',
  source: ['server'],
  rows: [
    {
      row: 1,
      hosts: ['aka.ms'],
      purpose: 'Resolves the download script during installation',
      phase: 'install',
    },
    {
      row: 2,
      hosts: ['download.microsoft.com'],
      purpose: 'Windows installation package',
      phase: 'install',
      operatingSystem: 'windows',
    },
    {
      row: 3,
      hosts: ['packages.microsoft.com'],
      purpose: 'Linux installation package',
      phase: 'install',
      operatingSystem: 'linux',
    },
    {
      row: 4,
      hosts: ['login.chinacloudapi.cn'],
      purpose: 'Microsoft Entra ID',
      serviceTag: 'AzureActiveDirectory',
    },
    {
      row: 5,
      hosts: ['login.partner.chinacloudapi.cn'],
      purpose: 'Microsoft Entra ID',
      serviceTag: 'AzureActiveDirectory',
    },
    {
      row: 6,
      hosts: ['pas.chinacloudapi.cn'],
      purpose: 'Microsoft Entra ID',
      serviceTag: 'AzureActiveDirectory',
    },
    {
      row: 7,
      hosts: ['management.chinacloudapi.cn'],
      purpose: 'Azure Resource Manager: creates or deletes the server resource',
      phase: 'connect',
      condition: 'when connecting or disconnecting a server',
      serviceTag: 'AzureResourceManager',
    },
    {
      row: 8,
      hosts: ['*.his.arc.azure.cn'],
      purpose: 'Metadata and hybrid identity services',
      serviceTag: 'AzureArcInfrastructure',
    },
    {
      row: 9,
      hosts: ['*.guestconfiguration.azure.cn'],
      purpose: 'Extension management and guest configuration services',
      serviceTag: 'AzureArcInfrastructure',
    },
    {
      row: 10,
      hosts: ['guestnotificationservice.azure.cn', '*.guestnotificationservice.azure.cn'],
      purpose: 'Notification service for extensions and connectivity',
    },
    {
      row: 11,
      hosts: ['azgn*.servicebus.chinacloudapi.cn'],
      purpose: 'Notification service for extensions and connectivity',
    },
    {
      row: 12,
      hosts: ['*.servicebus.chinacloudapi.cn'],
      purpose: 'Relay for Windows Admin Center and SSH',
      features: ['ssh', 'windows-admin-center'],
      condition: 'when SSH or Windows Admin Center is used from Azure',
    },
    {
      row: 13,
      hosts: ['*.blob.core.chinacloudapi.cn'],
      purpose: 'Download source of extensions',
      condition: 'except with private endpoints',
      exceptPrivateEndpoint: true,
      serviceTag: 'Storage',
    },
    {
      row: 14,
      hosts: ['dc.applicationinsights.azure.cn'],
      purpose: 'Agent telemetry',
      phase: 'optional',
      agentVersion: { before: '1.24' },
    },
  ],
};
