/** Arc-enabled System Center Virtual Machine Manager: what seed 003 adds to the resource bridge (1 row, undated), AzureCloud. */

import type { SeedTable } from './seed-table.ts';

export const scvmmAzureCloud: SeedTable = {
  seed: '003',
  table: 'Azure Arc-enabled System Center Virtual Machine Manager',
  product: 'scvmm',
  cloud: 'AzureCloud',
  source: ['appliance-vm', 'control-plane'],
  rows: [
    {
      row: 1,
      hosts: ['{scvmm-address}'],
      parameters: ['scvmm-address'],
      purpose: 'The SCVMM management server communicates with the appliance VM and the control plane',
    },
  ],
};
