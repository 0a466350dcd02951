/** Refusals of Microsoft.HybridCompute. */

import { defineRefusals } from '@tombolo/arm';

export const hybridError = defineRefusals({
  /** Azure's words (Azure/azure-rest-api-specs#21163). */
  HCRP400: [
    400,
    (properties: string, machine: string) =>
      `The request does not have sufficient information to complete the operation. Missing or invalid properties: ${properties} of '${machine}'.`,
    'They have to be GUIDs.',
  ],
  /** What the service does not have of a machine that it has, in Azure's words. */
  HCRP404: [404, (id: string) => `The requested resource was not found: '${id}'.`],
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
