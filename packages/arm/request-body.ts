/** Parses a request's body with its type's schema: bad input becomes one clear ARM error. */

import { isObject } from '@tombolo/store/document';
import type { Document, Json, JsonObject } from '@tombolo/store/port';
import type { z } from 'zod';
import type { Command } from './decision.ts';
import { envelopeOf, locationOf, tagsOf } from './envelope.ts';
import { armError } from './errors.ts';
import { canonicalMembers, nestedMembers } from './nested-members.ts';
import type { ResourceId } from './resource-id.ts';
import type { AnyResourceType } from './resource-type.ts';
import { checkedPart, unknownMember } from './schema-check.ts';

export interface ParsedBody {
  readonly command: Omit<Command<unknown>, 'storedId'>;
  /** Properties of a newer api-version that were left out. */
  readonly ignored: readonly string[];
}

export interface BodyReading {
  /** Unknown members at the top are left out and named, instead of being refused. */
  readonly tolerant: boolean;
  /** Further names that clients send back from answers, passed over without a word. */
  readonly echoed?: readonly string[];
}

/**
 * Throws InvalidRequestContent, or the type's own refusal, with the path of the fault as target. Unknown properties are refused where we know
 * the api-version, and left out (and named) where the client asked for a newer one; those within a property are left out
 * and named always.
 */
export const parseBody = (
  type: AnyResourceType,
  id: ResourceId,
  body: Json | undefined,
  reading: BodyReading,
  existing: Document | undefined,
): ParsedBody => {
  const { tolerant } = reading;
  if (!isObject(body)) throw armError('InvalidRequestContent', ['the body has to be a JSON object.']);
  const ignored: string[] = [];
  const envelope = envelopeOf(type, body, tolerant, ignored);
  const properties = body.properties ?? {};
  if (!isObject(properties))
    throw armError('InvalidRequestContent', ['properties has to be a JSON object.'], 'properties');
  const known = writable(type, properties, reading, ignored);
  const location = locationOf(type, body.location, existing);
  return {
    command: {
      id,
      ...(location === undefined ? {} : { location }),
      ...(body.tags === undefined || body.tags === null ? {} : { tags: tagsOf(body.tags) }),
      envelope,
      properties: type.properties
        ? checkedPart<unknown>(type.properties, known, 'properties', type.malformed)
        : known,
      ...(existing === undefined ? {} : { existing }),
    },
    ignored,
  };
};

const writable = (
  type: AnyResourceType,
  properties: JsonObject,
  { tolerant, echoed = [] }: BodyReading,
  ignored: string[],
): JsonObject => {
  const nested = nestedMembers([...(type.readOnly ?? []), ...echoed], ignored);
  const within = (name: string, value: Json | undefined): Json | undefined =>
    shape ? canonicalMembers(shape[name] as z.core.$ZodType, value, `properties.${name}`, nested) : value;
  const readOnly = new Set([...(type.readOnly ?? []), 'provisioningState'].map((name) => name.toLowerCase()));
  const shape = type.properties?.shape;
  // A map: `kept['__proto__'] = …` would not be a property of it.
  const kept = new Map<string, Json | undefined>();
  for (const [key, value] of Object.entries(properties)) {
    if (shape && !Object.hasOwn(shape, key)) {
      const sameWithoutCase = Object.keys(shape).find((name) => name.toLowerCase() === key.toLowerCase());
      if (sameWithoutCase !== undefined) kept.set(sameWithoutCase, within(sameWithoutCase, value));
      else if (readOnly.has(key.toLowerCase())) continue;
      else if (tolerant) ignored.push(`properties.${key}`);
      else throw unknownMember(key, Object.keys(shape), 'properties.', type.unknown);
    } else kept.set(key, within(key, value));
  }
  return Object.fromEntries(kept);
};
