/** Away with the machines of a simulated fleet: those that are its own by their vmId, a bounded number at a time. */

import type { JsonObject } from '@tombolo/store/port';
import type { ArmClient } from '../installation/arm-client.ts';
import { deleteMachine, machinesUnder } from '../installation/machine-list.ts';

const atOnce = 8;

const vmIdOf = ({ properties }: JsonObject): string =>
  String((properties as JsonObject | undefined)?.vmId ?? '').toLowerCase();

/** Also those that were created, and whose agent did not connect; none of another's that has a name of ours. */
export const removeMachines = async (
  arm: ArmClient,
  group: string,
  vmIds: ReadonlySet<string>,
  onRemoved: (done: number, all: number) => void,
): Promise<number> => {
  const own = new Set([...vmIds].map((vmId) => vmId.toLowerCase()));
  const ids = (await machinesUnder(arm, group))
    .filter((machine) => own.has(vmIdOf(machine)))
    .map(({ id }) => String(id));
  const waiting = ids.values();
  let done = 0;
  const lane = async (): Promise<void> => {
    for (const id of waiting) {
      await deleteMachine(arm, id);
      done += 1;
      onRemoved(done, ids.length);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return done;
};
