/** What the tags API makes of a resource's tags. */

import { type ArmError, armError } from '@tombolo/arm';

export type Tags = Readonly<Record<string, string>>;
export const tagOperations = ['Merge', 'Replace', 'Delete'] as const;
export type TagOperation = (typeof tagOperations)[number];

/** Tag names compare without regard to case; a merged tag keeps the name that it has. */
const sameName = (left: string, right: string): boolean => left.toLowerCase() === right.toLowerCase();

const merged = (current: Tags, given: Tags): Tags => {
  const tags = { ...current };
  for (const [name, value] of Object.entries(given)) {
    const existing = Object.keys(tags).find((known) => sameName(known, name));
    tags[existing ?? name] = value;
  }
  return tags;
};

/** `Delete` removes a tag where name and value agree (an empty value: whatever the value is). */
const without = (current: Tags, given: Tags): Tags =>
  Object.fromEntries(
    Object.entries(current).filter(
      ([name, value]) =>
        !Object.entries(given).some(
          ([g, wanted]) => sameName(g, name) && (wanted === '' || wanted === value),
        ),
    ),
  );

export const changeTags = (current: Tags, operation: TagOperation, given: Tags): Tags | ArmError => {
  const tags =
    operation === 'Merge'
      ? merged(current, given)
      : operation === 'Replace'
        ? given
        : without(current, given);
  if (Object.keys(tags).length > 50)
    return armError('InvalidRequestContent', ['a resource has at most 50 tags.'], 'properties.tags');
  return tags;
};
