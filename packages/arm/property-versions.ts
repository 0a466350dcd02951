/** Properties that came with a later api-version than their type: an earlier one neither says, changes nor shows them. */

import { isObject, propertiesOf } from '@tombolo/store/document';
import type { Document, Json, JsonObject } from '@tombolo/store/port';
import type { AnyResourceType } from './resource-type.ts';
import { invalidContent } from './schema-check.ts';

type Versioned = Pick<AnyResourceType, 'since' | 'unknown'>;

/** What the api-version does not know yet, in its canonical spelling, with the version that brought it. */
const laterThan = (type: Versioned, apiVersion: string): readonly (readonly [string, string])[] =>
  Object.entries(type.since ?? {}).filter(([, since]) => apiVersion < since);

/** The body without what its api-version does not know: refused, or left out and named where that is tolerated. */
export const bodyAsOf = (
  type: Versioned,
  apiVersion: string,
  body: Json | undefined,
  tolerant: boolean,
  ignored: string[],
): Json | undefined => {
  if (!isObject(body) || !isObject(body.properties)) return body;
  const later = new Map(
    laterThan(type, apiVersion).map(([name, since]) => [name.toLowerCase(), since] as const),
  );
  const given = Object.entries(body.properties);
  const unknown = given.filter(([name]) => later.has(name.toLowerCase()));
  if (unknown.length === 0) return body;
  const [name] = unknown[0]!;
  if (!tolerant)
    throw (type.unknown ?? invalidContent)(
      `could not find member '${name}'. It is there from api-version ${later.get(name.toLowerCase())} on.`,
      `properties.${name}`,
    );
  ignored.push(...unknown.map(([key]) => `properties.${key}`));
  return { ...body, properties: Object.fromEntries(given.filter((entry) => !unknown.includes(entry))) };
};

/** The body of a PUT by an earlier api-version with what it cannot say, as that is stored. */
export const withKeptFromLater = (
  type: Versioned,
  apiVersion: string,
  body: Json | undefined,
  existing: Document | undefined,
): Json | undefined => {
  if (!existing || !isObject(body) || !isObject(body.properties ?? {})) return body;
  const stored = propertiesOf(existing);
  const kept = laterThan(type, apiVersion).filter(([name]) => stored[name] !== undefined);
  if (kept.length === 0) return body;
  const values = Object.fromEntries(kept.map(([name]) => [name, stored[name]]));
  return { ...body, properties: { ...propertiesOf({ body }), ...values } };
};

/** Of a page of bodies, each as the api-version knows it; one that has nothing of a later one is itself. */
export const shownAsOf = (type: Versioned, apiVersion: string): ((body: JsonObject) => JsonObject) => {
  const later = laterThan(type, apiVersion).map(([name]) => name);
  return (body) => {
    const { properties } = body;
    if (!isObject(properties) || !later.some((name) => Object.hasOwn(properties, name))) return body;
    const known = Object.entries(properties).filter(([name]) => !later.includes(name));
    return { ...body, properties: Object.fromEntries(known) };
  };
};
