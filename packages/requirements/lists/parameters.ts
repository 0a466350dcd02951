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
];
