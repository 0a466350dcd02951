/** Parses a request's body with its type's schema: bad input becomes one clear ARM error. */

import { isObject } from '@tombolo/store/document';
import type { Document, Json, JsonObject } from '@tombolo/store/port';
import type { Command } from './decision.ts';
import { envelopeOf, locationOf, tagsOf } from './envelope.ts';
import { armError } from './errors.ts';
import type { ResourceId } from './resource-id.ts';
import type { AnyResourceType } from './resource-type.ts';
import { checkedPart, unknownMember } from './schema-check.ts';

export interface ParsedBody {
  readonly command: Omit<Command<unknown>, 'storedId'>;
  /** Properties of a newer api-version that were left out. */
  readonly ignored: readonly string[];
}

/**
 * Throws InvalidRequestContent with the path of the fault as target. Unknown properties are refused where we know
 * the api-version, and left out (and named) where the client asked for a newer one.
 */
export const parseBody = (
  type: AnyResourceType,
  id: ResourceId,
  body: Json | undefined,
  tolerant: boolean,
  existing: Document | undefined,
): ParsedBody => {
  if (!isObject(body)) throw armError('InvalidRequestContent', ['the body has to be a JSON object.']);
  const ignored: string[] = [];
  const envelope = envelopeOf(type, body, tolerant, ignored);
  const properties = body.properties ?? {};
  if (!isObject(properties))
    throw armError('InvalidRequestContent', ['properties has to be a JSON object.'], 'properties');
  const known = writable(type, properties, tolerant, ignored);
  const location = locationOf(type, body.location, existing);
  return {
    command: {
      id,
      ...(location === undefined ? {} : { location }),
      ...(body.tags === undefined || body.tags === null ? {} : { tags: tagsOf(body.tags) }),
      envelope,
      properties: type.properties ? checkedPart<unknown>(type.properties, known, 'properties') : known,
      ...(existing === undefined ? {} : { existing }),
    },
    ignored,
  };
};

const writable = (
  type: AnyResourceType,
  properties: JsonObject,
  tolerant: boolean,
  ignored: string[],
): JsonObject => {
  const readOnly = new Set([...(type.readOnly ?? []), 'provisioningState'].map((name) => name.toLowerCase()));
  const shape = type.properties?.shape;
  // A map: `kept['__proto__'] = …` would not be a property of it.
  const kept = new Map<string, Json | undefined>();
  for (const [key, value] of Object.entries(properties)) {
    if (shape && !Object.hasOwn(shape, key)) {
      const sameWithoutCase = Object.keys(shape).find((name) => name.toLowerCase() === key.toLowerCase());
      if (sameWithoutCase !== undefined) kept.set(sameWithoutCase, value);
      else if (readOnly.has(key.toLowerCase())) continue;
      else if (tolerant) ignored.push(`properties.${key}`);
      else throw unknownMember(key, Object.keys(shape), 'properties.');
    } else kept.set(key, value);
  }
  return Object.fromEntries(kept);
};
