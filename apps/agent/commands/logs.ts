/** `logs` */

import { archiveLogs, linesOf, renderShow } from '@tombolo/agent';
import {
  type AddCommand,
  type CommandHost,
  type CommonFlags,
  consoleOf,
  newCommand,
  readerOf,
} from '../command.ts';

type Flags = CommonFlags & { readonly full?: boolean; readonly output?: string };

const logs = async (flags: Flags, host: CommandHost): Promise<void> => {
  const { env, now } = host.surroundings;
  const { result } = consoleOf(flags, host);
  const state = readerOf(flags, host);
  const file = await archiveLogs({
    state,
    shown: renderShow(await linesOf(state, { now: now(), env, os: true }), [], true),
    full: flags.full ?? false,
    directory: process.cwd(),
    now: now(),
    env,
    ...(flags.output === undefined ? {} : { output: flags.output }),
  });
  result({ file }, () => `INFO    Logs collected in ${file}`);
};

export const addLogs: AddCommand = (host) => {
  newCommand(host.program, 'logs', 'collect logs in a ZIP archive that has nothing secret in it', [
    'logs',
    'logs --full --output /tmp/agent-logs.zip',
  ])
    .option('-f, --full', 'all log files (default: the two newest)')
    .option('-o, --output <file>', 'the archive (default: azcmagent-TIME-COMPUTER.zip, here)')
    .action((flags: Flags) => logs(flags, host));
};
