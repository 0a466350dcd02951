/** What the rules read from a resource id: its subscription, its type, its name. */

/** Lower-case subscription GUID of an id; '' where it has none. */
export const subscriptionOf = (id: string): string =>
  (/^\/subscriptions\/([^/]+)/i.exec(id)?.[1] ?? '').toLowerCase();

/** Is this the id of a `Microsoft.HybridCompute/privateLinkScopes` resource? */
export const isPrivateLinkScopeId = (id: string): boolean =>
  /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.HybridCompute\/privateLinkScopes\/[^/]+$/i.test(
    id,
  ) && !/[\p{Cc}<>%&\\?#]/u.test(id);

/** The last segment: the resource's own name. */
export const nameOf = (id: string): string => id.slice(id.lastIndexOf('/') + 1);
