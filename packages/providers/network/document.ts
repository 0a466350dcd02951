/** Documents as this provider shows and writes them, and the parts that many schemas of this provider share. */

import { etagOf } from '@tombolo/arm';
import { nameOf, propertiesOf } from '@tombolo/store/document';
import type { Document, Json, JsonObject } from '@tombolo/store/port';
import { z } from 'zod';

/** A child as its parent shows it: `{name, id, type, etag, properties}`. */
export const inlineChild = (
  document: Document,
  properties: JsonObject = propertiesOf(document),
): JsonObject => ({
  name: nameOf(document.id),
  id: document.id,
  type: document.type,
  etag: etagOf(document),
  properties,
});

/** The same document again: its version moves, so that writers who read it before decide anew. */
export const touched = (document: Document): { id: string; type: string; body: JsonObject } => ({
  id: document.id,
  type: document.type,
  body: document.body,
});

/** A property that may be left out; null is the same as left out, as ARM takes it. */
export const optional = <T>(schema: z.ZodType<T>) =>
  schema
    .nullish()
    .transform((value): T | undefined => value ?? undefined)
    .optional();

/** Levels of nesting that a kept property may have: what walks it later does so recursively. */
const deepest = 16;

const isShallow = (value: unknown): boolean => {
  let level: unknown[] = [value];
  for (let depth = 0; depth <= deepest; depth += 1) {
    level = level.flatMap((entry) =>
      typeof entry === 'object' && entry !== null ? Object.values(entry) : [],
    );
    if (level.length === 0) return true;
  }
  return false;
};

/** Whatever JSON: kept and shown, without effect here. */
export const kept = optional(z.custom<Json>(isShallow, `nested deeper than ${deepest} levels`));

export const prefixes = z.array(z.string().max(64)).max(500);
