/** What the bounds of a process cut off, for `tombolo status`: told with each report, and by itself at most every ten seconds. */

import { systemTimers, type Timers } from '@tombolo/store';
import type { JsonObject } from '@tombolo/store/port';

export interface CutOffReportOptions {
  /** By reason, since the start. */
  readonly counts: () => ReadonlyMap<string, number>;
  /** Tells a report without a change of the feed. */
  readonly tell: (report: JsonObject) => void;
  readonly timers?: Pick<Timers, 'every'>;
}

export interface CutOffReport {
  /** The report with what was cut off; remembered, to be told again when more is. */
  readonly with: (report: JsonObject) => JsonObject;
  readonly stop: () => void;
}

const lookEveryMs = 10_000;

export const createCutOffReport = ({
  counts,
  tell,
  timers = systemTimers,
}: CutOffReportOptions): CutOffReport => {
  let last: JsonObject | undefined;
  let told = 0;
  const sum = (): number => [...counts().values()].reduce((total, count) => total + count, 0);
  const complete = (report: JsonObject): JsonObject => {
    last = report;
    told = sum();
    return told === 0 ? report : { ...report, cutOff: Object.fromEntries(counts()) };
  };
  const stop = timers.every(lookEveryMs, () => {
    if (last !== undefined && sum() !== told) tell(complete(last));
  });
  return { with: complete, stop };
};
