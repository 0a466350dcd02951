/** Reading documents: JSON whose members are looked at one by one, so that a damaged one spoils nothing else. */
import type { Json, JsonObject } from './port.ts';

/** Members of a JSON object that nobody has looked at. */
export type Members = { readonly [key: string]: unknown };

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `T`, where all of it is JSON; what is not is `never`, and so does not compile. */
type JsonForm<T> = T extends Json
  ? T
  : T extends (...args: never) => unknown
    ? never
    : T extends object
      ? { readonly [K in keyof T]: JsonForm<T[K]> }
      : never;

/** An object of a declared type as JSON: the same object. */
export const jsonOf = <T extends object>(value: T & JsonForm<T>): JsonObject =>
  // An interface has no index signature, whatever its members are.
  value as unknown as JsonObject;

/** An empty one for whatever is none. */
export const objectOf = (value: unknown): JsonObject => (isObject(value) ? value : {});

/** The members that have a value: null is the same as left out, as ARM takes it. */
export const withValues = (value: Readonly<Record<string, Json | undefined>>): JsonObject =>
  Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) =>
      item === undefined || item === null ? [] : [[key, item]],
    ),
  );

/** Of a document as stored. */
export const propertiesOf = (document: { readonly body: JsonObject }): JsonObject =>
  objectOf(document.body.properties);

/** Of a resource as it is shown, or of a part of one: `{ properties }`. */
export const propertiesIn = (body: Members): JsonObject => objectOf(body.properties);

export const objectAt = (value: Members | undefined, key: string): JsonObject | undefined => {
  const found = value?.[key];
  return isObject(found) ? found : undefined;
};

/** Whatever is in the list. */
export const listAt = (value: Members | undefined, key: string): readonly unknown[] => {
  const found = value?.[key];
  return Array.isArray(found) ? found : [];
};

/** Entries that are no objects are passed over. */
export const objectsAt = (value: Members | undefined, key: string): readonly JsonObject[] =>
  listAt(value, key).filter(isObject);

/** The empty one too. */
export const stringAt = (value: Members | undefined, key: string): string | undefined => {
  const found = value?.[key];
  return typeof found === 'string' ? found : undefined;
};

/** A string that says something. */
export const textAt = (value: Members | undefined, key: string): string | undefined =>
  stringAt(value, key) || undefined;

/** Entries that are no strings are passed over. */
export const stringsAt = (value: Members | undefined, key: string): readonly string[] =>
  listAt(value, key).filter((entry) => typeof entry === 'string');

/** The id in `{ [key]: { id } }`. */
export const referenceAt = (value: Members | undefined, key: string): string | undefined =>
  stringAt(objectAt(value, key), 'id');

/** The last segment of a resource id. */
export const nameOf = (id: string): string => id.slice(id.lastIndexOf('/') + 1);

/** The id without its last type and name. */
export const parentIdOf = (id: string): string => id.split('/').slice(0, -2).join('/');

/** `/subscriptions/{s}/resourceGroups/{g}`: the group that a resource is in. */
export const groupIdIn = (id: string): string => id.split('/').slice(0, 5).join('/');

/** `/subscriptions/{s}`: the subscription that a group or a resource is in. */
export const subscriptionIdIn = (id: string): string => id.split('/').slice(0, 3).join('/');

/** `null`, `false`, an empty text or list, an object of such: clients send them for what they do not set. */
export const saysNothing = (value: Json | undefined): boolean => {
  if (value === null || value === undefined || value === '' || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) && Object.values(value).every(saysNothing);
};
