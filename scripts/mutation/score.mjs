/** The score, how surely it is known, and the order in which a sample is drawn. */

import { sha } from './instrument.mjs';

/** Two-sided 95 %. */
const z = 1.96;

/** Half the width of the 95 % interval (Wilson), in points, of a sample without replacement from `of` mutants. */
export const margin = (killed, total, of = Number.POSITIVE_INFINITY) => {
  if (total === 0) return 100;
  if (total >= of) return 0;
  const share = killed / total;
  const left = of === Number.POSITIVE_INFINITY ? 1 : (of - total) / (of - 1);
  const spread = (share * (1 - share) * left) / total + (z * z * left) / (4 * total * total);
  return (100 * z * Math.sqrt(spread)) / (1 + (z * z) / total);
};

/** The same order for the same seed, whichever mutants there are beside: drawing more keeps what was drawn. */
export const drawn = (mutants, seed) =>
  mutants
    .map((mutant) => ({ mutant, at: sha(seed, mutant.key) }))
    .sort((a, b) => (a.at < b.at ? -1 : 1))
    .map(({ mutant }) => mutant);

/** Enough is known of a sample: to ±`points`, and not by a handful that happened to agree. */
export const isEnough = (killed, total, of, points = 3) =>
  total >= Math.min(of, 100) && margin(killed, total, of) <= points;

/** How many that will be, if the rest dies as those did that are known. */
export const needed = (killed, total, of) => {
  let taken = total;
  while (taken < of && !isEnough((killed * taken) / total, taken, of)) taken += 1;
  return taken;
};

export const percent = (killed, total) => (total === 0 ? 100 : (100 * killed) / total);
