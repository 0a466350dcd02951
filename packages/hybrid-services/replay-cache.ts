/** Identifiers of proofs and assertions seen within their lifetime: each is good once (RFC 7523 §3, RFC 9449 §11.1). */

export type Freshness = 'fresh' | 'replayed' | 'full';

export interface ReplayCache {
  /** Remembers `id` until `expiresAt` (epoch ms). `full` refuses: forgetting one early would let it be replayed. */
  use(id: string, expiresAt: number): Freshness;
  readonly size: number;
}

export const createReplayCache = (options: {
  readonly maxEntries: number;
  readonly now: () => number;
}): ReplayCache => {
  const seen = new Map<string, number>();
  const purge = (at: number): void => {
    for (const [id, expiresAt] of seen) if (expiresAt <= at) seen.delete(id);
  };
  let purgedAt = Number.NEGATIVE_INFINITY;
  return {
    use: (id, expiresAt) => {
      const at = options.now();
      // A full cache is swept at most once a second, so that a flood costs no quadratic time.
      if (at >= purgedAt + (seen.size >= options.maxEntries ? 1_000 : 30_000)) {
        purge(at);
        purgedAt = at;
      }
      if ((seen.get(id) ?? 0) > at) return 'replayed';
      if (seen.size >= options.maxEntries) return 'full';
      seen.set(id, expiresAt);
      return 'fresh';
    },
    get size() {
      return seen.size;
    },
  };
};
