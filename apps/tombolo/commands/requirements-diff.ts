/** `tombolo requirements diff`: what changed between two versions of the catalogue. */

import {
  type Catalogue,
  cataloguesUpTo,
  changeFeed,
  compareCatalogues,
  readCatalogue,
  readQuery,
} from '@tombolo/requirements';
import type { Command } from 'commander';
import { catalogueInForce } from '../installation/catalogue-in-force.ts';
import { helpText, jsonOption, type Runner, stateOption } from '../shell/command.ts';
import { CommandError } from '../shell/command-error.ts';
import { readDocumentFile } from '../toolbox/documents/document-file.ts';
import { orCommandError } from '../toolbox/requirements/query-options.ts';
import { differenceText } from '../toolbox/requirements/texts.ts';

/** A version that is here, or a file that `export --format catalogue` wrote. Throws InvalidArgument. */
const catalogueOf = (name: string, versions: readonly Catalogue[]): Catalogue => {
  const published = versions.find(({ version }) => version === name);
  if (published !== undefined) return published;
  if (/^\d+\.\d+\.\d+$/.test(name)) {
    throw new CommandError(
      'InvalidArgument',
      `There is no version ${name} of the catalogue.`,
      `Versions: ${versions.map(({ version }) => version).join(', ')}.`,
    );
  }
  return orCommandError(() => readCatalogue(readDocumentFile(name)));
};

export const addDiff = (requirements: Command, runner: Runner): void => {
  requirements
    .command('diff [from] [to]')
    .description('what changed between two versions of the catalogue (default: the last two), or files of it')
    .option('--product <name>', 'only rows of this product; repeatable', append, [])
    .option('--cloud <name>', 'only rows of this cloud')
    .option('--feed', 'all changes as a JSON feed (jsonfeed.org 1.1)')
    .option('--exit-code', 'end with 9 where there are differences')
    .option(...stateOption)
    .option(...jsonOption)
    .addHelpText(
      'after',
      helpText({
        exits: { 0: 'compared', 2: 'bad argument', 9: 'they differ (--exit-code)' },
        examples: [
          './tombolo requirements diff',
          './tombolo requirements diff 1.0.0 2.0.0 --cloud AzureCloud --json',
          './tombolo requirements diff last-week.json 2.0.0 --exit-code',
        ],
      }),
    )
    .action((from: string | undefined, to: string | undefined, flags: DiffFlags) =>
      runner(flags.json === true, async (output) => {
        const inForce = catalogueInForce(flags.state);
        const versions = cataloguesUpTo(inForce);
        if (flags.feed === true) {
          output.document(changeFeed(versions));
          return 0;
        }
        const named = orCommandError(() => ({
          clouds: flags.cloud === undefined ? undefined : [readQuery({ cloud: flags.cloud }, inForce).cloud],
          products:
            flags.product.length === 0 ? undefined : readQuery({ products: flags.product }, inForce).products,
        }));
        const difference = compareCatalogues(
          catalogueOf(from ?? (versions.at(-2) ?? inForce).version, versions),
          catalogueOf(to ?? inForce.version, versions),
          {
            ...(named.clouds === undefined ? {} : { clouds: named.clouds }),
            ...(named.products === undefined ? {} : { products: named.products }),
          },
        );
        output.result(difference, () => differenceText(difference));
        const { added, removed, changed } = difference;
        const same = added.length + removed.length + changed.length === 0;
        return flags.exitCode === true && !same ? 9 : 0;
      }),
    );
};

interface DiffFlags {
  readonly product: readonly string[];
  readonly cloud?: string;
  readonly feed?: boolean;
  readonly exitCode?: boolean;
  readonly state: string;
  readonly json?: boolean;
}

const append = (value: string, before: readonly string[]): readonly string[] => [...before, value];
