/** What ARM overlooks in a request: empty path segments, and query parameters without a value. */

import type { ArmRequest } from './message.ts';

/** az and the resource management libraries join an empty parent path: `…/providers/Microsoft.HybridCompute//privateLinkScopes/s`. */
export const tidyRequest = (request: ArmRequest): ArmRequest => {
  const { path, query } = request;
  const given = [...query].filter(([, value]) => value.trim() !== '');
  if (!path.includes('//') && given.length === query.size) return request;
  return { ...request, path: path.replace(/\/{2,}/g, '/'), query: new Map(given) };
};
