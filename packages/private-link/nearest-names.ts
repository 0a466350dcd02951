/** Names closest to a mistyped one, for error messages. */

import { distance } from 'fastest-levenshtein';

/** Longer input is compared by its beginning: names here are host names at most. */
const longest = 253;

/** At most `limit` candidates, closest first, equal ones in the candidates' order; compares without regard to case. */
export const nearestNames = (
  name: string,
  candidates: readonly string[],
  limit = 3,
  editsBetween: (left: string, right: string) => number = distance,
): readonly string[] => {
  const wanted = name.toLowerCase().slice(0, longest);
  return [...new Set(candidates)]
    .map((candidate) => ({
      candidate,
      edits: editsBetween(wanted, candidate.toLowerCase().slice(0, longest)),
    }))
    .sort((left, right) => left.edits - right.edits)
    .slice(0, limit)
    .map(({ candidate }) => candidate);
};
