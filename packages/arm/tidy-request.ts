/** What ARM overlooks in a request: empty path segments, headers and query values without a value. */

import type { ArmRequest } from './message.ts';

/**
 * azurerm sends `If-Match:` and `If-None-Match:` empty where it has no condition; az and the resource management libraries
 * join an empty parent path, `…/providers/Microsoft.HybridCompute//privateLinkScopes/s`. Both mean what stands there without.
 */
export const tidyRequest = (request: ArmRequest): ArmRequest => ({
  ...request,
  path: request.path.replace(/\/{2,}/g, '/'),
  headers: withValues(request.headers),
  query: withValues(request.query),
});

const withValues = (fields: ReadonlyMap<string, string>): ReadonlyMap<string, string> =>
  new Map([...fields].filter(([, value]) => value.trim() !== ''));
