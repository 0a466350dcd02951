/** Parses a request's body with its type's schema: bad input becomes one clear ARM error. */

import type { Document, Json, JsonObject } from '@tombolo/store/port';
import type { z } from 'zod';
import { armError } from './errors.ts';
import { nearMember } from './near-member.ts';
import type { ResourceId } from './resource-id.ts';
import type { AnyResourceType, Command } from './resource-type.ts';

/** Fields that clients echo from an answer; ignored in a request. */
const echoed = new Set(['id', 'name', 'type', 'etag', 'systemdata']);

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

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
  const envelope: Record<string, Json | undefined> = {};
  for (const [key, value] of Object.entries(body)) {
    if (['location', 'tags', 'properties'].includes(key) || echoed.has(key.toLowerCase())) continue;
    if ((type.envelope ?? []).includes(key)) envelope[key] = value;
    else if (tolerant) ignored.push(key);
    else throw unknownMember(key, ['location', 'tags', 'properties', ...(type.envelope ?? [])], '');
  }
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
      properties: type.properties ? parseProperties(type.properties, known) : known,
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

const unknownMember = (key: string, known: readonly string[], prefix: string) => {
  const nearest = nearMember(key, known);
  const hint =
    nearest === undefined ? `Known members are: ${known.join(', ')}.` : `Did you mean '${nearest}'?`;
  const shown = key.slice(0, 128);
  return armError(
    'InvalidRequestContent',
    [`could not find member '${shown}'. ${hint}`],
    `${prefix}${shown}`,
  );
};

const parseProperties = (schema: z.ZodType<unknown>, properties: JsonObject): unknown => {
  const parsed = schema.safeParse(properties);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const path = ['properties', ...issue.path.map(String)].join('.');
  throw armError('InvalidRequestContent', [`${path}: ${issue.message}.`], path);
};

/** ARM: at most 50 tags, names of 512 and values of 256 characters. */
export const tagsOf = (tags: Json): Readonly<Record<string, string>> => {
  if (!isObject(tags))
    throw armError('InvalidRequestContent', ['tags has to be an object of strings.'], 'tags');
  const entries = Object.entries(tags);
  const bad = entries.find(
    ([name, value]) =>
      typeof value !== 'string' || value.length > 256 || name.length === 0 || name.length > 512,
  );
  if (bad)
    throw armError(
      'InvalidRequestContent',
      [
        `the tag '${bad[0].slice(0, 64)}' has to have a name of 1 to 512 and a string value of at most 256 characters.`,
      ],
      'tags',
    );
  if (entries.length > 50)
    throw armError('InvalidRequestContent', ['a resource has at most 50 tags.'], 'tags');
  return Object.fromEntries(entries) as Record<string, string>;
};

/** Far above any region's name; refusals show what was given. */
const longestLocation = 128;

const locationOf = (
  type: AnyResourceType,
  location: Json | undefined,
  existing: Document | undefined,
): string | undefined => {
  if (type.placement === 'proxy') return undefined;
  if (location === undefined || location === null || location === '') {
    if (type.placement === 'global') return 'global';
    const stored = existing?.body.location;
    if (typeof stored === 'string') return stored;
    throw armError('LocationRequired', [], 'location');
  }
  if (typeof location !== 'string')
    throw armError('InvalidRequestContent', ['location has to be a string.'], 'location');
  if (location.length > longestLocation)
    throw armError(
      'InvalidRequestContent',
      [`location has more than ${longestLocation} characters.`],
      'location',
    );
  return location.replaceAll(' ', '').toLowerCase();
};

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
