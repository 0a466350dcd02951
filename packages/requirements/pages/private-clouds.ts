/** What VMware vSphere (6 rows, page of 2025-05-27) and SCVMM (2 rows, 2026-02-09) add to the resource bridge, AzureCloud. */

import { type PageTable, row } from './page-table.ts';
import { sources } from './sources.ts';

const management = { source: ['management-machine'] } as const;

export const vmwarePage: PageTable = {
  page: sources.vmware,
  table: 'Azure Arc-enabled VMware vSphere',
  product: 'vmware',
  cloud: 'AzureCloud',
  source: ['appliance-vm', 'control-plane'],
  rows: [
    row(1, '{vcenter-address}', 'vCenter communicates with the appliance VM and the control plane', {
      local: true,
      parameters: ['vcenter-address'],
    }),
    row(2, 'azureprivatecloud.azurecr.io', 'Container images of the cluster extension', {
      source: ['appliance-vm'],
    }),
    row(3, '*.blob.core.windows.net', 'Azure CLI and its extensions', management),
    row(4, 'management.azure.com', 'Azure Resource Manager', {
      ...management,
      serviceTag: 'AzureResourceManager',
    }),
    row(5, '*.dp.kubernetesconfiguration.azure.com', 'Configuration of the Arc agents', {
      ...management,
      serviceTag: 'AzureArcInfrastructure',
    }),
    row(6, 'login.microsoftonline.com', 'Tokens for Azure Resource Manager', {
      ...management,
      serviceTag: 'AzureActiveDirectory',
    }),
    row(6, 'aka.ms', 'Tokens for Azure Resource Manager', management),
  ],
};

export const scvmmPage: PageTable = {
  page: sources.scvmm,
  table: 'Azure Arc-enabled System Center Virtual Machine Manager',
  product: 'scvmm',
  cloud: 'AzureCloud',
  source: ['appliance-vm', 'control-plane'],
  rows: [
    row(1, '{scvmm-address}', 'The SCVMM server communicates with the appliance VM and the control plane', {
      local: true,
      parameters: ['scvmm-address'],
    }),
    row(2, '{scvmm-address}', 'WinRM between the SCVMM server and the appliance', {
      local: true,
      direction: 'both',
      variant: 'winrm',
      parameters: ['scvmm-address'],
      condition: 'ports: the defaults of WinRM',
      ports: [
        { port: 5985, protocol: 'TCP', tls: false },
        { port: 5986, protocol: 'TCP', tls: true },
      ],
    }),
  ],
};
