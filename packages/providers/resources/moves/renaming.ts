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

/** Finds what renames a text, however many there are: by the ids that it begins with. */
export interface Renamer {
  readonly renamings: readonly Renaming[];
  /** Of the id that the text is, or is below. */
  readonly of: (text: string) => Renaming | undefined;
}

const slashes = (text: string): number => text.split('/').length - 1;

export const renamerOf = (renamings: readonly Renaming[]): Renamer => {
  const byId = new Map(renamings.map((renaming) => [renaming.from.toLowerCase(), renaming]));
  const deepest = renamings.reduce((most, { from }) => Math.max(most, slashes(from)), 0);
  const longest = renamings.reduce((most, { from }) => Math.max(most, from.length), 0);
  return {
    renamings,
    of: (text) => {
      if (!text.startsWith('/')) return undefined;
      const head = text.slice(0, longest + 1).toLowerCase();
      let end = 0;
      for (let depth = 0; depth < deepest && end < head.length; depth += 1) {
        const next = head.indexOf('/', end + 1);
        end = next < 0 ? head.length : next;
        const found = byId.get(head.slice(0, end));
        if (found) return found;
      }
      return undefined;
    },
  };
};

/** An id that is one of these or below it, by its new name; any other text as it is. */
export const renamedId = (text: string, renamer: Renamer): string => {
  const found = renamer.of(text);
  if (!found) return text;
  const { from, to } = found;
  return `${inCase(to, text.slice(0, from.length))}${text.slice(from.length)}`;
};

/** Every id in it; the same value where there is none. */
const renamedIn = (value: Json, renamer: Renamer): Json => {
  if (typeof value === 'string') return renamedId(value, renamer);
  if (Array.isArray(value)) {
    const items = value.map((item: Json) => renamedIn(item, renamer));
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(
    ([name, item]) => [name, item === undefined ? item : renamedIn(item, renamer)] as const,
  );
  return entries.some(([name, item]) => item !== value[name]) ? Object.fromEntries(entries) : value;
};

/** A document's body: tags are the client's own words, who wrote it is no reference, and former ids are what they were. */
export const renamedBody = (body: JsonObject, renamer: Renamer): JsonObject => {
  const { tags, systemData, formerIds, ...rest } = body;
  const renamed = renamedIn(rest, renamer);
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
const renamedWords = (text: string, renamer: Renamer): string =>
  text
    .split(/(\s+|^use:)/)
    .map((word) => renamedId(word, renamer))
    .join('');

/** What each holder of the claim has to give up and take; nothing where it speaks of none. */
export const renamedClaim = (
  { key, value, holders }: HeldClaim,
  renamer: Renamer,
): readonly {
  readonly before: { key: string; holder: string };
  readonly after: { key: string; value: string; holder: string };
}[] => {
  const newKey = renamedWords(key, renamer);
  const newValue = renamedWords(value, renamer);
  const changed = newKey !== key || newValue !== value;
  return holders.flatMap((holder) => {
    const newHolder = renamedId(holder, renamer);
    if (!changed && newHolder === holder) return [];
    return [{ before: { key, holder }, after: { key: newKey, value: newValue, holder: newHolder } }];
  });
};

/** Whose ids a body speaks of. */
export const spokenOf = (body: JsonObject, renamer: Renamer): ReadonlySet<Renaming> => {
  const found = new Set<Renaming>();
  renamedBody(body, {
    ...renamer,
    of: (text) => {
      const one = renamer.of(text);
      if (one) found.add(one);
      return one;
    },
  });
  return found;
};
