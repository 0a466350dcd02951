/** The names of the types that are stored, and of the operation that their deletion answers with. */

export const types = {
  scope: 'Microsoft.HybridCompute/privateLinkScopes',
  connection: 'Microsoft.HybridCompute/privateLinkScopes/privateEndpointConnections',
  machine: 'Microsoft.HybridCompute/machines',
  /** Certificates and key of a machine, written by registration below it as `identities/current`. */
  identity: 'Tombolo/machineIdentities',
} as const;

/** Deletions take effect with their own batch; the operation only says so to clients that poll. */
export const removalKind = 'Microsoft.HybridCompute/removal';
