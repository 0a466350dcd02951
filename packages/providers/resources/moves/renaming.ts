/** What a move does to ids: a resource and all below it are called by another name, wherever they are spoken of. */

import { isObject } from '@tombolo/store/document';
import type { HeldClaim, Json, JsonObject } from '@tombolo/store/port';

/** Ids of one resource, before and after. */
export interface Renaming {
  readonly from: string;
  readonly to: string;
}

/** In the case in which it was written: claims have ids in lower case. */
const inCase = (to: string, written: string): string =>
  written === written.toLowerCase() ? to.toLowerCase() : to;

/** An id that is one of these or below it, by its new name; any other text as it is. */
export const renamedId = (text: string, renamings: readonly Renaming[]): string => {
  for (const { from, to } of renamings) {
    const head = text.slice(0, from.length);
    if (head.toLowerCase() !== from.toLowerCase()) continue;
    const rest = text.slice(from.length);
    if (rest === '' || rest.startsWith('/')) return `${inCase(to, head)}${rest}`;
  }
  return text;
};

/** Every id in it; the same value where there is none. */
const renamedIn = (value: Json, renamings: readonly Renaming[]): Json => {
  if (typeof value === 'string') return renamedId(value, renamings);
  if (Array.isArray(value)) {
    const items = value.map((item: Json) => renamedIn(item, renamings));
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(
    ([name, item]) => [name, item === undefined ? item : renamedIn(item, renamings)] as const,
  );
  return entries.some(([name, item]) => item !== value[name]) ? Object.fromEntries(entries) : value;
};

/** A document's body: tags are the client's own words, who wrote it is no reference, and former ids are what they were. */
export const renamedBody = (body: JsonObject, renamings: readonly Renaming[]): JsonObject => {
  const { tags, systemData, formerIds, ...rest } = body;
  const renamed = renamedIn(rest, renamings);
  return renamed === rest
    ? body
    : {
        ...(renamed as JsonObject),
        ...(tags === undefined ? {} : { tags }),
        ...(systemData === undefined ? {} : { systemData }),
        ...(formerIds === undefined ? {} : { formerIds }),
      };
};

/** Keys name ids between other words: `use:{id}`, `address of {id} 10.0.0.4`. */
const renamedWords = (text: string, renamings: readonly Renaming[]): string =>
  text
    .split(/(\s+|^use:)/)
    .map((word) => renamedId(word, renamings))
    .join('');

/** What each holder of the claim has to give up and take; nothing where it speaks of none. */
export const renamedClaim = (
  { key, value, holders }: HeldClaim,
  renamings: readonly Renaming[],
): readonly {
  readonly before: { key: string; holder: string };
  readonly after: { key: string; value: string; holder: string };
}[] => {
  const newKey = renamedWords(key, renamings);
  const newValue = renamedWords(value, renamings);
  const changed = newKey !== key || newValue !== value;
  return holders.flatMap((holder) => {
    const newHolder = renamedId(holder, renamings);
    if (!changed && newHolder === holder) return [];
    return [{ before: { key, holder }, after: { key: newKey, value: newValue, holder: newHolder } }];
  });
};
