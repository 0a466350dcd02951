/** `upgrade` */

import { agentVersion, planUpgrade } from '@tombolo/agent';
import { type AddCommand, type CommandHost, type CommonFlags, consoleOf, newCommand } from '../command.ts';

type Flags = CommonFlags & { readonly version?: string };

const upgrade = (flags: Flags, host: CommandHost): void => {
  const plan = planUpgrade(agentVersion, flags.version);
  consoleOf(flags, host).result(plan, () =>
    plan.steps.length === 0
      ? `The agent is version ${plan.version} already.`
      : [
          `The agent is version ${plan.version} and does not replace itself:`,
          ...plan.steps.map((step, at) =>
            host.program
              .createHelp()
              .boxWrap(`${at + 1}. ${step}`, 77)
              .replace(/^/gm, '  '),
          ),
        ].join('\n'),
  );
};

export const addUpgrade: AddCommand = (host) => {
  newCommand(host.program, 'upgrade', 'what an upgrade of this agent takes', ['upgrade --version 1.67'])
    .option('--version <major.minor>', 'the version that is wanted (default: the newest)')
    .option('--cloud <name>', 'taken, and without effect: what is here is no package of a cloud')
    .option('--background', 'taken, and without effect: nothing is shown in windows')
    .action((flags: Flags) => upgrade(flags, host));
};
