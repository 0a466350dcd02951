/** `tombolo reset`: back to an installation without resources, fast. */

import { connectToServer } from '../installation/server-connection.ts';
import {
  findStateDirectory,
  lockStateDirectory,
  removeInstallation,
  runningProcess,
} from '../installation/state-directory.ts';
import { type AddCommand, helpText, jsonOption, stateOption } from '../shell/command.ts';
import { CommandError } from '../shell/command-error.ts';

export const addReset: AddCommand = (program, runner) =>
  program
    .command('reset')
    .description(
      'delete every resource; a running server stays up with its identity, a stopped one is removed from disk',
    )
    .option('--yes', 'do not ask: needed, for nothing can be brought back')
    .option(...stateOption)
    .option(...jsonOption)
    .addHelpText(
      'after',
      helpText({
        exits: { 0: 'reset', 2: 'without --yes', 5: 'there is no installation' },
        examples: ['./tombolo reset --yes', './tombolo reset --yes --state /tmp/test-installation --json'],
      }),
    )
    .action((options: { yes?: boolean; state: string; json?: boolean }) =>
      runner(options.json === true, async (output) => {
        if (!options.yes)
          throw new CommandError(
            'InvalidArgument',
            'reset deletes every resource and cannot be undone.',
            'Run "./tombolo backup" first if in doubt, then add --yes.',
          );
        const state = findStateDirectory(options.state);
        if (runningProcess(state) === undefined) {
          // Nobody starts it while it is being removed.
          const release = lockStateDirectory(state);
          const left = removeInstallation(state);
          release();
          output.result({ removed: state.path, left }, () =>
            left.length === 0
              ? `removed ${state.path}`
              : `removed the installation in ${state.path}; not ours, and still there: ${left.slice(0, 10).join(', ')}`,
          );
          return 0;
        }
        const outcome = await connectToServer(options.state).ask('POST', '/reset', {});
        output.result(
          outcome,
          () => `deleted ${outcome.deleted} documents; the installation is as after its first start`,
        );
        return 0;
      }),
    );
