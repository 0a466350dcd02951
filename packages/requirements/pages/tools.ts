/** What stands beside Arc on servers: Windows Admin Center, Update Manager, Key Vault, custom scripts, the Azure CLI. */

import type { CloudName } from '../requirement.ts';
import { http } from '../tables/seed-table.ts';
import { type PageTable, row } from './page-table.ts';
import { sources } from './sources.ts';

const own = { source: ['server'] } as const;

const windowsAdminCenter: PageTable = {
  ...own,
  page: sources.windowsAdminCenter,
  table: 'Networking requirements',
  product: 'windows-admin-center',
  cloud: 'AzureCloud',
  rows: [
    row(1, '*service.waconazure.com', 'Gateway of Windows Admin Center', {
      privateLink: 'public',
      features: ['windows-admin-center'],
      condition: 'public cloud only, as this page has it',
      serviceTag: 'WindowsAdminCenter',
    }),
  ],
};

const updateManager: PageTable = {
  ...own,
  page: sources.windowsUpdate,
  table: 'Windows Update endpoints',
  product: 'update-manager',
  cloud: 'AzureCloud',
  all: {
    operatingSystem: 'windows',
    condition: 'machines patched from Windows Update, not from a server of your own',
  },
  rows: [
    row(1, '*.prod.do.dsp.mp.microsoft.com', 'Windows Update'),
    row(2, 'emdl.ws.microsoft.com', 'Windows Update', { ports: [http] }),
    row(3, '*.delivery.mp.microsoft.com', 'Windows Update'),
    row(4, '*.update.microsoft.com', 'Windows Update'),
    row(5, 'tsfe.trafficshaping.dsp.mp.microsoft.com', 'Windows Update'),
  ],
};

/** The vault's own suffix in each cloud, as the Azure CLI has it. */
const keyVault = (cloud: CloudName, suffix: string): PageTable => ({
  ...own,
  page: sources.azureCli,
  table: 'Endpoint suffixes: keyvault_dns',
  product: 'key-vault',
  cloud,
  rows: [
    row(1, `{key-vault-name}.${suffix}`, 'Key vault of the certificate sync', {
      parameters: ['key-vault-name'],
      note: 'A private endpoint of the vault carries it where there is one.',
    }),
  ],
});

const customScript: PageTable = {
  ...own,
  page: sources.customScript,
  table: 'Internet connectivity',
  product: 'custom-script',
  cloud: 'AzureCloud',
  rows: [
    row(1, '{storage-account}.blob.core.windows.net', 'The script, where it lies in Azure Storage', {
      parameters: ['storage-account'],
      condition: 'otherwise every host that fileUris names; the extension has no proxy settings of its own',
      serviceTag: 'Storage',
    }),
  ],
};

const azureCli: PageTable = {
  page: sources.azureCli,
  table: 'Endpoints and extensions, Public Cloud',
  product: 'azure-cli',
  cloud: 'AzureCloud',
  source: ['management-machine'],
  rows: [
    row(1, 'pypi.org files.pythonhosted.org', 'Python packages of the installation', { phase: 'install' }),
    row(2, 'management.azure.com', 'Azure Resource Manager', { serviceTag: 'AzureResourceManager' }),
    row(3, 'login.microsoftonline.com', 'Microsoft Entra ID', { serviceTag: 'AzureActiveDirectory' }),
    row(4, 'graph.microsoft.com', 'Microsoft Graph'),
    row(5, 'aka.ms', 'Index of extensions', { phase: 'install', condition: 'when extensions are searched' }),
    row(6, 'azcliextensionsync.blob.core.windows.net', 'Index of extensions', {
      phase: 'install',
      condition: 'when extensions are searched',
    }),
    row(7, 'azcliprod.blob.core.windows.net', 'Packages of extensions', {
      phase: 'install',
      condition: 'when extensions are installed',
    }),
    row(
      8,
      'arcplatformcliextprod.z13.web.core.windows.net',
      'The extensions arcappliance and customlocation',
      {
        phase: 'install',
        condition: 'when those extensions are installed',
      },
    ),
    row(9, 'azurearcdatacli.blob.core.windows.net', 'The extension arcdata', {
      phase: 'install',
      condition: 'when that extension is installed',
    }),
  ],
};

export const toolPages: readonly PageTable[] = [
  windowsAdminCenter,
  updateManager,
  keyVault('AzureCloud', 'vault.azure.net'),
  keyVault('AzureUSGovernment', 'vault.usgovcloudapi.net'),
  keyVault('AzureChinaCloud', 'vault.azure.cn'),
  customScript,
  azureCli,
];
