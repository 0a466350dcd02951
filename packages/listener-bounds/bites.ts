/** What a bound has cut off: each counted, the first of a while logged. */

export interface Bites {
  /** `reason` is one of a few fixed words. */
  readonly add: (reason: string) => void;
  /** By reason, since the start. */
  readonly counts: () => ReadonlyMap<string, number>;
}

const logEveryMs = 60_000;

/** `log` is called at most once a minute for each reason, with how many there were since the last time. */
export const createBites = (now: () => number, log: (reason: string, count: number) => void): Bites => {
  const counts = new Map<string, number>();
  const logged = new Map<string, { readonly at: number; readonly count: number }>();
  return {
    add: (reason) => {
      const count = (counts.get(reason) ?? 0) + 1;
      counts.set(reason, count);
      const last = logged.get(reason);
      const at = now();
      if (last && Math.abs(at - last.at) < logEveryMs) return;
      logged.set(reason, { at, count });
      log(reason, count - (last?.count ?? 0));
    },
    counts: () => counts,
  };
};
