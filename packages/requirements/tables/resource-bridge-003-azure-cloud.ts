/** Azure Arc resource bridge: the allow-list of seed 003 (18 rows, undated), AzureCloud. */

import { http, type SeedTable } from './seed-table.ts';

const managementAndAppliance = ['management-machine', 'appliance-vm'] as const;

export const resourceBridgeAzureCloud: SeedTable = {
  seed: '003',
  table: 'Azure Arc resource bridge: firewall/proxy URL allowlist',
  product: 'resource-bridge',
  cloud: 'AzureCloud',
  source: ['appliance-vm'],
  rows: [
    {
      row: 1,
      hosts: ['msk8s.api.cdp.microsoft.com'],
      purpose: 'SFS API: product catalog, product bits and OS images',
      source: managementAndAppliance,
    },
    {
      row: 2,
      hosts: ['*.dp.prod.appliances.azure.com'],
      purpose: 'Data plane: communicates with the resource provider',
    },
    {
      row: 3,
      hosts: ['*.blob.core.windows.net', 'ecpacr.azurecr.io'],
      purpose: 'Container images of the appliance',
    },
    {
      row: 4,
      hosts: ['*.his.arc.azure.com'],
      purpose: 'System-assigned managed identity certificates',
      serviceTag: 'AzureArcInfrastructure',
    },
    {
      row: 5,
      hosts: ['msk8s.b.tlu.dl.delivery.mp.microsoft.com'],
      purpose: 'OS images of the resource bridge',
      condition: 'only for Arc appliance CLI extension 0.2.32 and earlier',
      extensionVersion: { extension: 'arcappliance', until: '0.2.32' },
      source: managementAndAppliance,
      ports: [http],
    },
    {
      row: 6,
      hosts: ['msk8s.sb.tlu.dl.delivery.mp.microsoft.com'],
      purpose: 'OS images of the resource bridge',
      source: managementAndAppliance,
    },
    {
      row: 7,
      hosts: ['azurearcfork8s.azurecr.io'],
      purpose: 'Container images of Arc for Kubernetes',
    },
    {
      row: 8,
      hosts: ['adhs.events.data.microsoft.com'],
      purpose: 'Diagnostic data and telemetry from within the appliance VM',
      condition: 'used periodically',
    },
    {
      row: 9,
      hosts: ['v20.events.data.microsoft.com'],
      purpose: 'Diagnostic data of the Azure Stack HCI or Windows Server host',
      condition: 'used periodically, for telemetry that comes off Windows',
    },
    {
      row: 10,
      hosts: ['linuxgeneva-microsoft.azurecr.io'],
      purpose: 'Logs of components that the appliance manages',
    },
    {
      row: 11,
      hosts: ['azurearcfork8sdev.azurecr.io'],
      purpose: 'Container images of Arc for Kubernetes',
    },
    {
      row: 12,
      hosts: ['kvamanagementoperator.azurecr.io'],
      purpose: 'Artifacts of components that the appliance manages',
    },
    {
      row: 13,
      hosts: ['mcr.microsoft.com'],
      purpose: 'Container images of the resource bridge',
      source: managementAndAppliance,
    },
    {
      row: 14,
      hosts: ['packages.microsoft.com'],
      purpose: 'Linux installation package',
    },
    {
      row: 15,
      hosts: ['sts.windows.net'],
      purpose: 'Custom Locations cluster extension',
    },
    {
      row: 16,
      hosts: ['*.pypi.org'],
      purpose: 'Validates Kubernetes and Python versions',
      source: ['management-machine'],
    },
    {
      row: 17,
      hosts: ['*.pythonhosted.org'],
      purpose: 'Python packages for the installation of the Azure CLI',
      source: ['management-machine'],
    },
    {
      row: 18,
      hosts: ['gcs.prod.monitoring.core.windows.net'],
      purpose: 'Diagnostic data of control plane nodes',
      condition: 'used periodically',
    },
  ],
};
