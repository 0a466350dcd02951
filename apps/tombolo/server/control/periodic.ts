/** Work that comes back: a loop that never overlaps itself, can be woken early, and ends. */

export interface Periodic {
  /** Run now, not at the next tick. */
  readonly wake: () => void;
  readonly stop: () => Promise<void>;
}

/** `work` says when it wants to run next (epoch milliseconds); never later than `everyMs` from then. */
export const runPeriodically = (
  everyMs: number,
  work: () => Promise<number | undefined>,
  onError: (error: unknown) => void,
  now: () => number = Date.now,
): Periodic => {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let again = false;
  let stopped = false;

  const schedule = (at: number | undefined): void => {
    if (stopped) return;
    clearTimeout(timer);
    const delay = Math.min(everyMs, Math.max(1, (at ?? now() + everyMs) - now()));
    timer = setTimeout(run, delay);
  };

  const run = (): void => {
    if (stopped) return;
    if (running) {
      again = true;
      return;
    }
    clearTimeout(timer);
    running = work()
      .catch((error: unknown) => {
        onError(error);
        return undefined;
      })
      .then((next) => {
        running = undefined;
        schedule(again ? now() : next);
        again = false;
      });
  };

  schedule(now());
  return {
    wake: run,
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
};
