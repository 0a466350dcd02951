/** `tombolo service-tags show` and `diff`: what is kept, what a tag stands for, and what changed. */

import { didYouMean, nearestNames } from '@tombolo/private-link';
import {
  compareDocuments,
  differenceMarkdown,
  differenceText,
  findTag,
  findVersion,
  readVersion,
} from '@tombolo/service-tags';
import type { Command } from 'commander';
import { helpText, type Runner } from '../../shell/command.ts';
import { CommandError } from '../../shell/command-error.ts';
import { invalid, oneOf, valued } from '../../shell/values.ts';
import { documentNamed, keptIn, orCommandError } from './input.ts';
import { directoryOf, type PlaceFlags, placeOptions } from './options.ts';
import { askInstallation } from './serving.ts';
import {
  noneKept,
  problemsText,
  servingText,
  tagJson,
  versionJson,
  versionsText,
  withFreshness,
} from './texts.ts';

interface ShowFlags extends PlaceFlags {
  readonly cloud?: string;
  readonly changeNumber: string;
  readonly aggregate?: boolean;
  readonly maxAge: number;
}

export const addShow = (parent: Command, runner: Runner): void => {
  parent
    .command('show [tag]')
    .description('without a tag: the versions kept and their age; with one: its prefixes')
    .option(...placeOptions.state)
    .option(...placeOptions.directory)
    .option(...placeOptions.cloud)
    .option('--change-number <number>', 'the version: a change number, newest or previous', 'newest')
    .option('--aggregate', 'the fewest prefixes that cover the same addresses')
    .addOption(placeOptions.maxAge())
    .option(...placeOptions.json)
    .addHelpText(
      'after',
      helpText({
        exits: { 0: 'shown', 2: 'no such tag or version' },
        examples: [
          './tombolo service-tags show',
          './tombolo service-tags show AzureArcInfrastructure --aggregate',
          './tombolo service-tags show Storage.WestEurope --change-number 152 --json',
        ],
      }),
    )
    .action((tag: string | undefined, flags: ShowFlags) =>
      runner(flags.json === true, async (output) => {
        const kept = keptIn(directoryOf(flags));
        const maxAgeMs = flags.maxAge;
        if (tag === undefined) {
          const versions = kept.versions.map((version) => withFreshness(version, Date.now(), maxAgeMs));
          const serving = await askInstallation(flags.state);
          output.result({ versions: versions.map(versionJson), problems: kept.problems, ...serving }, () =>
            [
              ...(versions.length === 0 ? noneKept('No service tags are kept') : [versionsText(versions)]),
              ...problemsText(kept.problems),
              servingText(serving),
            ].join('\n'),
          );
          return 0;
        }
        const { version, document } = orCommandError(() => {
          const found = findVersion(kept, flags.changeNumber, flags.cloud);
          return { version: withFreshness(found, Date.now(), maxAgeMs), document: readVersion(found) };
        });
        const found = findTag(document, tag);
        if (!found) {
          const nearest = nearestNames(
            tag,
            document.tags.map((entry) => entry.name),
          );
          throw new CommandError(
            'InvalidArgument',
            `${version.cloud} ${version.changeNumber} has no tag ${tag}.`,
            `${didYouMean(nearest)}The list itself has all its tags: ${version.path}.`,
          );
        }
        const shown = tagJson(found, flags.aggregate === true);
        output.result({ version: versionJson(version), tag: shown }, () =>
          [
            versionsText([version]),
            `${found.name}: ${found.addressPrefixes.length} prefixes, ${shown.rules} after aggregation${found.region === '' ? '' : `, region ${found.region}`}`,
            ...shown.addressPrefixes,
          ].join('\n'),
        );
        return 0;
      }),
    );
};

interface DiffFlags extends PlaceFlags {
  readonly cloud?: string;
  readonly format: string;
  readonly tag?: readonly string[];
  readonly exitCode?: boolean;
}

export const addDiff = (parent: Command, runner: Runner): void => {
  parent
    .command('diff [from] [to]')
    .description('prefixes added, removed and moved by tag, and the rules before and after')
    .option(...placeOptions.state)
    .option(...placeOptions.directory)
    .option(...placeOptions.cloud)
    .addOption(
      valued(
        '--format <name>',
        'text, markdown or json',
        oneOf('format', ['text', 'markdown', 'json']),
        'text',
      ),
    )
    .option(...placeOptions.normalise)
    .option('--tag <name...>', 'only these tags (moves from and to others are still told)')
    .option('--exit-code', 'exit with 9 where addresses differ')
    .option(...placeOptions.json)
    .addHelpText(
      'after',
      helpText({
        notes: [
          'Versions are change numbers, newest, previous or files; default: previous and newest. Compared by address: a prefix that is only cut differently is no change.',
        ],
        exits: { 0: 'compared', 2: 'no such version', 9: 'they differ and --exit-code was given' },
        examples: [
          './tombolo service-tags diff',
          './tombolo service-tags diff 150 newest --format markdown > change.md',
          './tombolo service-tags diff old.json new.json --tag AzureArcInfrastructure --exit-code',
        ],
      }),
    )
    .action((from: string | undefined, to: string | undefined, flags: DiffFlags) => {
      return runner(flags.json === true, async (output) => {
        if (flags.json === true && flags.format === 'markdown')
          throw invalid('--format markdown and --json contradict each other.', 'Leave one out.');
        const kept = keptIn(directoryOf(flags));
        const older = documentNamed(kept, from ?? 'previous', flags);
        const newer = documentNamed(kept, to ?? 'newest', flags);
        const difference = compareDocuments(older.document, newer.document, flags.tag);
        if (flags.format === 'json') output.document(difference);
        else
          output.result(difference, () =>
            flags.format === 'markdown' ? differenceMarkdown(difference) : differenceText(difference),
          );
        return flags.exitCode === true && difference.tags.length > 0 ? 9 : 0;
      });
    });
};
