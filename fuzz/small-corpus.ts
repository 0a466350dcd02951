/** What of a corpus is worth a place in the repository: short inputs, few of them, spread over what was reached. */

/** Inputs and octets of one target. */
const most = { inputs: 24, octets: 6_144 };

/**
 * Each input of a run was kept because it reached something, so they are taken evenly from the whole, the shortest of each
 * stretch, as long as there is room.
 */
export const smallCorpus = (inputs: readonly Uint8Array[]): readonly Uint8Array[] => {
  const stretch = Math.max(1, Math.ceil(inputs.length / most.inputs));
  const chosen: Uint8Array[] = [];
  let octets = 0;
  for (let from = 0; from < inputs.length; from += stretch) {
    const shortest = inputs
      .slice(from, from + stretch)
      .reduce((best, each) => (each.length < best.length ? each : best));
    if (octets + shortest.length > most.octets) continue;
    octets += shortest.length;
    chosen.push(shortest);
  }
  return chosen;
};
