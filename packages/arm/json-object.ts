/** Merging a patch into a JSON object. */

import { isObject } from '@tombolo/store/document';
import type { Json } from '@tombolo/store/port';

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
