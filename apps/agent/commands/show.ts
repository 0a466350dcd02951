/** `show` */

import { renderShow, showLines } from '@tombolo/agent';
import { type AddCommand, type CommandHost, type CommonFlags, newCommand, stateOf } from '../command.ts';

const show = async (properties: readonly string[], flags: CommonFlags, host: CommandHost): Promise<void> => {
  const state = await stateOf(flags, host);
  const lines = showLines(await state.readConnected(), await state.readStatus());
  host.surroundings.out(`${renderShow(lines, properties, flags.json ?? false)}\n`);
};

export const addShow: AddCommand = (host) => {
  newCommand(host.program, 'show [property...]', 'what the machine is and how it fares', [
    'show',
    'show status lastHeartbeat --json',
  ]).action((properties: readonly string[], flags: CommonFlags) => show(properties, flags, host));
};
