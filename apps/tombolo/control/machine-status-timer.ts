/** Lets status changes that only the clock makes enter the feed: Disconnected after 15 minutes, Expired after 45 days. */

import { setImmediate as turn } from 'node:timers/promises';
import { changedStatus } from '@tombolo/providers';
import { type Store, StoreConflict } from '@tombolo/store';
import { heartbeatKey } from '@tombolo/store/heartbeat-key';
import type { Document } from '@tombolo/store/port';

const machineType = 'Microsoft.HybridCompute/machines';
/** Some 1 MB a commit: it is written and told to followers in one piece. */
const chunk = 500;

/** Looks at every machine once, in bounded chunks; resolves to how many changed. */
export const recordStatusChanges = async (store: Store, now: number): Promise<number> => {
  let changed = 0;
  let after: string | undefined;
  for (;;) {
    const machines = await store.list({
      type: machineType,
      limit: chunk,
      ...(after === undefined ? {} : { after }),
    });
    const heartbeats = await store.facts(machines.map((machine) => heartbeatKey(machine.id)));
    const due = machines.flatMap((machine) => {
      const body = changedStatus(machine, heartbeats.get(heartbeatKey(machine.id)), now);
      return body ? [{ ...machine, body }] : [];
    });
    changed += await write(store, due);
    if (machines.length < chunk) return changed;
    after = machines.at(-1)!.id.toLowerCase();
    await turn();
  }
};

/**
 * One commit for all: after an outage a whole fleet changes together, and each commit is synced. A machine that someone
 * changes at the same time is left out, and looked at again at the next tick.
 */
const write = async (store: Store, machines: readonly Document[]): Promise<number> => {
  let due = machines;
  while (due.length > 0) {
    try {
      await store.commit({
        expect: due.map(({ id, version }) => ({ id, version })),
        puts: due.map(({ id, type, body }) => ({ id, type, body })),
      });
      return due.length;
    } catch (error) {
      if (!(error instanceof StoreConflict) || error.reason.kind !== 'version') throw error;
      const stood = error.reason.id.toLowerCase();
      due = due.filter(({ id }) => id.toLowerCase() !== stood);
    }
  }
  return 0;
};
