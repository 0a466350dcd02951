/** `license` */

import { type AddCommand, type CommonFlags, consoleOf, newCommand } from '../command.ts';
import { licenseText } from '../license-text.ts';

export const addLicense: AddCommand = (host) => {
  newCommand(host.program, 'license', 'the license of this agent', ['license']).action(
    (flags: CommonFlags) => {
      consoleOf(flags, host).result({ license: 'MIT', text: licenseText }, () => licenseText);
    },
  );
};
