/** `tombolo requirements update`: a newer catalogue without a new release. */

import { spanText } from '@tombolo/requirements';
import type { Command } from 'commander';
import { helpText, jsonOption, type Runner, stateOption } from '../shell/command.ts';
import { CommandError } from '../shell/command-error.ts';
import { keepCatalogue } from '../toolbox/requirements/kept-catalogue.ts';
import { shownCatalogue, today } from '../toolbox/requirements/query-options.ts';

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
          'Whatever names the same --state answers from it, a running installation from its next request on; a release that has a newer one asks its own.',
          'Its tables are taken; the lists beside them (service tags, TLS, proxy bypass …) stay those of the release.',
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
        const { basis: _basis, ...shown } = shownCatalogue(catalogue);
        const entries = catalogue.requirements.length;
        output.result(
          { file, ...shown, entries, before: before.version },
          () =>
            `Catalogue ${shown.version} with ${entries} entries, from ${spanText(shown.sources, today())}, is kept; before it was ${before.version}.`,
        );
        return 0;
      }),
    );
};
