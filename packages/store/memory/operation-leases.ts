/** Who runs which operation, and until when, in Maps. */
import { checkLease, checkName, checkWhole, runnerSuperseded } from '../batch.ts';
import { byCodePoint } from '../code-point-order.ts';
import type { Operation, Store } from '../port.ts';
import { leaseHeld, type MemoryState } from './write-batch.ts';

export function operationLeases(
  state: MemoryState,
): Pick<Store, 'startRunner' | 'leaseOperations' | 'renewLeases' | 'forgetOperations'> {
  return {
    async forgetOperations({ endedBefore, limit }) {
      checkWhole('the time before which operations are forgotten', endedBefore);
      checkWhole('the limit of what is forgotten', limit);
      const gone = [...state.operations]
        .filter(([, { status }]) => status !== 'InProgress')
        .map(([key, { text }]) => ({ key, endTime: (JSON.parse(text) as Operation).endTime ?? endedBefore }))
        .filter(({ endTime }) => endTime < endedBefore)
        .sort((one, other) => one.endTime - other.endTime)
        .slice(0, limit);
      for (const { key } of gone) state.operations.delete(key);
      return gone.length;
    },
    async startRunner(name) {
      checkName('the name of a runner', name);
      for (const [key, { leaseOwner, ...operation }] of state.operations)
        if (leaseOwner === name) state.operations.set(key, { ...operation, leasedUntil: 0 });
      const generation = (state.runners.get(name) ?? 0) + 1;
      state.runners.set(name, generation);
      return { name, generation };
    },
    async leaseOperations({ runner, now, dueBy, leaseMs, limit }) {
      checkWhole('the limit of a lease', limit);
      if (state.runners.get(runner.name) !== runner.generation) throw runnerSuperseded(runner);
      return [...state.operations]
        .filter(
          ([, { status, dueAt, leasedUntil }]) =>
            status === 'InProgress' && dueAt <= dueBy && leasedUntil <= now,
        )
        .sort(([a, one], [b, other]) => one.dueAt - other.dueAt || byCodePoint(a, b))
        .slice(0, limit)
        .map(([key, row]) => {
          const leaseToken = row.leaseToken + 1;
          const lease = { leaseOwner: runner.name, leasedUntil: now + leaseMs, leaseToken };
          state.operations.set(key, { ...row, ...lease });
          const operation = JSON.parse(row.text) as Operation;
          return { operation, lease: { operation: operation.id, token: leaseToken } };
        });
    },
    async renewLeases(leases, until) {
      checkWhole('the end of a lease', until);
      const held = leases.filter((lease) => leaseHeld(state, checkLease(lease)));
      for (const { operation } of held.map(checkLease)) {
        const row = state.operations.get(operation)!;
        state.operations.set(operation, { ...row, leasedUntil: Math.max(row.leasedUntil, until) });
      }
      return held;
    },
  };
}
