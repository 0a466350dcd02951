/** The envelope of a resource as a body gives it: which members its type takes, and what they hold. */

import { isObject } from '@tombolo/store/document';
import type { Document, Json, JsonObject } from '@tombolo/store/port';
import type { z } from 'zod';
import { type EnvelopeMember, envelopeSchemas } from './envelope-schema.ts';
import { armError } from './errors.ts';
import type { AnyResourceType } from './resource-type.ts';
import { checkedPart, unknownMember } from './schema-check.ts';

const isMember = (key: string): key is EnvelopeMember => Object.hasOwn(envelopeSchemas, key);

/** Beside every envelope: what the kernel takes apart itself. */
const everywhere = ['location', 'tags', 'properties'];

/** Fields that clients echo from an answer; ignored in a request. */
const echoed = new Set(['id', 'name', 'type', 'etag', 'systemdata']);

/** null, and an empty list, ask for nothing: clients that know all members of ARM send them to every type. */
const asksNothing = (value: Json | undefined): boolean =>
  value === undefined || value === null || (Array.isArray(value) && value.length === 0);

/** The names of a body's members that the type takes, or overlooks; the rest is refused, or left out and named. */
export const knownMembers = (
  type: AnyResourceType,
  body: JsonObject,
  tolerant: boolean,
  ignored: string[],
): readonly string[] =>
  Object.entries(body).flatMap(([key, value]) => {
    if (everywhere.includes(key) || type.envelope?.includes(key as EnvelopeMember)) return [key];
    if (echoed.has(key.toLowerCase()) || type.echoed?.includes(key)) return [];
    if (isMember(key) && asksNothing(value)) return [];
    if (!tolerant) throw unknownMember(key, [...everywhere, ...(type.envelope ?? [])], '');
    ignored.push(key);
    return [];
  });

/** The members of the envelope that a body gives. Throws InvalidRequestContent with the member as target. */
export const envelopeOf = (
  type: AnyResourceType,
  body: JsonObject,
  tolerant: boolean,
  ignored: string[],
): JsonObject =>
  Object.fromEntries(
    knownMembers(type, body, tolerant, ignored).flatMap((key) =>
      isMember(key) && body[key] !== null && body[key] !== undefined
        ? [[key, checkedPart(envelopeSchemas[key] as z.ZodType<Json>, body[key], key)]]
        : [],
    ),
  );

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

/** The location of a body in the form that is stored: no blanks, lower case; undefined for types that have none. */
export const locationOf = (
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
