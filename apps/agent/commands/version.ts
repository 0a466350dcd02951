/** `version` */

import { agentVersion } from '@tombolo/agent';
import { type AddCommand, type CommonFlags, consoleOf, newCommand } from '../command.ts';

export const addVersion: AddCommand = (host) => {
  newCommand(host.program, 'version', 'the version of the agent', ['version --json']).action(
    (flags: CommonFlags) => {
      consoleOf(flags, host).result({ version: agentVersion }, () => `tombolo-agent version ${agentVersion}`);
    },
  );
};
