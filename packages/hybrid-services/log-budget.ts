/** How many lines of the log callers may cause: by source, and in all, so that nobody fills a disk through it. */

import { createRateLimit } from './rate-limit.ts';

/** Lines at once and lines a second. */
export interface LogBounds {
  readonly logBurst: number;
  readonly logPerSecond: number;
  readonly logSourceBurst: number;
  readonly logSourcePerSecond: number;
}

/** A line has some 500 bytes: at most 250 MB a day, however many the sources are. */
export const defaultLogBounds: LogBounds = {
  logBurst: 500,
  logPerSecond: 5,
  logSourceBurst: 50,
  logSourcePerSecond: 0.5,
};

/** Whether a line that this source causes is written; `onSuppressed` hears of each that is not. */
export type LogBudget = (source: string) => boolean;

export const createLogBudget = (options: {
  readonly bounds: LogBounds;
  readonly sources: number;
  readonly now: () => number;
  readonly onSuppressed: () => void;
}): LogBudget => {
  const { bounds, sources, now } = options;
  const bySource = createRateLimit({
    burst: bounds.logSourceBurst,
    perSecond: bounds.logSourcePerSecond,
    maxSources: sources,
    now,
  });
  const total = createRateLimit({
    burst: bounds.logBurst,
    perSecond: bounds.logPerSecond,
    maxSources: 1,
    now,
  });
  return (source) => {
    // What a source has too much of takes nothing from what there is for the others.
    if (bySource.take(source) === 0 && total.take('') === 0) return true;
    options.onSuppressed();
    return false;
  };
};
