/** What `show` says of a state directory. */

import { operatingSystemFacts, readMachineFacts } from './machine-facts.ts';
import { type Line, showLines } from './show.ts';
import type { StateReader } from './state-directory.ts';

/** @throws AgentFailure 18, 19 */
export const linesOf = async (state: StateReader, now: number, os = false): Promise<readonly Line[]> =>
  showLines({
    connected: await state.readConnected(),
    status: await state.readStatus(),
    configuration: await state.readConfiguration(),
    machine: readMachineFacts(),
    running: (await state.daemon()) !== undefined,
    logFile: state.logFile,
    now,
    ...(os ? { operatingSystem: operatingSystemFacts() } : {}),
  });
