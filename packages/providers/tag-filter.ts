/** `$filter` over resources and groups: by their names, types and tags. */

import { compares, type Filter, type Test, testOf } from '@tombolo/arm/odata-filter';
import type { JsonObject } from '@tombolo/store/port';

/** @template F lower-case names: `name`, `resourcetype`, `resourcegroup`, `location`… */
export interface Filtered<F extends string> {
  readonly fields: Readonly<Record<F, string>>;
  readonly tags: JsonObject;
}

/** One tag of what is filtered, or none. */
interface Tagged<F extends string> {
  readonly fields: Readonly<Record<F, string>>;
  readonly tagName: string;
  readonly tagValue: string;
}

/**
 * `tagName` and `tagValue` in one filter speak of one tag: the filter holds if it does for some tag.
 * Throws InvalidQueryParameter for a name that is none of `names`.
 */
export const tagFilter = <F extends string>(filter: Filter, names: readonly F[]): Test<Filtered<F>> => {
  const test = testOf<Tagged<F>>(filter, (leaf) => {
    if (leaf.kind === 'compare') {
      const read = readerOf(leaf.name, names);
      return read && ((subject) => compares(read(subject), leaf));
    }
    const [first, second, ...more] = leaf.operands;
    // substringof('part', name), startswith(name, 'start')
    const call = leaf.name.toLowerCase();
    if ((call !== 'substringof' && call !== 'startswith') || more.length > 0) return undefined;
    const [named, literal] = call === 'substringof' ? [second, first] : [first, second];
    if (named?.kind !== 'name' || literal?.kind !== 'literal') return undefined;
    const read = readerOf(named.name, names);
    if (read === undefined) return undefined;
    const part = literal.value.toLowerCase();
    return call === 'substringof'
      ? (subject) => read(subject).toLowerCase().includes(part)
      : (subject) => read(subject).toLowerCase().startsWith(part);
  });
  return ({ fields, tags }) => {
    const all = Object.entries(tags);
    const candidates = all.length === 0 ? [['', ''] as const] : all;
    return candidates.some(([tagName, tagValue]) => test({ fields, tagName, tagValue: String(tagValue) }));
  };
};

const readerOf = <F extends string>(
  asked: string,
  names: readonly F[],
): ((subject: Tagged<F>) => string) | undefined => {
  const key = asked.toLowerCase();
  if (key === 'tagname') return ({ tagName }) => tagName;
  if (key === 'tagvalue') return ({ tagValue }) => tagValue;
  const name = names.find((each) => each === key);
  return name && (({ fields }) => fields[name]);
};
