/** The tag names of a subscription: those that were predefined, and those that its resources carry, with their counts. */

import { nameOf } from '@tombolo/store/document';
import type { Document, JsonObject } from '@tombolo/store/port';

export const tagNameType = 'Microsoft.Resources/subscriptions/tagNames';
export const tagValueType = `${tagNameType}/tagValues`;

/** How often each value is carried, by lower-case tag name. */
export interface Carried {
  readonly name: string;
  readonly values: ReadonlyMap<string, number>;
}

/** Tag names compare without regard to case, values with it. */
export const carriedTags = (documents: readonly Document[]): ReadonlyMap<string, Carried> => {
  const found = new Map<string, { name: string; values: Map<string, number> }>();
  for (const { body } of documents) {
    for (const [name, value] of Object.entries((body.tags ?? {}) as JsonObject)) {
      const key = name.toLowerCase();
      const one = found.get(key) ?? { name, values: new Map<string, number>() };
      found.set(key, one);
      one.values.set(String(value), (one.values.get(String(value)) ?? 0) + 1);
    }
  }
  return found;
};

const total = (value: number): JsonObject => ({ type: 'Total', value });

/** @param id `/subscriptions/{s}/tagNames/{name}` */
export const shownTagName = (
  id: string,
  carried: Carried | undefined,
  predefined: readonly string[],
): JsonObject => {
  const counts = new Map([...predefined.map((value) => [value, 0] as const), ...(carried?.values ?? [])]);
  return {
    id,
    tagName: nameOf(id),
    count: total([...counts.values()].reduce((sum, count) => sum + count, 0)),
    values: [...counts].map(([value, count]) => shownTagValue(`${id}/tagValues/${value}`, count)),
  };
};

/** @param id `…/tagNames/{name}/tagValues/{value}` */
export const shownTagValue = (id: string, count: number): JsonObject => ({
  id,
  tagValue: id.slice(id.lastIndexOf('/tagValues/') + '/tagValues/'.length),
  count: total(count),
});

/** Values that were predefined, by lower-case tag name. */
export const predefinedValues = (documents: readonly Document[]): ReadonlyMap<string, readonly string[]> => {
  const values = new Map<string, string[]>();
  for (const { id, type } of documents) {
    if (type !== tagValueType) continue;
    const name = id.split('/').at(-3)!.toLowerCase();
    values.set(name, [...(values.get(name) ?? []), nameOf(id)]);
  }
  return values;
};
