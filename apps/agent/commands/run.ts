/** `run`: the daemon, until a signal ends it. */

import { identitySettings, openLogFile, readMachineFacts, runDaemon } from '@tombolo/agent';
import {
  type AddCommand,
  agentStateOf,
  type CommandHost,
  type CommonFlags,
  newCommand,
  numberOf,
  statedVersion,
} from '../command.ts';

type Flags = CommonFlags & {
  readonly heartbeatInterval?: string;
  readonly identityPort?: string;
  readonly notifications?: boolean;
};

const run = async (flags: Flags, host: CommandHost): Promise<void> => {
  const { env, err, now, newGuid } = host.surroundings;
  const text = flags.heartbeatInterval ?? env.TOMBOLO_AGENT_HEARTBEAT_SECONDS ?? '300';
  const seconds = numberOf('--heartbeat-interval', text, 0.05, 86_400, 'a number of seconds, at most a day');
  const identity = identitySettings(flags.identityPort, flags.stateDir, env);
  const state = await agentStateOf(flags, host);
  const stop = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.on(name, () => stop.abort());
  const keep = openLogFile(state.logFile);
  await runDaemon({
    state,
    heartbeatMs: seconds * 1000,
    now,
    newGuid,
    env,
    random: Math.random,
    machine: readMachineFacts(),
    signal: stop.signal,
    log: (level, message, fields) => {
      const line = `${JSON.stringify({ time: new Date(now()).toISOString(), level, message, ...fields })}\n`;
      err(line);
      keep(line);
    },
    notifications: flags.notifications !== false,
    ...(identity === undefined ? {} : { identity }),
    ...statedVersion(host),
  });
};

export const addRun: AddCommand = (host) => {
  newCommand(host.program, 'run', 'the daemon: heartbeats, desired configuration, renewal', [
    'run',
    'run --heartbeat-interval 60',
  ])
    .option('--heartbeat-interval <seconds>', 'default 300 (or TOMBOLO_AGENT_HEARTBEAT_SECONDS)')
    .option('--no-notifications', 'learn of changes by the heartbeats alone')
    .option(
      '--identity-port <port>',
      'of the local identity endpoint, or off (default: 40342; off where a state directory is named)',
    )
    .action((flags: Flags) => run(flags, host));
};
