/** `tombolo requirements`: what the network must allow; needs no installation. */

import { writeFileSync } from 'node:fs';
import {
  answerQuery,
  type Catalogue,
  catalogueDocument,
  catalogues,
  changeFeed,
  compareCatalogues,
  countRows,
  endpointsOf,
  explainHost,
  findCatalogue,
  type JudgedRequirement,
  readCatalogue,
  readQuery,
  toCsv,
  toMarkdown,
} from '@tombolo/requirements';
import type { Command } from 'commander';
import { type AddCommand, formerly, helpText, jsonOption, type Runner } from '../shell/command.ts';
import { CommandError } from '../shell/command-error.ts';
import { readDocumentFile } from '../toolbox/documents/document-file.ts';
import {
  addQueryOptions,
  catalogue,
  orCommandError,
  type QueryFlags,
  queryOf,
  shownQuery,
} from '../toolbox/requirements/query-options.ts';
import {
  answerText,
  asked,
  differenceText,
  explanationText,
  summaryText,
} from '../toolbox/requirements/texts.ts';
import { outline, showTopic, topicNames } from '../toolbox/requirements/topics.ts';

export const addRequirements: AddCommand = (program, runner) => {
  const requirements = program
    .command('requirements')
    .description('what the network must allow: the rows of the requirement tables, for your case');
  addList(requirements, runner);
  addShow(requirements, runner);
  addExplain(requirements, runner);
  addDiff(requirements, runner);
  addExport(requirements, runner);
  return requirements;
};

/** The JSON form of an answer; entries that are out keep version-bounded and superseded ones visible. */
const answerDocument = async (flags: QueryFlags & { readonly all?: boolean }) => {
  const query = await queryOf(flags);
  const whole = answerQuery(catalogue, query);
  const answer = flags.all === true ? whole : asked(whole);
  return { answer, document: { ...answer, query: shownQuery(query), endpoints: endpointsOf(answer) } };
};

const addList = (requirements: Command, runner: Runner): void => {
  addQueryOptions(requirements.command('list').description('the exact list for a case, with reasons'))
    .option('--summary', 'only count: rows by product and cloud')
    .option('--all', 'with --json: also the rows of products and clouds that were not asked for')
    .option(...jsonOption)
    .addHelpText(
      'after',
      helpText({
        notes: ['Without --product: every product of the cloud.'],
        exits: {
          0: 'listed',
          2: 'a name that does not exist (the nearest are named)',
          5: 'not reached (--expand)',
          8: 'refused (--expand)',
        },
        examples: [
          './tombolo requirements list --product servers --region japaneast --connectivity private-endpoint',
          './tombolo requirements list --product sql-server --extension-version sql-server=2024-03-12 --json',
          './tombolo requirements list --summary',
        ],
      }),
    )
    .action((flags: QueryFlags & { summary?: boolean; all?: boolean; json?: boolean }) =>
      runner(flags.json === true, async (output) => {
        if (flags.summary === true) {
          const { version, date, basis } = catalogue;
          output.result({ catalogue: { version, date, basis }, counts: countRows(catalogue) }, summaryText);
          return 0;
        }
        const { answer, document } = await answerDocument(flags);
        output.result(document, () => answerText(answer));
        return 0;
      }),
    );
};

const addShow = (requirements: Command, runner: Runner): void => {
  requirements
    .command('show <what>')
    .description('one entry by its id, or a list beside the tables')
    .option(...jsonOption)
    .addHelpText(
      'after',
      helpText({
        notes: [`Lists: ${topicNames.join(', ')}.`],
        exits: { 0: 'shown', 2: 'no such thing' },
        examples: [
          './tombolo requirements show service-tags',
          './tombolo requirements show servers/AzureCloud/004/7/management.azure.com --json',
        ],
      }),
    )
    .action((what: string, flags: { json?: boolean }) =>
      runner(flags.json === true, async (output) => {
        const value = showTopic(what);
        output.result(value, () => outline(value));
        return 0;
      }),
    );
};

const addExplain = (requirements: Command, runner: Runner): void => {
  addQueryOptions(
    requirements
      .command('explain <host>')
      .description('which rows cover a host name or URL, and whether each is needed in your case'),
  )
    .option(...jsonOption)
    .addHelpText(
      'after',
      helpText({
        exits: { 0: 'some row covers it', 9: 'none does (the nearest names are shown)', 2: 'bad argument' },
        examples: [
          './tombolo requirements explain je.his.arc.azure.com --region japaneast --connectivity private-endpoint',
          './tombolo requirements explain https://www.microsoft.com/pkiops/certs --product esu',
        ],
      }),
    )
    .action((host: string, flags: QueryFlags & { json?: boolean }) =>
      runner(flags.json === true, async (output) => {
        const query = await queryOf(flags);
        const explanation = orCommandError(() => explainHost(answerQuery(catalogue, query), host));
        output.result({ ...explanation, query: shownQuery(query) }, () => explanationText(explanation));
        return explanation.rows.length > 0 ? 0 : 9;
      }),
    );
};

/** A published version, or a file that `export --format catalogue` wrote. Throws InvalidArgument. */
const catalogueOf = (name: string): Catalogue => {
  const published = findCatalogue(name);
  if (published !== undefined) return published;
  if (/^\d+\.\d+\.\d+$/.test(name)) {
    throw new CommandError(
      'InvalidArgument',
      `There is no version ${name} of the catalogue.`,
      `Versions: ${catalogues.map((entry) => entry.version).join(', ')}.`,
    );
  }
  return orCommandError(() => readCatalogue(readDocumentFile(name)));
};

const addDiff = (requirements: Command, runner: Runner): void => {
  requirements
    .command('diff [from] [to]')
    .description('what changed between two versions of the catalogue (default: the last two), or files of it')
    .option('--product <name>', 'only rows of this product; repeatable', append, [])
    .option('--cloud <name>', 'only rows of this cloud')
    .option('--feed', 'all changes as a JSON feed (jsonfeed.org 1.1)')
    .option('--exit-code', 'end with 9 where there are differences')
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
      runner(flags.json === true || flags.feed === true, async (output) => {
        if (flags.feed === true) {
          output.result(changeFeed(catalogues), () => '');
          return 0;
        }
        const named = orCommandError(() => ({
          clouds: flags.cloud === undefined ? undefined : [readQuery({ cloud: flags.cloud }).cloud],
          products: flags.product.length === 0 ? undefined : readQuery({ products: flags.product }).products,
        }));
        const difference = compareCatalogues(
          catalogueOf(from ?? (catalogues.at(-2) ?? catalogue).version),
          catalogueOf(to ?? catalogue.version),
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
  readonly json?: boolean;
}

const append = (value: string, before: readonly string[]): readonly string[] => [...before, value];

const formats = ['json', 'csv', 'markdown', 'catalogue'] as const;

const addExport = (requirements: Command, runner: Runner): void => {
  addQueryOptions(
    requirements
      .command('export')
      .description('the list as a file: JSON, CSV, Markdown, or the whole catalogue'),
  )
    .option('--format <name>', formats.join(', '), 'json')
    .option('--out <path>', 'a file that is not there yet; default: standard output')
    .addOption(formerly('--output <file>', '--out'))
    .option('--all', 'also the rows of products and clouds that were not asked for')
    .option(...jsonOption)
    .addHelpText(
      'after',
      helpText({
        exits: { 0: 'exported', 2: 'bad argument' },
        examples: [
          './tombolo requirements export --product servers --format csv --out servers.csv',
          './tombolo requirements export --format catalogue --out today.json',
        ],
      }),
    )
    .action((flags: QueryFlags & ExportFlags) =>
      runner(flags.json === true, async (output) => {
        const text = await exportText(flags);
        if (flags.out === undefined) {
          process.stdout.write(text);
          return 0;
        }
        writeNew(flags.out, text);
        output.result(
          { file: flags.out, format: flags.format, bytes: Buffer.byteLength(text) },
          () => `${flags.out} has it.`,
        );
        return 0;
      }),
    );
};

interface ExportFlags {
  readonly format: string;
  readonly out?: string;
  readonly all?: boolean;
  readonly json?: boolean;
}

const exportText = async (flags: QueryFlags & ExportFlags): Promise<string> => {
  if (flags.format === 'catalogue') return `${JSON.stringify(catalogueDocument(catalogue), null, 2)}\n`;
  const { answer, document } = await answerDocument(flags);
  const entries: readonly JudgedRequirement[] = [...answer.in, ...answer.out];
  switch (flags.format) {
    case 'json':
      return `${JSON.stringify(document, null, 2)}\n`;
    case 'csv':
      return toCsv(entries);
    case 'markdown':
      return toMarkdown(answer);
    default:
      throw new CommandError(
        'InvalidArgument',
        `There is no format '${flags.format.slice(0, 40)}'.`,
        `Formats: ${formats.join(', ')}.`,
      );
  }
};

/** Never over a file that is there. */
const writeNew = (file: string, text: string): void => {
  try {
    writeFileSync(file, text, { flag: 'wx' });
  } catch (error) {
    throw new CommandError(
      'InvalidArgument',
      `${file} cannot be written: ${(error as Error).message}.`,
      'Name a file that is not there yet, in a directory that is.',
    );
  }
};
