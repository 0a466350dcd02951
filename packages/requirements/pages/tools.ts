/** What stands beside Arc on servers: Windows Admin Center, Update Manager, Key Vault, custom scripts. */

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
  table: "Device can't access update files",
  product: 'update-manager',
  cloud: 'AzureCloud',
  all: {
    operatingSystem: 'windows',
    condition: 'machines patched from Windows Update, not from a server of your own',
    note: "The page's list is that of Windows 10 2004 and names no cloud; Linux machines need what their repositories are called.",
  },
  rows: [
    row(1, '*.prod.do.dsp.mp.microsoft.com', 'Windows Update'),
    row(2, 'emdl.ws.microsoft.com', 'Windows Update', { ports: [http] }),
    row(3, '*.dl.delivery.mp.microsoft.com', 'Windows Update', { ports: [http] }),
    row(4, '*.windowsupdate.com', 'Windows Update', { ports: [http] }),
    row(5, '*.delivery.mp.microsoft.com', 'Windows Update'),
    row(6, '*.update.microsoft.com', 'Windows Update'),
    row(7, 'tsfe.trafficshaping.dsp.mp.microsoft.com', 'Windows Update'),
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

export const toolPages: readonly PageTable[] = [
  windowsAdminCenter,
  updateManager,
  keyVault('AzureCloud', 'vault.azure.net'),
  keyVault('AzureUSGovernment', 'vault.usgovcloudapi.net'),
  keyVault('AzureChinaCloud', 'vault.azure.cn'),
  customScript,
];
