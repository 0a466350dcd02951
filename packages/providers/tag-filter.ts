/** `$filter` over resources and groups: by their names, types and tags. */

import { compares, type Filter, holds } from '@tombolo/arm/odata-filter';
import type { JsonObject } from '@tombolo/store/port';

export interface Filtered {
  /** By lower-case name: `name`, `resourcetype`, `resourcegroup`, `location`… */
  readonly fields: Readonly<Record<string, string>>;
  readonly tags: JsonObject;
}

/** `tagName` and `tagValue` in one filter speak of one tag: the filter holds if it does for some tag. */
export const matchesFilter = (filter: Filter, subject: Filtered): boolean => {
  const tags = Object.entries(subject.tags);
  const candidates = tags.length === 0 ? [['', ''] as const] : tags;
  return candidates.some(([tagName, tagValue]) => {
    const fieldOf = (name: string): string | undefined => {
      const key = name.toLowerCase();
      if (key === 'tagname') return tagName;
      if (key === 'tagvalue') return String(tagValue);
      return subject.fields[key];
    };
    return holds(filter, (leaf) => {
      if (leaf.kind === 'compare') {
        const value = fieldOf(leaf.name);
        return value === undefined ? undefined : compares(value, leaf);
      }
      const [first, second] = leaf.operands;
      // substringof('part', name), startswith(name, 'start')
      const call = leaf.name.toLowerCase();
      const named = call === 'substringof' ? second : first;
      const literal = call === 'substringof' ? first : second;
      if (named?.kind !== 'name' || literal?.kind !== 'literal') return undefined;
      const value = fieldOf(named.name)?.toLowerCase();
      if (value === undefined) return undefined;
      if (call === 'substringof') return value.includes(literal.value.toLowerCase());
      return call === 'startswith' ? value.startsWith(literal.value.toLowerCase()) : undefined;
    });
  });
};
