/** Names closest to a mistyped one, for error messages. */

/** Longer input is compared by its beginning: names here are host names at most. */
const longest = 253;

/** Edits (insert, delete, replace) from one text to the other. */
const distance = (left: string, right: string): number => {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= right.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
};

/** At most `limit` candidates, closest first, equal ones in the candidates' order; compares without regard to case. */
export const nearestNames = (name: string, candidates: readonly string[], limit = 3): readonly string[] => {
  const wanted = name.toLowerCase().slice(0, longest);
  return [...new Set(candidates)]
    .map((candidate) => ({ candidate, edits: distance(wanted, candidate.toLowerCase().slice(0, longest)) }))
    .sort((left, right) => left.edits - right.edits)
    .slice(0, limit)
    .map(({ candidate }) => candidate);
};
