/** Identifiers of proofs and assertions seen within their lifetime: each is good once (RFC 7523 §3, RFC 9449 §11.1). */

import { keepJournal, type ReplayJournal } from '@tombolo/store/kept-journal';

export type Freshness = 'fresh' | 'replayed' | 'full';

export interface ReplayCache {
  /** Remembers `id` until `expiresAt` (epoch ms). `full` refuses: forgetting one early would let it be replayed. */
  use(id: string, expiresAt: number): Freshness;
  readonly size: number;
}

export const createReplayCache = (options: {
  readonly maxEntries: number;
  readonly now: () => number;
  /** Where uses are kept beyond the process. */
  readonly journal?: ReplayJournal;
  /** The journal cannot be written; uses are then remembered by the process alone, until it can again. */
  readonly onJournalFailure?: (error: unknown) => void;
}): ReplayCache => {
  const { journal, maxEntries } = options;
  const seen = new Map<string, number>(journal?.entries);
  const kept =
    journal &&
    keepJournal({
      journal,
      most: maxEntries,
      written: seen.size,
      alive: () => seen,
      onFailure: options.onJournalFailure ?? (() => {}),
    });
  const purge = (at: number): void => {
    for (const [key, expiresAt] of seen) if (expiresAt <= at) seen.delete(key);
  };
  let purgedAt = Number.NEGATIVE_INFINITY;
  return {
    use: (id, expiresAt) => {
      const key = journal?.keyOf(id) ?? id;
      const at = options.now();
      // A full cache is swept at most once a second, so that a flood costs no quadratic time.
      if (at >= purgedAt + (seen.size >= maxEntries ? 1_000 : 30_000)) {
        purge(at);
        purgedAt = at;
        kept?.tidy();
      }
      if ((seen.get(key) ?? 0) > at) return 'replayed';
      if (seen.size >= maxEntries) return 'full';
      seen.set(key, expiresAt);
      kept?.append([key, expiresAt]);
      return 'fresh';
    },
    get size() {
      return seen.size;
    },
  };
};
