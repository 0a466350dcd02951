/** Leases of one round of steps: renewed while steps run, forgotten once written or lost. */

import type { Lease, Store } from '@tombolo/store/port';

export const leaseMs = 30_000;
/** A step that takes longer hangs: its lease, and those that wait behind it, expire and are another runner's. */
const longestStepMs = 300_000;

export interface KeptLeases {
  /** A step is about to run; false where its lease was lost to another runner. */
  readonly begin: (lease: Lease) => boolean;
  readonly end: (lease: Lease) => void;
  readonly stop: () => void;
}

export interface KeepLeasesOptions {
  readonly store: Pick<Store, 'renewLeases'>;
  readonly now: () => number;
  /** Calls back every so many milliseconds until the result is called. */
  readonly repeat: (everyMs: number, work: () => void) => () => void;
}

/** A renewal that fails is tried again; what is lost meanwhile is refused when it is committed, by its token. */
export const keepLeases = (
  { store, now, repeat }: KeepLeasesOptions,
  leases: readonly Lease[],
): KeptLeases => {
  const kept = new Map(leases.map((lease) => [lease.operation, lease]));
  let begun = now();
  const renew = async (): Promise<void> => {
    if (kept.size === 0 || now() - begun > longestStepMs) return;
    const asked = [...kept.values()];
    const held = new Set((await store.renewLeases(asked, now() + leaseMs)).map(({ operation }) => operation));
    for (const { operation } of asked) if (!held.has(operation)) kept.delete(operation);
  };
  const stop = repeat(leaseMs / 3, () => void renew().catch(() => {}));
  return {
    begin: ({ operation }) => {
      begun = now();
      return kept.has(operation);
    },
    end: ({ operation }) => void kept.delete(operation),
    stop,
  };
};
