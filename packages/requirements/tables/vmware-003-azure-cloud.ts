/** Arc-enabled VMware vSphere: what seed 003 adds to the resource bridge (1 row, undated), AzureCloud. */

import type { SeedTable } from './seed-table.ts';

export const vmwareAzureCloud: SeedTable = {
  seed: '003',
  table: 'Azure Arc-enabled VMware vSphere',
  product: 'vmware',
  cloud: 'AzureCloud',
  source: ['appliance-vm', 'control-plane'],
  rows: [
    {
      row: 1,
      hosts: ['{vcenter-address}'],
      parameters: ['vcenter-address'],
      purpose: 'The vCenter server communicates with the appliance VM and the control plane',
    },
  ],
};
