/** Refusals of Microsoft.HybridCompute. */

import { defineRefusals } from '@tombolo/arm';

export const hybridError = defineRefusals({
  /** What a body lacks; the sentences are with who asks for it. */
  HCRP400: [400, (sentences: string) => sentences],
  /** What the service does not have of a machine that it has, in Azure's words. */
  HCRP404: [404, (id: string) => `The requested resource was not found: '${id}'.`],
  /** Two machines under one name would share an identity: the second has to be a resource of its own. */
  HCRP409: [
    409,
    (machine: string, what: string) => `The machine '${machine}' exists with another ${what}.`,
    'A machine that was set up anew is connected under another name, or after this resource has been deleted.',
  ],
  ExtensionHandlerCannotBeChanged: [
    409,
    (extension: string, is: string, wanted: string) =>
      `The extension '${extension}' is of the handler ${is} and stays so; the request says ${wanted}.`,
    'Delete it first, or create one of another name.',
  ],
  ExtensionHandlerInUse: [
    409,
    (extension: string, other: string) =>
      `The extension '${extension}' cannot be added: '${other}' has the same handler, and a machine has one extension of each.`,
    'Change that one, or delete it first.',
  ],
  TooManyExtensions: [
    409,
    (machine: string, most: string) => `'${machine}' has ${most} extensions, and may have no more.`,
    'Delete some of them first.',
  ],
  /** It could be read by nobody, or by everybody: neither is what was asked for. */
  MachineHasNoKey: [
    409,
    (machine: string) =>
      `Protected settings are encrypted to the machine's own key, and '${machine}' has none yet.`,
    'Connect the machine first (./tombolo-agent connect).',
  ],
  RunCommandWithoutScript: [
    400,
    (name: string) => `The run command '${name}' has to have either source.script or source.scriptUri.`,
  ],
  RunCommandNotServed: [
    400,
    (name: string, property: string) =>
      `The run command '${name}' says ${property}, which is not served here; nothing was run.`,
    'Leave it out: the last 4 KB of the output are in the instance view, and source.script or source.scriptUri has the script.',
  ],
  TooManyRunCommands: [
    409,
    (machine: string, most: string) => `'${machine}' has ${most} run commands, and may have no more.`,
    'Delete those that are done.',
  ],
  InvalidUpgrade: [400, (what: string) => `The extensions cannot be upgraded: ${what}.`],
  ResourceNotFound: [
    404,
    (connection: string) => `The private endpoint connection '${connection}' was not found.`,
    'A connection is made by creating a private endpoint to the scope, and removed ones do not come back.',
  ],
});
