/** Timers as an argument, so that tests decide when time passes. */
export interface Timers {
  /** Calls once after `ms`; returns the canceller. */
  after(ms: number, call: () => void): () => void;
  /** Calls each `ms`; returns the canceller. */
  every(ms: number, call: () => void): () => void;
}

/** The system's timers; a repeated one keeps no process alive, a delay that somebody waits for does. */
export const systemTimers: Timers = {
  after(ms, call) {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
  every(ms, call) {
    const timer = setInterval(call, ms).unref();
    return () => clearInterval(timer);
  },
};
