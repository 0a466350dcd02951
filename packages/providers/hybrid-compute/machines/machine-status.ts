/** A machine's status, derived from the clock and its last heartbeat. */

import { expiredAfterMs, silentAfterMs } from '@tombolo/arm/machine-life';
import type { Document, Fact, JsonObject } from '@tombolo/store/port';

/** `AwaitingConnection`: made ahead of its agent, which has not come yet. */
export type MachineStatus = 'AwaitingConnection' | 'Connected' | 'Disconnected' | 'Expired' | 'Error';

export interface StatusNow {
  readonly status: MachineStatus;
  /** Epoch milliseconds. */
  readonly since: number;
  /** When the clock alone changes it next; absent: never. */
  readonly until?: number;
}

/**
 * @param createdAt epoch milliseconds; what an earlier machine of this id said is not this one's.
 * @param heartbeat the newest, whose value may say `status` (Connected, Error or Disconnecting) and `since` when it is so.
 */
export const machineStatus = (
  createdAt: number,
  heartbeat: Pick<Fact, 'at' | 'value'> | undefined,
  now: number,
): StatusNow => {
  const own = heartbeat !== undefined && heartbeat.at >= createdAt ? heartbeat : undefined;
  // It has no certificate that could expire.
  if (own === undefined) return { status: 'AwaitingConnection', since: createdAt };
  const expires = own.at + expiredAfterMs;
  if (now >= expires) return { status: 'Expired', since: expires };
  const since = typeof own.value.since === 'number' ? Math.max(own.value.since, createdAt) : own.at;
  if (own.value.status === 'Disconnecting') return { status: 'Disconnected', since, until: expires };
  const silent = own.at + silentAfterMs;
  if (now >= silent) return { status: 'Disconnected', since: silent, until: expires };
  return { status: own.value.status === 'Error' ? 'Error' : 'Connected', since, until: silent };
};

export const createdAtOf = (machine: Pick<Document, 'body'>): number => {
  const at = (machine.body.systemData as JsonObject | undefined)?.createdAt;
  const parsed = typeof at === 'string' ? Date.parse(at) : Number.NaN;
  return Number.isNaN(parsed) ? 0 : parsed;
};

/** As a machine shows it. Nothing of it is stored: a fleet that falls silent writes nothing, and nothing has to look at it. */
export const shownStatus = (
  machine: Pick<Document, 'body'>,
  heartbeat: Fact | undefined,
  now: number,
): {
  readonly status: MachineStatus;
  readonly lastStatusChange: string;
  readonly provisioningState: 'Creating' | 'Succeeded';
} => {
  const { status, since } = machineStatus(createdAtOf(machine), heartbeat, now);
  return {
    status,
    lastStatusChange: new Date(since).toISOString(),
    // The agent's coming ends the creation, however long ago the resource was written.
    provisioningState: status === 'AwaitingConnection' ? 'Creating' : 'Succeeded',
  };
};
