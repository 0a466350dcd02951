/** What the id of a private link scope looks like. */

/** Is this the id of a `Microsoft.HybridCompute/privateLinkScopes` resource? */
export const isPrivateLinkScopeId = (id: string): boolean =>
  /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.HybridCompute\/privateLinkScopes\/[^/]+$/i.test(
    id,
  ) && !/[\p{Cc}<>%&\\?#]/u.test(id);
