/** Waiting for what happens to the state directory, until a signal ends it. */

import { once } from 'node:events';
import { watch } from 'node:fs';
import type { Configuration } from './configuration-property.ts';
import type { ConnectedState, StateDirectory } from './state-directory.ts';

/** Resolves early, and never rejects, when the signal aborts. */
export const wait = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });

/** Until the directory changes, or two seconds at most. */
export const directoryChange = async (path: string, signal: AbortSignal): Promise<void> => {
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  try {
    const watcher = watch(path, { signal: either });
    watcher.on('error', () => {});
    await Promise.race([once(watcher, 'change', { signal: either }).catch(() => {}), wait(2_000, either)]);
  } catch {
    // The directory itself is gone: it may come back.
    await wait(2_000, either);
  }
  stop.abort();
};

/** Notices `disconnect`, a new `connect` and other settings between heartbeats. */
export const whenOtherwise = async (
  state: Pick<StateDirectory, 'path' | 'readConnected' | 'readConfiguration'>,
  was: { readonly connected: ConnectedState; readonly configuration?: Configuration },
  signal: AbortSignal,
): Promise<void> => {
  const settings = JSON.stringify(was.configuration);
  while (!signal.aborted) {
    await directoryChange(state.path, signal);
    const connected = await state.readConnected().catch(() => was.connected);
    if (connected?.connectedAt !== was.connected.connectedAt) return;
    const configuration = await state.readConfiguration().catch(() => was.configuration);
    if (JSON.stringify(configuration) !== settings) return;
  }
};
