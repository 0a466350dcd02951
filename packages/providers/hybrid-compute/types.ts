/** The names of the types that are stored, and of the operation that their deletion answers with. */

import { connectionType } from '@tombolo/private-link';

export const types = {
  scope: 'Microsoft.HybridCompute/privateLinkScopes',
  connection: connectionType,
  machine: 'Microsoft.HybridCompute/machines',
  extension: 'Microsoft.HybridCompute/machines/extensions',
  runCommand: 'Microsoft.HybridCompute/machines/runCommands',
} as const;

/** Deletions take effect with their own batch; the operation only says so to clients that poll. */
export const removalKind = 'Microsoft.HybridCompute/removal';

/** Ends when the machine's agent has reported on what was asked of it, or has not in time. */
export const machineWorkKind = 'Microsoft.HybridCompute/machineWork';
