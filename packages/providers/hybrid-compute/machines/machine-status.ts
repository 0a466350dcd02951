/** A machine's status, derived from the clock and its last heartbeat. */

import type { Document, Fact, JsonObject } from '@tombolo/store/port';
import { propertiesOf, textOf } from '../document.ts';

export type MachineStatus = 'Connected' | 'Disconnected' | 'Expired' | 'Error';

/** Agents beat every 5 minutes (Learn, "Connected Machine agent overview"): three missed ones. */
export const disconnectedAfterMs = 15 * 60_000;
/** The machine's certificate has not been renewed for half of its life. */
export const expiredAfterMs = 45 * 86_400_000;

export interface StatusNow {
  readonly status: MachineStatus;
  /** Epoch milliseconds. */
  readonly since: number;
  /** When the clock alone changes it next; absent: never. */
  readonly until?: number;
}

/**
 * @param createdAt epoch milliseconds; what an earlier machine of this id said is not this one's.
 * @param heartbeat the newest, whose value may say `status`: Connected, Error or Disconnecting.
 */
export const machineStatus = (
  createdAt: number,
  heartbeat: Pick<Fact, 'at' | 'value'> | undefined,
  now: number,
): StatusNow => {
  const own = heartbeat !== undefined && heartbeat.at >= createdAt ? heartbeat : undefined;
  const lastSeen = own?.at ?? createdAt;
  const expires = lastSeen + expiredAfterMs;
  if (now >= expires) return { status: 'Expired', since: expires };
  if (own === undefined) return { status: 'Disconnected', since: createdAt, until: expires };
  if (own.value.status === 'Disconnecting') return { status: 'Disconnected', since: own.at, until: expires };
  const silent = own.at + disconnectedAfterMs;
  if (now >= silent) return { status: 'Disconnected', since: silent, until: expires };
  return { status: own.value.status === 'Error' ? 'Error' : 'Connected', since: own.at, until: silent };
};

export const createdAtOf = (machine: Pick<Document, 'body'>): number => {
  const at = (machine.body.systemData as JsonObject | undefined)?.createdAt;
  const parsed = typeof at === 'string' ? Date.parse(at) : Number.NaN;
  return Number.isNaN(parsed) ? 0 : parsed;
};

/** Status and the time of its last change; a status that the document already has keeps its time. */
export const shownStatus = (
  machine: Pick<Document, 'body'>,
  heartbeat: Fact | undefined,
  now: number,
): { readonly status: MachineStatus; readonly lastStatusChange: string } => {
  const { status, since } = machineStatus(createdAtOf(machine), heartbeat, now);
  const stored = propertiesOf(machine);
  const known = stored.status === status ? textOf(stored.lastStatusChange) : undefined;
  return { status, lastStatusChange: known ?? new Date(since).toISOString() };
};

/** The body with which a changed status enters the feed; undefined: it is there already. For a timer. */
export const changedStatus = (
  machine: Pick<Document, 'body'>,
  heartbeat: Fact | undefined,
  now: number,
): JsonObject | undefined => {
  const stored = propertiesOf(machine);
  const shown = shownStatus(machine, heartbeat, now);
  if (stored.status === shown.status) return undefined;
  return { ...machine.body, properties: { ...stored, ...shown } };
};
