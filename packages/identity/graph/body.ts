/** Bodies of Graph requests: their schema, and what of them is not implemented, refused by name. */

import { invisibleIn } from '@tombolo/arm/visible-text';
import { isObject, saysNothing } from '@tombolo/store/document';
import type { Json, JsonObject } from '@tombolo/store/port';
import { z } from 'zod';
import { graphError } from './refusals.ts';

/** Names stand in lists and logs: one that has what nobody sees there could pass for another. Empty ones are the schema's matter. */
export const shownName = z
  .string()
  .max(256)
  .superRefine((text, context) => {
    const found = invisibleIn(text);
    if (found) context.addIssue({ code: 'custom', message: `it has ${found.name} ${found.where}` });
  });

/**
 * The body, by its schema. Properties that Graph has and this does not are taken where they say nothing.
 * Throws Request_BadRequest and NotImplemented with the property's name.
 */
export const readBody = <T>(
  body: Json | undefined,
  schema: z.ZodType<T>,
  notHere: readonly string[] = [],
): T => {
  if (!isObject(body)) throw graphError('Request_BadRequest', ['The body has to be a JSON object.']);
  const missing = new Set(notHere);
  const kept: Record<string, Json | undefined> = {};
  for (const [name, value] of Object.entries(body)) {
    if (name.startsWith('@odata.')) continue;
    if (!missing.has(name)) kept[name] = value;
    else if (!saysNothing(value)) throw graphError('NotImplemented', [`The property '${name}'`]);
  }
  const result = schema.safeParse(kept satisfies JsonObject);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const at = issue?.code === 'unrecognized_keys' ? issue.keys.join(', ') : issue?.path.join('.');
  throw graphError('Request_BadRequest', [
    `Invalid value specified for property '${String(at).slice(0, 128)}': ${String(issue?.message).slice(0, 256)}.`,
  ]);
};
