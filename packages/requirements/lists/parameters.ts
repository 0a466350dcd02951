/** Values that only the reader knows: addresses in the place of a host or of a source. */

import type { ParameterName } from '../requirement.ts';

export interface Parameter {
  readonly name: ParameterName;
  readonly of: 'destination' | 'source';
  readonly meaning: string;
}

export const parameters: readonly Parameter[] = [
  { name: 'vcenter-address', of: 'destination', meaning: 'host name or address of the vCenter server' },
  {
    name: 'scvmm-address',
    of: 'destination',
    meaning: 'host name or address of the SCVMM management server',
  },
  {
    name: 'upload-machine-address',
    of: 'source',
    meaning: 'the machine that runs az arcdata dc upload (indirect mode)',
  },
  {
    name: 'private-cloud-address',
    of: 'destination',
    meaning: "address of the private cloud's control plane, such as vCenter",
  },
  {
    name: 'appliance-vm-address',
    of: 'destination',
    meaning: 'addresses of the appliance VMs, with + between',
  },
  {
    name: 'control-plane-address',
    of: 'destination',
    meaning: "address of the resource bridge's control plane",
  },
  { name: 'dns-server-address', of: 'destination', meaning: 'addresses of the name servers, with + between' },
  { name: 'key-vault-name', of: 'destination', meaning: 'name of the key vault' },
  { name: 'workspace-id', of: 'destination', meaning: 'id of the Log Analytics workspace' },
  {
    name: 'data-collection-endpoint',
    of: 'destination',
    meaning: "first label of the data collection endpoint's name",
  },
  { name: 'storage-account', of: 'destination', meaning: 'name of the storage account' },
  { name: 'gateway-prefix', of: 'destination', meaning: "first label of the Arc gateway's own name" },
];
