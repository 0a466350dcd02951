/** Refused requests in the activity log: batched and bounded, so that refusals cannot fill a disk. */

import type { Store } from '@tombolo/store';
import { type AuditEntry, MalformedBatch } from '@tombolo/store/port';
import { type Periodic, runPeriodically } from './periodic.ts';

/** Per flush; what is over is counted in one line. */
const most = 100;
const flushMs = 1_000;

export interface RefusalLog {
  readonly add: (entry: AuditEntry) => void;
  readonly stop: () => Promise<void>;
}

export const createRefusalLog = (store: Store, onError: (error: unknown) => void): RefusalLog => {
  let waiting: AuditEntry[] = [];
  let dropped = 0;
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
      if (waiting.length < most) waiting.push(entry);
      else dropped += 1;
    },
    stop: async () => {
      await loop.stop();
      await flush();
    },
  };
};
