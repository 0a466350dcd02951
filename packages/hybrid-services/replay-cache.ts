/** Identifiers of proofs and assertions seen within their lifetime: each is good once (RFC 7523 §3, RFC 9449 §11.1). */

export type Freshness = 'fresh' | 'replayed' | 'full';

export interface ReplayCache {
  /** Remembers `id` until `expiresAt` (epoch ms). `full` refuses: forgetting one early would let it be replayed. */
  use(id: string, expiresAt: number): Freshness;
  readonly size: number;
}

/** Where uses are kept beyond the process. */
export interface ReplayJournal {
  /** Under which an identifier is kept: of one length, whatever a client takes for one. */
  keyOf(id: string): string;
  /** As it was when it was opened: keys with their ends. */
  readonly entries: Iterable<readonly [string, number]>;
  append(key: string, expiresAt: number): void;
  rewrite(entries: Iterable<readonly [string, number]>): void;
}

export const createReplayCache = (options: {
  readonly maxEntries: number;
  readonly now: () => number;
  readonly journal?: ReplayJournal;
  /** The journal cannot be written; uses are then remembered by the process alone, until it can again. */
  readonly onJournalFailure?: (error: unknown) => void;
}): ReplayCache => {
  const { journal, maxEntries } = options;
  const seen = new Map<string, number>(journal?.entries);
  let journalled = seen.size;
  let broken = false;
  const purge = (at: number): void => {
    for (const [key, expiresAt] of seen) if (expiresAt <= at) seen.delete(key);
  };
  const keeping = (write: () => void): void => {
    try {
      write();
      broken = false;
    } catch (error) {
      if (!broken) options.onJournalFailure?.(error);
      broken = true;
    }
  };
  const rewrite = (): void =>
    keeping(() => {
      journal?.rewrite(seen);
      journalled = seen.size;
    });
  let purgedAt = Number.NEGATIVE_INFINITY;
  return {
    use: (id, expiresAt) => {
      const key = journal?.keyOf(id) ?? id;
      const at = options.now();
      // A full cache is swept at most once a second, so that a flood costs no quadratic time.
      if (at >= purgedAt + (seen.size >= maxEntries ? 1_000 : 30_000)) {
        purge(at);
        purgedAt = at;
        // What has ended makes the file no longer than twice what can be alive.
        if (broken || journalled > 2 * maxEntries) rewrite();
      }
      if ((seen.get(key) ?? 0) > at) return 'replayed';
      if (seen.size >= maxEntries) return 'full';
      seen.set(key, expiresAt);
      // Once it has failed the file lacks something: only a whole one counts again.
      if (journal && !broken) keeping(() => journal.append(key, expiresAt));
      journalled += 1;
      return 'fresh';
    },
    get size() {
      return seen.size;
    },
  };
};
