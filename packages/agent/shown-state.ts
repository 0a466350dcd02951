/** What `show` says of a state directory. */

import { realClouds } from '@tombolo/private-link';
import { operatingSystemFacts, readMachineFacts } from './machine-facts.ts';
import { chooseProxy } from './proxy.ts';
import { type Line, showLines } from './show.ts';
import type { StateReader } from './state-directory.ts';

/** @throws AgentFailure 18, 19 */
export const linesOf = async (
  state: StateReader,
  { now, env, os = false }: { readonly now: number; readonly env: NodeJS.ProcessEnv; readonly os?: boolean },
): Promise<readonly Line[]> => {
  const connected = await state.readConnected();
  const configuration = await state.readConfiguration();
  const settings = { url: configuration['proxy.url'], bypass: configuration['proxy.bypass'] };
  return showLines({
    connected,
    status: await state.readStatus(),
    configuration,
    // As the daemon chooses it; its own variables may be others.
    proxy: chooseProxy(settings, env, connected?.profile ?? realClouds.AzureCloud!)?.shown ?? '',
    machine: readMachineFacts(),
    running: (await state.daemon()) !== undefined,
    logFile: state.logFile,
    now,
    ...(os ? { operatingSystem: operatingSystemFacts() } : {}),
  });
};
