/** Members within a property: read without letter case, as those at the top are, and named where the schema has none such. */

import { isObject } from '@tombolo/store/document';
import type { Json } from '@tombolo/store/port';
import type { z } from 'zod';

/** What answers carry at any depth, and clients send back. */
const echoed = ['id', 'name', 'type', 'etag', 'systemdata', 'provisioningstate', 'resourceguid'];

export interface NestedMembers {
  /** In lower case: what is passed over without a word. */
  readonly overlooked: ReadonlySet<string>;
  /** Filled with the places of what no schema knows. */
  readonly unknown: string[];
}

export const nestedMembers = (readOnly: readonly string[], unknown: string[]): NestedMembers => ({
  overlooked: new Set([...echoed, ...readOnly.map((name) => name.toLowerCase())]),
  unknown,
});

/** The value with the names that its schema has. What no schema knows is left out, and noted with its place. */
export const canonicalMembers = (
  schema: z.core.$ZodType,
  value: Json | undefined,
  at: string,
  members: NestedMembers,
): Json | undefined => {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'object':
      return isObject(value) ? withNamesOf(def.shape, value, at, members) : value;
    case 'array':
      return Array.isArray(value)
        ? value.map((item, index) => canonicalMembers(def.element, item, `${at}[${index}]`, members) ?? null)
        : value;
    case 'record':
      return isObject(value)
        ? Object.fromEntries(
            Object.entries(value).map(([key, item]) => [
              key,
              canonicalMembers(def.valueType, item, `${at}.${key}`, members),
            ]),
          )
        : value;
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
    case 'nonoptional':
    case 'readonly':
      return canonicalMembers(def.innerType, value, at, members);
    case 'pipe': {
      // What a transformation makes of it is no business of names; what it hands on to a schema is.
      const begins = (def.in as z.core.$ZodTypes)._zod.def.type === 'transform' ? def.out : def.in;
      return canonicalMembers(begins, value, at, members);
    }
    default:
      return value;
  }
};

const withNamesOf = (
  shape: Readonly<Record<string, z.core.$ZodType>>,
  value: { readonly [key: string]: Json | undefined },
  at: string,
  members: NestedMembers,
): Json => {
  const names = new Map(Object.keys(shape).map((name) => [name.toLowerCase(), name] as const));
  // A map: `kept['__proto__'] = …` would not be a property of it.
  const kept = new Map<string, Json | undefined>();
  for (const [key, inner] of Object.entries(value)) {
    const name = Object.hasOwn(shape, key) ? key : names.get(key.toLowerCase());
    if (name === undefined) {
      if (!members.overlooked.has(key.toLowerCase())) members.unknown.push(`${at}.${key}`);
    } else if (name === key || !Object.hasOwn(value, name))
      kept.set(name, canonicalMembers(shape[name]!, inner, `${at}.${name}`, members));
  }
  return Object.fromEntries(kept);
};
