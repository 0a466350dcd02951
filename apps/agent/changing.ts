/** The commands that change the state directory: one at a time, and ended by Ctrl-C with a word. */

import { AgentFailure, type StateDirectory } from '@tombolo/agent';
import type { Surroundings } from './surroundings.ts';

/** @throws AgentFailure 2, 11, and what `work` throws */
export const changing = async <T>(
  state: StateDirectory,
  { whenInterrupted }: Surroundings,
  work: () => Promise<T>,
): Promise<T> => {
  const release = await state.lock('change');
  let forget = (): void => {};
  const interrupted = new Promise<never>((_, reject) => {
    forget = whenInterrupted(() => reject(new AgentFailure(11, 'The command was cancelled.')));
  });
  try {
    return await Promise.race([work(), interrupted]);
  } finally {
    forget();
    await release();
  }
};
