/** `run`: the daemon, until a signal ends it. */

import { runDaemon } from '@tombolo/agent';
import {
  type AddCommand,
  type CommandHost,
  type CommonFlags,
  newCommand,
  numberOf,
  statedVersion,
  stateOf,
} from '../command.ts';

type Flags = CommonFlags & { readonly heartbeatInterval?: string };

const run = async (flags: Flags, host: CommandHost): Promise<void> => {
  const { env, err, now, newGuid } = host.surroundings;
  const text = flags.heartbeatInterval ?? env.TOMBOLO_AGENT_HEARTBEAT_SECONDS ?? '300';
  const seconds = numberOf('--heartbeat-interval', text, 0.05, 86_400, 'a number of seconds, at most a day');
  const state = await stateOf(flags, host);
  const stop = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.on(name, () => stop.abort());
  await runDaemon({
    state,
    heartbeatMs: seconds * 1000,
    now,
    newGuid,
    random: Math.random,
    signal: stop.signal,
    log: (level, message, fields) =>
      err(`${JSON.stringify({ time: new Date(now()).toISOString(), level, message, ...fields })}\n`),
    ...statedVersion(host),
  });
};

export const addRun: AddCommand = (host) => {
  newCommand(host.program, 'run', 'the daemon: heartbeats, desired configuration, renewal', [
    'run',
    'run --heartbeat-interval 60',
  ])
    .option('--heartbeat-interval <seconds>', 'default 300 (or TOMBOLO_AGENT_HEARTBEAT_SECONDS)')
    .action((flags: Flags) => run(flags, host));
};
