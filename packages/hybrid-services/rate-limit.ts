/** A token bucket for each source address, in a map that cannot grow without bound. */

export interface RateLimitOptions {
  /** Bucket size: what a source may do at once. */
  readonly burst: number;
  /** Refill a second. */
  readonly perSecond: number;
  /** Sources remembered; beyond it the one not seen for longest is forgotten. */
  readonly maxSources: number;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

export interface RateLimit {
  /** Takes one token. @returns 0, or the seconds after which there is one again. */
  take(source: string): number;
  /** The same answer without taking. */
  peek(source: string): number;
}

export const createRateLimit = ({ burst, perSecond, maxSources, now }: RateLimitOptions): RateLimit => {
  // Insertion order is the order of use: a touched source is put back at the end.
  const buckets = new Map<string, { tokens: number; at: number }>();
  const level = (source: string): { tokens: number; at: number } => {
    const at = now();
    const bucket = buckets.get(source);
    if (bucket === undefined) return { tokens: burst, at };
    // A clock that goes back refills nothing.
    const refilled = bucket.tokens + (Math.max(0, at - bucket.at) / 1000) * perSecond;
    return { tokens: Math.min(burst, refilled), at: Math.max(at, bucket.at) };
  };
  const wait = (tokens: number): number =>
    tokens >= 1 ? 0 : Math.max(1, Math.ceil((1 - tokens) / perSecond));
  return {
    take: (source) => {
      const bucket = level(source);
      const seconds = wait(bucket.tokens);
      if (seconds === 0) bucket.tokens -= 1;
      buckets.delete(source);
      buckets.set(source, bucket);
      if (buckets.size > maxSources) {
        const oldest = buckets.keys().next().value;
        if (oldest !== undefined) buckets.delete(oldest);
      }
      return seconds;
    },
    peek: (source) => wait(level(source).tokens),
  };
};
