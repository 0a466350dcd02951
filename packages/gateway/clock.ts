/** Time as the gateway takes it, so that tests hold it in their hands. */
export interface Clock {
  /** Milliseconds; only differences count. */
  now(): number;
  /** Runs once after `ms`; returns what cancels it. */
  after(ms: number, run: () => void): () => void;
}

/** Monotonic; its timers never keep the process alive. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms).unref();
    return () => clearTimeout(timer);
  },
};
