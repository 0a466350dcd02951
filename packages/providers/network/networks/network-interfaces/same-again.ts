/** Whether a body says of an interface what it is already: clients read one, change its tags, and send all of it back. */

import { isObject, saysNothing } from '@tombolo/store/document';
import type { Json } from '@tombolo/store/port';

/** Change with every write, or say how it went. */
const passedOver = new Set(['etag', 'provisioningstate']);

/**
 * The path of what differs; undefined: nothing that is said does. What is left out stays as it is. Depth is that of what is
 * stored: what goes deeper differs.
 */
export const difference = (
  given: Json | undefined,
  stored: Json | undefined,
  path: string,
): string | undefined => {
  if (saysNothing(given)) return undefined;
  if (Array.isArray(given)) {
    if (!Array.isArray(stored) || given.length !== stored.length) return path;
    return first(given.map((item, index) => () => difference(item, stored[index], `${path}[${index}]`)));
  }
  if (isObject(given)) {
    if (!isObject(stored)) return path;
    const names = new Map(Object.keys(stored).map((name) => [name.toLowerCase(), name]));
    return first(
      Object.entries(given)
        .filter(([name]) => !passedOver.has(name.toLowerCase()))
        .map(
          ([name, value]) =>
            () =>
              difference(value, stored[names.get(name.toLowerCase()) ?? name], `${path}.${name}`),
        ),
    );
  }
  // Ids and enumerated values compare without case; nothing of an interface differs by it.
  const text = (value: Json | undefined): string => String(value).toLowerCase();
  return text(given) === text(stored) && typeof given === typeof stored ? undefined : path;
};

const first = (looks: readonly (() => string | undefined)[]): string | undefined => {
  for (const look of looks) {
    const found = look();
    if (found !== undefined) return found;
  }
  return undefined;
};
