/** `tombolo service-tags import`: a downloaded list is checked, kept, and given to the installation that runs. */

import { basename } from 'node:path';
import { keepVersion, publishedAtOf } from '@tombolo/service-tags';
import type { Command } from 'commander';
import { openStateDirectory } from '../../installation/state-directory.ts';
import { helpText, type Runner } from '../../shell/command.ts';
import { type ReadValue, valued } from '../../shell/values.ts';
import { placeOf } from '../documents/document-file.ts';
import { changeNumber, orCommandError, readFiles, readMoment } from './input.ts';
import { directoryOf, type PlaceFlags, placeOptions } from './options.ts';
import { giveToInstallation, type Serving } from './serving.ts';
import { downloads, servingText, versionJson, versionsText, withFreshness } from './texts.ts';

interface ImportFlags extends PlaceFlags {
  readonly cloud?: string;
  readonly changeNumber?: string;
  readonly normalise?: boolean;
  readonly replace?: boolean;
  readonly keepOnly?: boolean;
  readonly source?: string;
  readonly fetchedAt?: number;
  readonly published?: number;
  readonly maxAge: number;
}

/** Of the past. */
const moment: ReadValue<number> = (text, flag) => readMoment(text, flag, Date.now());

export const addImport = (parent: Command, runner: Runner): void => {
  parent
    .command('import <file...>')
    .description(
      'check a downloaded list, keep it by cloud and change number, and serve it where an installation runs',
    )
    .option(...placeOptions.state)
    .option(...placeOptions.directory)
    .option(...placeOptions.cloud)
    .addOption(
      valued('--change-number <number>', 'for serviceTagDetails, which has none of its own', changeNumber),
    )
    .option(...placeOptions.normalise)
    .option(
      '--replace',
      'over other content of the same number; serve it although what is served is newer or of another cloud',
    )
    .option('--keep-only', 'do not give it to the installation')
    .option('--source <text>', 'where it came from; default: the file name')
    .addOption(valued('--fetched-at <time>', 'when it was downloaded; default: now', moment))
    .addOption(
      valued('--published <date>', 'when it was published; default: the date in the file name', moment),
    )
    .addOption(placeOptions.maxAge())
    .option(...placeOptions.json)
    .addHelpText(
      'after',
      helpText({
        notes: [
          'Takes the "Azure IP Ranges and Service Tags" file, and the answers of serviceTags and serviceTagDetails (all pages of one list).',
          'Nothing that is kept is touched when the list is refused. The file is published weekly at:',
          ...downloads.map((place) => `  ${place}`),
        ],
        exits: {
          0: 'kept',
          2: 'refused (truncated, too large, host bits, duplicate tags, other content)',
          3: 'directory',
          8: 'refused by the installation',
        },
        examples: [
          './tombolo service-tags import ServiceTags_Public_20260810.json',
          './tombolo service-tags import page1.json page2.json --cloud Public',
          './tombolo service-tags import ServiceTags_Public_20260810.json --directory /srv/service-tags --json',
        ],
      }),
    )
    .action((files: string[], flags: ImportFlags) =>
      runner(flags.json === true, async (output) => {
        const now = Date.now();
        const maxAgeMs = flags.maxAge;
        const first = basename(files[0]!);
        const publishedAt = flags.published === undefined ? publishedAtOf(first) : flags.published;
        const facts = {
          source: flags.source ?? files.map((file) => basename(placeOf(file))).join(', '),
          fetchedAt: flags.fetchedAt ?? now,
          ...(publishedAt === undefined ? {} : { publishedAt }),
        };
        const { document, normalised } = readFiles(files, {
          ...(flags.cloud === undefined ? {} : { cloud: flags.cloud }),
          ...(flags.changeNumber === undefined ? {} : { changeNumber: flags.changeNumber }),
          normalise: flags.normalise === true,
        });
        if (flags.directory === undefined) openStateDirectory(flags.state);
        const replace = flags.replace === true;
        const { version, outcome } = orCommandError(() =>
          keepVersion(directoryOf(flags), document, facts, { replace }),
        );
        const serving: Serving =
          flags.keepOnly === true
            ? { notServed: '--keep-only was given' }
            : await giveToInstallation(flags.state, document, version, replace);
        const shown = withFreshness(version, now, maxAgeMs);
        output.result({ outcome, version: versionJson(shown), normalised, ...serving }, () =>
          [
            `${outcome}: ${version.path}`,
            versionsText([shown]),
            ...(normalised.length > 0 ? [`${normalised.length} prefixes were normalised:`] : []),
            ...normalised.slice(0, 5).map(({ tag, message }) => `  ${tag}: ${message}`),
            servingText(serving),
          ].join('\n'),
        );
        return 0;
      }),
    );
};
