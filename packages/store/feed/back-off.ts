/** Delays between attempts: doubling to a bound, with jitter, so that followers do not return all at once. */
export interface BackOff {
  /** Milliseconds until the next attempt: between half and all of min(5000, 100 · 2^failures). */
  next(): number;
  reset(): void;
}

export function backOff(random: () => number, base = 100, bound = 5_000): BackOff {
  let failures = 0;
  return {
    next: () => Math.min(bound, base * 2 ** Math.min(failures++, 16)) * (0.5 + random() / 2),
    reset() {
      failures = 0;
    },
  };
}
