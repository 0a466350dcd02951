/** Refused requests in the activity log: batched and bounded, so that refusals cannot fill a disk. */

import { unknownCaller } from '@tombolo/arm';
import type { Store } from '@tombolo/store';
import { type AuditEntry, MalformedBatch } from '@tombolo/store/port';
import { type Periodic, runPeriodically } from './periodic.ts';

/** Per flush; what is over is counted in one line. Who has not signed in has a share of its own, and so takes nobody's. */
const most = { known: 100, unknown: 10 } as const;
const flushMs = 1_000;

export interface RefusalLog {
  readonly add: (entry: AuditEntry) => void;
  /** By code, since the start, whether they were written or not. */
  readonly counts: () => ReadonlyMap<string, number>;
  readonly stop: () => Promise<void>;
}

export const createRefusalLog = (store: Store, onError: (error: unknown) => void): RefusalLog => {
  let waiting: AuditEntry[] = [];
  let dropped = 0;
  const taken = { known: 0, unknown: 0 };
  const counts = new Map<string, number>();
  const flush = async (): Promise<undefined> => {
    if (waiting.length === 0) return undefined;
    const entries = waiting;
    const last = entries.at(-1)!;
    const audit =
      dropped === 0
        ? entries
        : [
            ...entries,
            {
              ...last,
              action: 'refusals',
              resourceId: '/',
              code: 'RefusalsNotLogged',
              message: `${dropped} more refused requests in the same second`,
            },
          ];
    waiting = [];
    dropped = 0;
    taken.known = 0;
    taken.unknown = 0;
    try {
      await store.commit({ audit });
    } catch (error) {
      if (!(error instanceof MalformedBatch)) throw error;
      // One that the store does not take, by the characters of what was asked for, hides no other.
      for (const entry of audit) await store.commit({ audit: [entry] }).catch(onError);
    }
    return undefined;
  };
  const loop: Periodic = runPeriodically(flushMs, flush, onError);
  return {
    add: (entry) => {
      const code = entry.code ?? String(entry.status);
      counts.set(code, (counts.get(code) ?? 0) + 1);
      const share = entry.caller === unknownCaller ? 'unknown' : 'known';
      if (taken[share] >= most[share]) {
        dropped += 1;
        return;
      }
      taken[share] += 1;
      waiting.push(entry);
    },
    counts: () => counts,
    stop: async () => {
      await loop.stop();
      await flush();
    },
  };
};
