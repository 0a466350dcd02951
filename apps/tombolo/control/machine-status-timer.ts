/** Lets status changes that only the clock makes enter the feed: Disconnected after 15 minutes, Expired after 45 days. */

import { setImmediate as turn } from 'node:timers/promises';
import { changedStatus } from '@tombolo/providers';
import { type Store, StoreConflict } from '@tombolo/store';
import { heartbeatKey } from '@tombolo/store/heartbeat-key';
import type { Document } from '@tombolo/store/port';

const machineType = 'Microsoft.HybridCompute/machines';
const chunk = 200;

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
    for (const machine of machines) {
      const body = changedStatus(machine, heartbeats.get(heartbeatKey(machine.id)), now);
      if (body && (await write(store, machine, body))) changed += 1;
    }
    if (machines.length < chunk) return changed;
    after = machines.at(-1)!.id.toLowerCase();
    await turn();
  }
};

/** A machine that someone changes at the same time is looked at again at the next tick. */
const write = async (store: Store, machine: Document, body: Document['body']): Promise<boolean> => {
  try {
    await store.commit({
      expect: [{ id: machine.id, version: machine.version }],
      puts: [{ id: machine.id, type: machine.type, body }],
    });
    return true;
  } catch (error) {
    if (error instanceof StoreConflict) return false;
    throw error;
  }
};
