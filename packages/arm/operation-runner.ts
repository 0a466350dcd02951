/** Runs the steps of long-running operations: leased rows, one batch a step, finished after a restart. */

import type { Operation, Store } from '@tombolo/store/port';
import { StoreConflict } from '@tombolo/store/port';
import { operationRow } from './long-running.ts';
import type { Registry, StepOutcome } from './provider.ts';
import type { Settings } from './resource-type.ts';

export interface OperationRunnerOptions {
  readonly store: Store;
  readonly registry: Registry;
  readonly settings: Settings;
  readonly owner: string;
  readonly now: () => number;
  readonly newGuid: () => string;
  readonly onError: (operation: Operation, error: unknown) => void;
}

const leaseMs = 30_000;
const retries = 8;

export interface OperationRunner {
  /**
   * Runs every step that is due, or due within `early` milliseconds (what it waits for may have come); resolves to
   * the time of the next one, if any is known.
   */
  readonly runDue: (early?: number) => Promise<number | undefined>;
  /**
   * Runs at once what a runner that died had leased, instead of waiting for the end of its leases. Only for a store
   * that has no other runner, before this one runs anything.
   */
  readonly takeOver: () => Promise<void>;
}

export const createOperationRunner = (options: OperationRunnerOptions): OperationRunner => {
  const { store, registry, settings, owner, now, newGuid } = options;

  const write = async (operation: Operation, outcome: StepOutcome): Promise<Operation> => {
    const moved: Operation =
      outcome.status === 'InProgress'
        ? { ...operation, state: outcome.state, dueAt: outcome.dueAt }
        : {
            ...operation,
            status: outcome.status,
            endTime: now(),
            ...(outcome.status === 'Succeeded'
              ? { state: outcome.state ?? operation.state }
              : { error: outcome.error }),
          };
    const started = outcome.status === 'InProgress' ? (outcome.starts ?? []) : [];
    const rows = started.map(({ id, target, location, ...start }) =>
      operationRow(start, { id: target, subscriptionId: operation.subscriptionId, location }, now(), id),
    );
    await store.commit({ ...outcome.effects, operations: [moved, ...rows] });
    return moved;
  };

  const runStep = async (operation: Operation): Promise<Operation> => {
    const kind = registry.kindOf(operation.kind);
    if (!kind) {
      const message = `This version has no operation of kind '${operation.kind}'.`;
      return write(operation, { status: 'Failed', error: { code: 'NotImplemented', message } });
    }
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await write(
          operation,
          await kind.step({ operation, store, now: now(), newGuid, settings, registry }),
        );
      } catch (error) {
        if (error instanceof StoreConflict && attempt < retries) continue;
        options.onError(operation, error);
        if (!(error instanceof StoreConflict)) {
          const failure = {
            code: 'InternalServerError',
            message: 'The operation failed; the server log has the cause.',
          };
          return write(operation, { status: 'Failed', error: failure });
        }
        return write(operation, { status: 'InProgress', state: operation.state, dueAt: now() + 1000 });
      }
    }
  };

  /** When the next step of what this runner moved is due. */
  const due = new Map<string, number>();

  /** The operations that a step was run of. */
  const runRound = async (early: number): Promise<readonly Operation[]> => {
    const leased = await store.leaseOperations({ owner, now: now() + early, leaseMs, limit: 32 });
    for (const operation of leased) {
      const moved = await runStep(operation);
      if (moved.status === 'InProgress') due.set(moved.id, moved.dueAt);
      else due.delete(moved.id);
    }
    return leased;
  };

  const takeOver = async (): Promise<void> => {
    const seen = new Set<string>();
    for (;;) {
      // Once run a step is due later than what has been waiting, so that all of that comes before a second one.
      const leased = await runRound(leaseMs);
      if (leased.every(({ id }) => seen.has(id))) return;
      for (const { id } of leased) seen.add(id);
    }
  };

  const runDue = async (early = 0): Promise<number | undefined> => {
    for (;;) {
      const leased = await runRound(early);
      // One round of early steps is enough: what they wait for will wake the runner again.
      if (leased.length === 0 || early > 0) break;
    }
    return due.size === 0 ? undefined : Math.min(...due.values());
  };
  return { runDue, takeOver };
};
