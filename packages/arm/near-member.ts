/** "Did you mean": the member that a request's unknown one was to be, in work that only our own names bound. */

import { distance } from 'fastest-levenshtein';

/** A slip of the pen: two characters more, less or other. */
const most = 2;

/**
 * Names whose lengths differ by more need no look, so that nothing is compared with a name longer than ours.
 * @param edits from one text to the other
 */
export const nearMember = (
  key: string,
  known: readonly string[],
  edits: (left: string, right: string) => number = distance,
): string | undefined => {
  const near = known.filter((name) => Math.abs(name.length - key.length) <= most);
  if (near.length === 0) return undefined;
  const wanted = key.toLowerCase();
  return near.find((name) => edits(name.toLowerCase(), wanted) <= most);
};
