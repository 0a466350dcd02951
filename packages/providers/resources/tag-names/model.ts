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

/** What is known of the tags of a subscription, once its documents have been gone through. */
export interface TagCensus {
  readonly take: (documents: readonly Document[]) => void;
  readonly carried: ReadonlyMap<string, Carried>;
  /** Ids of predefined names. */
  readonly names: readonly string[];
  /** Values that were predefined, by lower-case tag name. */
  readonly predefined: ReadonlyMap<string, readonly string[]>;
}

/** Tag names compare without regard to case, values with it. `only`: of the tag with this lower-case name. */
export const tagCensus = (only?: string): TagCensus => {
  const carried = new Map<string, { name: string; values: Map<string, number> }>();
  const predefined = new Map<string, string[]>();
  const names: string[] = [];
  const isAsked = (key: string): boolean => only === undefined || key === only;
  const take = ({ id, type, body }: Document): void => {
    if (type === tagNameType && isAsked(nameOf(id).toLowerCase())) names.push(id);
    const named = type === tagValueType ? id.split('/').at(-3)!.toLowerCase() : undefined;
    if (named !== undefined && isAsked(named)) {
      const values = predefined.get(named) ?? [];
      predefined.set(named, values);
      values.push(nameOf(id));
    }
    for (const [name, value] of Object.entries((body.tags ?? {}) as JsonObject)) {
      const key = name.toLowerCase();
      if (!isAsked(key)) continue;
      const one = carried.get(key) ?? { name, values: new Map<string, number>() };
      carried.set(key, one);
      one.values.set(String(value), (one.values.get(String(value)) ?? 0) + 1);
    }
  };
  return { take: (documents) => documents.forEach(take), carried, names, predefined };
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
