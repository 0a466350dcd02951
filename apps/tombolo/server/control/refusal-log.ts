/** Refused requests in the activity log: batched and bounded, so that refusals cannot fill a disk. */

import { unknownCaller } from '@tombolo/arm';
import { createRateLimit } from '@tombolo/hybrid-services/rate-limit';
import type { Store } from '@tombolo/store';
import { type AuditEntry, MalformedBatch } from '@tombolo/store/port';
import { type Periodic, runPeriodically } from './periodic.ts';

/** Per flush; what is over is counted in one line. Who has not signed in has a share of its own, and so takes nobody's. */
const most = { known: 100, unknown: 10 } as const;
const flushMs = 1_000;
/**
 * Of one caller, and of those together who have not signed in: after so many one in ten seconds; of all together one in four. In 90
 * days that is a million lines, about half a gigabyte; and who floods hides nobody else's.
 */
const lasting = { burst: 1_000, perSecond: 0.1, maxSources: 1_000 } as const;
const lastingOfAll = { burst: 20_000, perSecond: 0.25, maxSources: 1 } as const;
/** A flood leaves a line that counts no oftener, where it leaves no others. */
const countMs = 60_000;

export interface RefusalLog {
  readonly add: (entry: AuditEntry) => void;
  /** By code, since the start, whether they were written or not. */
  readonly counts: () => ReadonlyMap<string, number>;
  readonly stop: () => Promise<void>;
}

export const createRefusalLog = (
  store: Pick<Store, 'commit'>,
  onError: (error: unknown) => void,
  periodically: typeof runPeriodically = runPeriodically,
): RefusalLog => {
  let waiting: AuditEntry[] = [];
  let dropped = 0;
  let last: AuditEntry | undefined;
  let countedAt = Number.NEGATIVE_INFINITY;
  const taken = { known: 0, unknown: 0 };
  /** What time it is, the refusals say. */
  const now = (): number => last?.at ?? 0;
  const [ofOne, ofAll] = [createRateLimit({ ...lasting, now }), createRateLimit({ ...lastingOfAll, now })];
  const counts = new Map<string, number>();
  const flush = async (ending = false): Promise<undefined> => {
    taken.known = 0;
    taken.unknown = 0;
    const isCounted = dropped > 0 && (ending || waiting.length > 0 || now() - countedAt >= countMs);
    if (last === undefined || (waiting.length === 0 && !isCounted)) return undefined;
    const entries = waiting;
    if (isCounted) countedAt = now();
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
              message: `${dropped} more refused requests since the line before`,
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
  const loop: Periodic = periodically(flushMs, () => flush(), onError);
  return {
    add: (entry) => {
      const code = entry.code ?? String(entry.status);
      counts.set(code, (counts.get(code) ?? 0) + 1);
      last = entry;
      const share = entry.caller === unknownCaller ? 'unknown' : 'known';
      if (taken[share] >= most[share] || ofOne.take(entry.caller) > 0 || ofAll.take('') > 0) {
        dropped += 1;
        return;
      }
      taken[share] += 1;
      waiting.push(entry);
    },
    counts: () => counts,
    stop: async () => {
      await loop.stop();
      await flush(true);
    },
  };
};
