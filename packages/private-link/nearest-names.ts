/** Names close to a mistyped one, for error messages. */

import { distance } from 'fastest-levenshtein';

/** Longer input is compared by its beginning: names here are host names at most. */
const longest = 253;
const mostShown = 3;
/** A part of a name that says which is meant: `nft` of nftables. */
const tellingPart = 3;

const holds = (whole: string, part: string): boolean => part.length >= tellingPart && whole.includes(part);

/**
 * At most three candidates, closest first, equal ones in the candidates' order; compares without regard to case. None that
 * shares less than half with what was written: for one letter every name would do.
 */
export const nearestNames = (
  name: string,
  candidates: readonly string[],
  editsBetween: (left: string, right: string) => number = distance,
): readonly string[] => {
  const wanted = name.toLowerCase().slice(0, longest);
  return [...new Set(candidates)]
    .flatMap((candidate) => {
      const known = candidate.toLowerCase().slice(0, longest);
      const edits = editsBetween(wanted, known);
      const isNear =
        2 * edits < Math.max(wanted.length, known.length) || holds(known, wanted) || holds(wanted, known);
      return isNear ? [{ candidate, edits }] : [];
    })
    .sort((left, right) => left.edits - right.edits)
    .slice(0, mostShown)
    .map(({ candidate }) => candidate);
};

/** `Did you mean japaneast, japanwest? `, to go on from; '' where nothing is near. */
export const didYouMean = (nearest: readonly string[]): string =>
  nearest.length === 0 ? '' : `Did you mean ${nearest.join(', ')}? `;
