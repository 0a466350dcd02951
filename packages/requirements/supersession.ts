/** How a later seed stands over an earlier one: what agrees is confirmed, what differs stays as superseded. */

import type { Requirement } from './requirement.ts';
import { target } from './requirement.ts';

/** An earlier name and the later one that replaces it, where the name itself changed. */
export interface Renaming {
  readonly from: string;
  readonly to: string;
}

/** Seed 003's names for servers and Extended Security Updates, and seed 004's in their place. */
export const renamings: readonly Renaming[] = [
  { from: 'microsoft.com/pkiops/certs', to: 'www.microsoft.com/pkiops/certs' },
  { from: 'telemetry.<region>.arcdataservices.com', to: '*.<region>.arcdataservices.com' },
];

/**
 * Earlier entries after the later table stands: `confirmed` adds their rows to the later entry of the same name, the rest is
 * superseded. An earlier entry for which the later table has no entry at all has to be named in `renamings`.
 * @throws Error where an earlier entry has no successor: a row must never vanish unseen
 */
export const supersede = (
  later: readonly Requirement[],
  earlier: readonly Requirement[],
): { readonly later: readonly Requirement[]; readonly superseded: readonly Requirement[] } => {
  const successorOf = (entry: Requirement): Requirement => {
    const name = renamings.find((renaming) => renaming.from === target(entry))?.to ?? target(entry);
    const found = later.find((candidate) => target(candidate) === name);
    if (found === undefined) throw new Error(`${entry.id} has no successor named ${name}`);
    return found;
  };
  const confirms = (entry: Requirement): boolean => target(successorOf(entry)) === target(entry);
  return {
    later: later.map((entry) => {
      const alsoIn = earlier
        .filter((candidate) => confirms(candidate) && successorOf(candidate).id === entry.id)
        .flatMap(({ seed }) => (seed === undefined ? [] : [seed]));
      return alsoIn.length === 0 ? entry : { ...entry, alsoIn };
    }),
    superseded: earlier
      .filter((entry) => !confirms(entry))
      .map((entry) => ({ ...entry, status: 'superseded', supersededBy: successorOf(entry).id })),
  };
};
