/** When operations run: each second, when something was written, and when a follower says what it has applied. */

import { createOperationRunner, type OperationRunnerOptions } from '@tombolo/arm';
import type { Store } from '@tombolo/store';
import { RunnerSuperseded } from '@tombolo/store/port';
import type { Log } from '../../shell/log.ts';
import { type Periodic, runPeriodically } from './periodic.ts';

export interface OperationsOptions
  extends Pick<OperationRunnerOptions, 'progress' | 'registry' | 'settings' | 'now' | 'newGuid'> {
  readonly store: Store;
  readonly log: Log;
  /** Another control has started on the store: this one may run no operation any more. */
  readonly onSuperseded: () => void;
}

const everyMs = 1_000;
/** Steps that wait for followers look every 200 ms; an acknowledgement may be what they wait for. */
const earlyMs = 250;

export const runOperations = async (options: OperationsOptions): Promise<Periodic> => {
  const { store, progress, registry, settings, now, newGuid, log } = options;
  const runner = createOperationRunner({
    store,
    progress,
    registry,
    settings,
    // Of the control process that ran before on this store the leases end here, and so does its right to write under them.
    runner: await store.startRunner('control'),
    now,
    newGuid,
    repeat: (interval, work) => {
      const timer = setInterval(work, interval);
      return () => clearInterval(timer);
    },
    onError: (operation, error) =>
      log('operation step failed', { operation: operation.id, kind: operation.kind, error }),
  });
  let early = 0;
  const periodic = runPeriodically(
    everyMs,
    () => {
      const ahead = early;
      early = 0;
      return runner.runDue(ahead);
    },
    (error) => {
      log('operations could not be run', { error });
      if (error instanceof RunnerSuperseded) options.onSuperseded();
    },
  );
  store.onHead(() => periodic.wake());
  store.onAcknowledge(() => {
    early = earlyMs;
    periodic.wake();
  });
  return periodic;
};
