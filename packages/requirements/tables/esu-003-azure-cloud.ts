/** Extended Security Updates only: the subset of seed 003 (8 rows, undated) for Windows Server 2012 in AzureCloud. */

import type { SeedTable } from './seed-table.ts';

export const esuAzureCloud: SeedTable = {
  seed: '003',
  table: 'Subset of endpoints for ESU only',
  product: 'esu',
  cloud: 'AzureCloud',
  source: ['server'],
  rows: [
    {
      row: 1,
      hosts: ['aka.ms'],
      purpose: 'Resolves the download script during installation',
      phase: 'install',
      privateLink: 'public',
    },
    {
      row: 2,
      hosts: ['download.microsoft.com'],
      purpose: 'Windows installation package',
      phase: 'install',
      operatingSystem: 'windows',
      privateLink: 'public',
    },
    {
      row: 3,
      hosts: ['login.windows.net'],
      purpose: 'Microsoft Entra ID',
      privateLink: 'public',
      serviceTag: 'AzureActiveDirectory',
    },
    {
      row: 4,
      hosts: ['login.microsoftonline.com'],
      purpose: 'Microsoft Entra ID',
      privateLink: 'public',
      serviceTag: 'AzureActiveDirectory',
    },
    {
      row: 5,
      hosts: ['management.azure.com'],
      purpose: 'Azure Resource Manager: creates or deletes the server resource',
      phase: 'connect',
      condition: 'when connecting or disconnecting a server',
      privateLink: 'public-unless-resource-management-private-link',
      serviceTag: 'AzureResourceManager',
    },
    {
      row: 6,
      hosts: ['*.his.arc.azure.com'],
      purpose: 'Metadata and hybrid identity services',
      privateLink: 'private',
      serviceTag: 'AzureArcInfrastructure',
    },
    {
      row: 7,
      hosts: ['*.guestconfiguration.azure.com'],
      purpose: 'Extension management and guest configuration services',
      privateLink: 'private',
      serviceTag: 'AzureArcInfrastructure',
    },
    {
      row: 8,
      hosts: ['microsoft.com/pkiops/certs'],
      purpose: 'Certificate download for Extended Security Updates',
      features: ['esu'],
      operatingSystem: 'windows',
      privateLink: 'public',
    },
  ],
};
