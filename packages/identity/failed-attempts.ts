/** Slows clients that keep failing to sign in: a count per client id and source address, bounded in memory. */

import { BoundedMap } from './bounded-map.ts';

export interface FailedAttempts {
  /** Whole seconds until this client may try again; 0 when it may now. */
  secondsToWait(clientId: string, source: string, now: number): number;
  failed(clientId: string, source: string, now: number): void;
  succeeded(clientId: string, source: string): void;
}

/**
 * `limit` failures within `windowMs`, then refusal until the window ends. The source address is part of the key:
 * else anybody could lock a client out by failing in its name. Secrets are 256 random bits, so what this saves
 * is processor time and log space, not a password.
 */
export const createFailedAttempts = (
  options: { readonly limit?: number; readonly windowMs?: number; readonly entries?: number } = {},
): FailedAttempts => {
  const { limit = 10, windowMs = 60_000, entries = 10_000 } = options;
  const counts = new BoundedMap<string, { readonly since: number; readonly failures: number }>(entries);
  const keyOf = (clientId: string, source: string): string =>
    `${clientId.slice(0, 64).toLowerCase()} ${source}`;
  return {
    secondsToWait(clientId, source, now) {
      const seen = counts.get(keyOf(clientId, source));
      if (!seen || seen.failures < limit) return 0;
      return Math.max(0, Math.ceil((seen.since + windowMs - now) / 1000));
    },
    failed(clientId, source, now) {
      const key = keyOf(clientId, source);
      const seen = counts.get(key);
      const open = seen !== undefined && now < seen.since + windowMs;
      counts.set(key, open ? { ...seen, failures: seen.failures + 1 } : { since: now, failures: 1 });
    },
    succeeded(clientId, source) {
      counts.delete(keyOf(clientId, source));
    },
  };
};
