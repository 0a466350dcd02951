/** `genkey` */

import { makeKey } from '@tombolo/agent';
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
  const release = await state.lock('change');
  try {
    const { publicKey, vmId } = await makeKey(state, host.surroundings.newGuid);
    result({ publicKey, vmId }, () => publicKey);
  } finally {
    await release();
  }
};

export const addGenkey: AddCommand = (host) => {
  newCommand(host.program, 'genkey', "make the machine's key ahead of connect, and print its public half", [
    'genkey',
    'genkey --json',
  ]).action((flags: CommonFlags) => genkey(flags, host));
};
