/** Waiting, within bounds, until a feed number has been applied. */

export interface FeedProgressOptions {
  /** The newest number that this process has applied. */
  readonly applied: () => number;
  readonly maxWaiting: number;
  /** Runs the callback after so many milliseconds; returns what cancels it. */
  readonly after: (milliseconds: number, callback: () => void) => () => void;
  /** A follower's number also moves when nothing of ours changed, and nobody tells: it is asked this often. */
  readonly askEveryMs?: number;
}

export interface FeedProgress {
  /** Something has been applied: look now. */
  advanced(): void;
  /** True once applied; false after `milliseconds`, or at once when too many wait already. */
  reached(feed: number, milliseconds: number): Promise<boolean>;
}

export const createFeedProgress = (options: FeedProgressOptions): FeedProgress => {
  const waiting = new Set<{ readonly feed: number; readonly settle: (applied: boolean) => void }>();
  let asking = false;
  const look = (): void => {
    const through = options.applied();
    for (const entry of waiting) if (entry.feed <= through) entry.settle(true);
  };
  const ask = (): void => {
    if (asking || waiting.size === 0) return;
    asking = true;
    options.after(options.askEveryMs ?? 10, () => {
      asking = false;
      look();
      ask();
    });
  };
  return {
    advanced: look,
    reached: (feed, milliseconds) => {
      if (feed <= options.applied()) return Promise.resolve(true);
      if (waiting.size >= options.maxWaiting) return Promise.resolve(false);
      return new Promise((resolve) => {
        const settle = (applied: boolean): void => {
          cancel();
          waiting.delete(entry);
          resolve(applied);
        };
        const entry = { feed, settle };
        const cancel = options.after(milliseconds, () => settle(false));
        waiting.add(entry);
        ask();
      });
    },
  };
};
