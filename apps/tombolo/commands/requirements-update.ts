/** `tombolo requirements update`: a newer catalogue without a new release. */

import { sourceSpan, spanText } from '@tombolo/requirements';
import type { Command } from 'commander';
import { helpText, jsonOption, type Runner, stateOption } from '../shell/command.ts';
import { CommandError } from '../shell/command-error.ts';
import { keepCatalogue } from '../toolbox/requirements/kept-catalogue.ts';

export const addUpdate = (requirements: Command, runner: Runner): void => {
  requirements
    .command('update')
    .description(
      'take a newer catalogue from a file: checked, kept in the state directory, asked from then on',
    )
    .option('--file <file>', 'what "requirements export --format catalogue" of a newer release wrote')
    .option(...stateOption)
    .option(...jsonOption)
    .addHelpText(
      'after',
      helpText({
        notes: [
          'Questions that name the same --state ask it; a release that has a newer one asks its own. What a running installation serves stays that of its release.',
        ],
        exits: { 0: 'kept', 2: 'no catalogue, or none that is newer: what is kept is as before' },
        examples: ['./tombolo requirements update --file catalogue.json'],
      }),
    )
    .action((flags: { readonly file?: string; readonly state: string; readonly json?: boolean }) =>
      runner(flags.json === true, async (output) => {
        if (flags.file === undefined)
          throw new CommandError(
            'InvalidArgument',
            'There is no catalogue to take.',
            'Name its file with --file.',
          );
        const { catalogue, before, file } = keepCatalogue(flags.state, flags.file);
        const { version, date, requirements: rows } = catalogue;
        const sources = sourceSpan(rows);
        output.result(
          { file, version, date, sources, entries: rows.length, before: before.version },
          () =>
            `Catalogue ${version} with ${rows.length} entries, from ${spanText(sources)}, is kept; before it was ${before.version}.`,
        );
        return 0;
      }),
    );
};
