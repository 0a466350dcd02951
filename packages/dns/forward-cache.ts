/** A bounded cache of forwarded answers by their TTL, negative ones included (RFC 2308); the clock is the caller's. */

import { type ResourceRecord, rcodes } from './resource-record.ts';

export interface ForwardAnswer {
  readonly rcode: number;
  readonly answers: readonly ResourceRecord[];
  readonly authorities: readonly ResourceRecord[];
  /** Why it failed (RFC 8914). */
  readonly extendedError?: { readonly code: number; readonly text: string };
}

export interface ForwardCache {
  /** With the TTLs that are left. */
  get(key: string): ForwardAnswer | undefined;
  put(key: string, answer: ForwardAnswer): void;
  clear(): void;
}

/** Longest time that anything is kept, and that a negative answer is. Seconds. */
const maxTtl = 3600;
const maxNegativeTtl = 300;

/** How long the answer holds, in seconds; 0: not to be kept. */
const lifetime = (answer: ForwardAnswer): number => {
  if (answer.rcode !== rcodes.NOERROR && answer.rcode !== rcodes.NXDOMAIN) return 0;
  const soa = answer.authorities.find((record) => record.data.kind === 'SOA');
  const ttls = [...answer.answers, ...answer.authorities].map((record) => record.ttl);
  if (soa?.data.kind === 'SOA') return Math.min(maxNegativeTtl, soa.data.minimum, ...ttls);
  return answer.answers.length === 0 || answer.rcode === rcodes.NXDOMAIN ? 0 : Math.min(maxTtl, ...ttls);
};

const aged = (records: readonly ResourceRecord[], seconds: number): readonly ResourceRecord[] =>
  records.map((record) => ({ ...record, ttl: Math.max(0, record.ttl - seconds) }));

/** Keeps at most `entries`, and drops the least recently used first. `now` in epoch milliseconds. */
export const forwardCache = (entries: number, now: () => number): ForwardCache => {
  const kept = new Map<string, { answer: ForwardAnswer; at: number; until: number }>();
  return {
    get(key) {
      const entry = kept.get(key);
      if (entry === undefined) return undefined;
      kept.delete(key);
      if (now() >= entry.until) return undefined;
      kept.set(key, entry);
      const age = Math.floor((now() - entry.at) / 1000);
      const { answer } = entry;
      return { ...answer, answers: aged(answer.answers, age), authorities: aged(answer.authorities, age) };
    },
    put(key, answer) {
      const seconds = lifetime(answer);
      if (seconds <= 0) return;
      kept.delete(key);
      kept.set(key, { answer, at: now(), until: now() + seconds * 1000 });
      if (kept.size > entries) kept.delete(kept.keys().next().value as string);
    },
    clear: () => kept.clear(),
  };
};
