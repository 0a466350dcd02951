/** Refusals of Microsoft.HybridCompute. */

import { defineRefusals } from '@tombolo/arm';

export const hybridError = defineRefusals({
  /** Two machines under one name would share an identity: the second has to be a resource of its own. */
  HCRP409: [
    409,
    (machine: string, what: string) => `The machine '${machine}' exists with another ${what}.`,
    'A machine that was set up anew is connected under another name, or after this resource has been deleted.',
  ],
  ResourceNotFound: [
    404,
    (connection: string) => `The private endpoint connection '${connection}' was not found.`,
    'A connection is made by creating a private endpoint to the scope, and removed ones do not come back.',
  ],
});
