/** `tombolo version`: what this is and what it runs on. */

import workspace from '../../../package.json' with { type: 'json' };
import { formatVersion } from '../installation/state-directory.ts';
import { type AddCommand, helpText, jsonOption } from '../shell/command.ts';

/** The version of the whole: the root's. */
export const productVersion: string = workspace.version;

export const addVersion: AddCommand = (program, runner) =>
  program
    .command('version')
    .description('print the version')
    .option(...jsonOption)
    .addHelpText('after', helpText({ exits: { 0: 'printed' }, examples: ['./tombolo version --json'] }))
    .action((options: { json?: boolean }) =>
      runner(options.json === true, async (output) => {
        const shown = {
          tombolo: productVersion,
          node: process.version,
          stateFormat: formatVersion,
          agentCompatibility: '1.67',
        };
        output.result(
          shown,
          () => `tombolo ${shown.tombolo} (state format ${shown.stateFormat}, Node ${shown.node})`,
        );
        return 0;
      }),
    );
