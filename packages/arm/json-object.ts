/** JSON objects: telling them from other JSON, and merging a patch into one. */

import type { Json, JsonObject } from '@tombolo/store/port';

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** RFC 7396 JSON merge patch. */
export const mergePatch = (target: Json | undefined, patch: Json | undefined): Json | undefined => {
  if (!isObject(patch)) return patch;
  const merged = new Map(isObject(target) ? Object.entries(target) : []);
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key);
    else merged.set(key, mergePatch(merged.get(key), value));
  }
  return Object.fromEntries(merged);
};
