/** Decides the removal of a private endpoint: what goes with it (R21), and what no longer resolves then (R7). */

import { ArmError, type RemoveDecision } from '@tombolo/arm';
import { propertiesOf, stringAt } from '@tombolo/store/document';
import type { Document } from '@tombolo/store/port';
import { convergence } from '../../convergence.ts';
import { type LinkedZoneState, warningsOfLoss } from '../../private-dns/linked-zones.ts';

export interface LoadedForRemoval {
  readonly connection: Document | undefined;
  readonly networkInterface: Document | undefined;
  /** R21: the records that are the endpoint's own by now. */
  readonly records: readonly Document[];
  /** R7: the zones in which they are. */
  readonly losing: readonly LinkedZoneState[];
}

/** R21: its interface, its connection and exactly its own records go with it; the claims that they held are free. */
export const removeEndpoint = (
  endpoint: Document,
  loaded: LoadedForRemoval,
  strictDns: boolean,
): RemoveDecision | ArmError => {
  const records = loaded.records.map(({ id }) => id);
  const warnings = warningsOfLoss(loaded.losing, records, strictDns);
  if (warnings instanceof ArmError) return warnings;
  const gone = [loaded.connection, loaded.networkInterface, ...loaded.records].filter(
    (entry) => entry !== undefined,
  );
  return {
    warnings,
    effects: {
      expect: loaded.records.map((record) => ({ id: record.id, version: record.version })),
      deletes: gone.map((entry) => entry.id),
      releases: gone.map((entry) => ({ holder: entry.id.toLowerCase() })),
    },
    operation: {
      kind: convergence,
      state: { resourceGuid: stringAt(propertiesOf(endpoint), 'resourceGuid') ?? '' },
    },
  };
};
