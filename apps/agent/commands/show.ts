/** `show` */

import { linesOf, renderShow } from '@tombolo/agent';
import { type AddCommand, type CommandHost, type CommonFlags, newCommand, readerOf } from '../command.ts';

type Flags = CommonFlags & { readonly os?: boolean };

const show = async (properties: readonly string[], flags: Flags, host: CommandHost): Promise<void> => {
  const { env, now, out } = host.surroundings;
  const { os = false } = flags;
  const lines = await linesOf(readerOf(flags, host), { now: now(), env, os });
  out(`${renderShow(lines, properties, flags.json ?? false)}\n`);
};

export const addShow: AddCommand = (host) => {
  newCommand(host.program, 'show [property...]', 'what the machine is and how it fares', [
    'show',
    'show "Agent Status" "Agent Last Heartbeat"',
    'show status lastHeartbeat --json',
  ])
    .option('--os', 'and what the operating system says of itself')
    .action((properties: readonly string[], flags: Flags) => show(properties, flags, host));
};
