/** Runs the steps of long-running operations: leased rows, one batch a step, finished after a restart. */

import type { FollowersProgress } from '@tombolo/store/feed/follower-progress';
import type { LeasedOperation, Operation, Runner, Store } from '@tombolo/store/port';
import { LeaseLost, StoreConflict, StoreFault } from '@tombolo/store/port';
import type { StepOutcome } from './decision.ts';
import { shownForMs } from './ended-operation.ts';
import { keepLeases, leaseMs } from './kept-leases.ts';
import { operationRow } from './long-running.ts';
import type { Registry } from './resource-type.ts';
import type { Settings } from './settings.ts';

export interface OperationRunnerOptions {
  readonly store: Store;
  /** Of the followers' streams, as it is when a step runs. */
  readonly progress: FollowersProgress;
  readonly registry: Registry;
  readonly settings: Settings;
  /** From `store.startRunner`, which ended what the former runner of this name had leased. */
  readonly runner: Runner;
  readonly now: () => number;
  readonly newGuid: () => string;
  /** Calls back every so many milliseconds until the result is called: leases are renewed so while steps run. */
  readonly repeat: (everyMs: number, work: () => void) => () => void;
  readonly onError: (operation: Operation, error: unknown) => void;
}

const retries = 8;

/** Operations that nobody is shown any more go in batches of so many, and are looked for so often. */
const forgottenAtOnce = 256;
const forgetEveryMs = 60 * 60 * 1000;

export interface OperationRunner {
  /**
   * Runs every step that is due, or due within `early` milliseconds (what it waits for may have come); resolves to
   * the time of the next one, if any is known. Rejects with `RunnerSuperseded` once another has started under its name.
   */
  readonly runDue: (early?: number) => Promise<number | undefined>;
}

export const createOperationRunner = (options: OperationRunnerOptions): OperationRunner => {
  const { store, progress, registry, settings, runner, now, newGuid } = options;

  const write = async ({ operation, lease }: LeasedOperation, outcome: StepOutcome): Promise<Operation> => {
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
    await store.commit({ ...outcome.effects, lease, operations: [moved, ...rows] });
    return moved;
  };

  const runStep = async (leased: LeasedOperation): Promise<Operation> => {
    const { operation } = leased;
    const kind = registry.kindOf(operation.kind);
    if (!kind) {
      const message = `This version has no operation of kind '${operation.kind}'.`;
      return write(leased, { status: 'Failed', error: { code: 'NotImplemented', message } });
    }
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await write(
          leased,
          await kind.step({ operation, store, progress, now: now(), newGuid, settings, registry }),
        );
      } catch (error) {
        if (error instanceof StoreConflict && attempt < retries) continue;
        // Where the disk fails nothing can be said of the operation: its lease runs out, and it is tried again.
        if (error instanceof LeaseLost || error instanceof StoreFault) throw error;
        options.onError(operation, error);
        if (!(error instanceof StoreConflict)) {
          const failure = {
            code: 'InternalServerError',
            message: 'The operation failed; the server log has the cause.',
          };
          return write(leased, { status: 'Failed', error: failure });
        }
        return write(leased, { status: 'InProgress', state: operation.state, dueAt: now() + 1000 });
      }
    }
  };

  /** When the next step of what this runner moved is due. */
  const due = new Map<string, number>();

  /** Whether anything was due. */
  const runRound = async (early: number): Promise<boolean> => {
    const round = await store.leaseOperations({
      runner,
      now: now(),
      dueBy: now() + early,
      leaseMs,
      limit: 32,
    });
    if (round.length === 0) return false;
    const kept = keepLeases(
      options,
      round.map(({ lease }) => lease),
    );
    try {
      for (const leased of round) {
        due.delete(leased.operation.id);
        if (!kept.begin(leased.lease)) continue;
        try {
          const moved = await runStep(leased);
          if (moved.status === 'InProgress') due.set(moved.id, moved.dueAt);
        } catch (error) {
          // Another runner goes on with it, from the state that was written last.
          if (!(error instanceof LeaseLost)) throw error;
          options.onError(leased.operation, error);
        }
        kept.end(leased.lease);
      }
    } finally {
      kept.stop();
    }
    return true;
  };

  let forgotAt = Number.NEGATIVE_INFINITY;
  const forgetEnded = async (): Promise<void> => {
    if (now() - forgotAt < forgetEveryMs) return;
    const endedBefore = Math.max(0, now() - shownForMs + 1);
    const gone = await store.forgetOperations({ endedBefore, limit: forgottenAtOnce });
    // Of a full batch there are more: the next call goes on.
    if (gone < forgottenAtOnce) forgotAt = now();
  };

  const runDue = async (early = 0): Promise<number | undefined> => {
    for (;;) {
      const some = await runRound(early);
      // One round of early steps is enough: what they wait for will wake the runner again.
      if (!some || early > 0) break;
    }
    await forgetEnded();
    return due.size === 0 ? undefined : Math.min(...due.values());
  };
  return { runDue };
};
