/** `genkey` */

import { makeKey } from '@tombolo/agent';
import { changing } from '../changing.ts';
import {
  type AddCommand,
  type CommandHost,
  type CommonFlags,
  consoleOf,
  newCommand,
  stateOf,
} from '../command.ts';

const genkey = async (flags: CommonFlags, host: CommandHost): Promise<void> => {
  const { result } = consoleOf(flags, host);
  const state = await stateOf(flags, host);
  const { newGuid } = host.surroundings;
  const made = await changing(state, host.surroundings, () => makeKey(state, newGuid));
  result(made, () => made.publicKey);
};

export const addGenkey: AddCommand = (host) => {
  newCommand(host.program, 'genkey', "make the machine's key ahead of connect, and print its public half", [
    'genkey',
    'genkey --json',
  ]).action((flags: CommonFlags) => genkey(flags, host));
};
