/** When a process that ended is started again, and when it has ended too often. Pure. */

import { backOffMs } from '@tombolo/back-off';

/** More ends than these within the window end the whole. */
export const toleratedEnds = 5;
/** Milliseconds. */
export const windowMs = 60_000;
/** Four processes of one machine need no lots. */
const delays = { baseMs: 100, capMs: 5_000, spread: 0 };

export type Recovery =
  | { readonly kind: 'restart'; readonly delayMs: number; readonly ends: readonly number[] }
  | { readonly kind: 'give up' };

/**
 * `ends` are the times (epoch milliseconds) of the ends before this one, at `now`; the delay doubles with each. Of a process that
 * got ready those within the window count. Where it did not even get ready all of them do: how long a start takes is the machine's.
 */
export const recoveryAfter = (ends: readonly number[], now: number, gotReady: boolean): Recovery => {
  const recent = [...ends.filter((at) => !gotReady || now - at < windowMs), now];
  if (recent.length > toleratedEnds) return { kind: 'give up' };
  const delayMs = backOffMs(recent.length, 0, delays);
  return { kind: 'restart', delayMs, ends: recent };
};

/** One that waits for its disk is tried again for ever, and its waiting counts as no failure: the others go on meanwhile. */
export const recoveryFromDisk = (ends: readonly number[]): Recovery => ({
  kind: 'restart',
  delayMs: delays.capMs,
  ends,
});
