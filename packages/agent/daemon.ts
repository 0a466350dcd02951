/** `run`: heartbeats, desired configuration, renewal; goes on whatever restarts around it, until it is told to stop. */

import { openDaemon } from './daemon-turn.ts';
import { directoryChange, wait, whenOtherwise } from './directory-watch.ts';
import type { DaemonOptions } from './session.ts';
import { agentVersion as ownVersion } from './version.ts';

/**
 * Runs until the signal aborts. Not connected (yet, or no more): it waits for `connect`. A failure is shown in the
 * status file and tried again with back-off; nothing ends the daemon but the signal.
 * @throws AgentFailure 2 where another daemon runs
 */
export const runDaemon = async (options: DaemonOptions & { readonly signal: AbortSignal }): Promise<void> => {
  const { state, signal, log } = options;
  const release = await state.lock('run');
  let woken = new AbortController();
  const daemon = openDaemon(options, () => woken.abort());
  try {
    log('info', 'started', {
      agentVersion: options.agentVersion ?? ownVersion,
      stateDirectory: state.path,
    });
    while (!signal.aborted) {
      const turn = await daemon.turn();
      if (turn === undefined) {
        // After `disconnect` the directory holds nothing of the machine: no status file either.
        await directoryChange(state.path, signal);
        continue;
      }
      const stop = new AbortController();
      // What ended while the turn ran has been told by it, or is told by the next at once.
      const either = AbortSignal.any([signal, stop.signal, woken.signal]);
      const due = Promise.race([wait(turn.delayMs, either), whenOtherwise(state, turn.was, either)]).then(
        () => false,
      );
      const changed = (): Promise<boolean> => daemon.changed(either).then(() => true);
      while (turn.failed === undefined && (await Promise.race([due, changed()]))) {
        if (signal.aborted || !(await daemon.takeChange())) break;
      }
      await (turn.failed === undefined ? undefined : due);
      stop.abort();
      if (woken.signal.aborted) woken = new AbortController();
    }
  } finally {
    await daemon.close();
    await release();
    log('info', 'stopped');
  }
};
