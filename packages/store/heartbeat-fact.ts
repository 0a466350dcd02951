/** The newest heartbeat of a machine, among the facts: where it is, and since when the machine says the same without a gap. */
import type { Fact } from './port.ts';

/** @param machineId ARM id in any case */
export const heartbeatKey = (machineId: string): string => `heartbeat:${machineId.toLowerCase()}`;

/** Agents beat every 5 minutes (Learn, "Connected Machine agent overview"): three missed ones are a gap. */
export const silentAfterMs = 15 * 60_000;

/**
 * Kept with the newest heartbeat, so that nobody has to watch the clock.
 * @param previous the newest heartbeat before this one
 */
export const sinceOf = (previous: Fact | undefined, at: number, status: unknown): number => {
  if (previous === undefined || previous.value.status !== status) return at;
  const gap = at - previous.at;
  if (gap < 0 || gap >= silentAfterMs) return at;
  return typeof previous.value.since === 'number' ? previous.value.since : previous.at;
};
