/** Since when a machine says the same without a gap; kept with its newest heartbeat, so that nobody has to watch the clock. */
import type { Fact } from './port.ts';

/** Agents beat every 5 minutes (Learn, "Connected Machine agent overview"): three missed ones are a gap. */
export const silentAfterMs = 15 * 60_000;

/** @param previous the newest heartbeat before this one */
export const sinceOf = (previous: Fact | undefined, at: number, status: unknown): number => {
  if (previous === undefined || previous.value.status !== status) return at;
  const gap = at - previous.at;
  if (gap < 0 || gap >= silentAfterMs) return at;
  return typeof previous.value.since === 'number' ? previous.value.since : previous.at;
};
