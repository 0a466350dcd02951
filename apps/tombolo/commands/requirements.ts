/** `tombolo requirements`: what the network must allow; needs no installation. */

import { answerQuery, type Catalogue, countRows, explainHost, readQuery } from '@tombolo/requirements';
import type { Command } from 'commander';
import { catalogueInForce } from '../installation/catalogue-in-force.ts';
import {
  type AddCommand,
  groupHelpText,
  helpText,
  jsonOption,
  type Runner,
  stateOption,
} from '../shell/command.ts';
import { invalid } from '../shell/values.ts';
import { answerDocument } from '../toolbox/requirements/answer-document.ts';
import {
  addQueryOptions,
  agedCatalogue,
  catalogueOf,
  orCommandError,
  type QueryFlags,
  questionOf,
  shownCatalogue,
  shownQuery,
  today,
} from '../toolbox/requirements/query-options.ts';
import { answerText, catalogueText, explanationText, summaryText } from '../toolbox/requirements/texts.ts';
import { outline, showTopic, topicNames } from '../toolbox/requirements/topics.ts';
import { addDiff } from './requirements-diff.ts';
import { addExport } from './requirements-export.ts';
import { addUpdate } from './requirements-update.ts';

export const addRequirements: AddCommand = (program, runner) => {
  const requirements = program
    .command('requirements')
    .description('what the network must allow: the rows of the requirement tables, for your case')
    .addHelpText(
      'after',
      groupHelpText(
        './tombolo requirements list --product servers --region japaneast',
        './tombolo requirements explain gbl.his.arc.azure.com',
      ),
    );
  addList(requirements, runner);
  addShow(requirements, runner);
  addExplain(requirements, runner);
  addDiff(requirements, runner);
  addExport(requirements, runner);
  addUpdate(requirements, runner);
  return requirements;
};

const addList = (requirements: Command, runner: Runner): void => {
  addQueryOptions(requirements.command('list').description('the exact list for a case, with reasons'))
    .option('--summary', 'only count: rows by product and cloud')
    .option('--all', 'with --json: also the rows of products and clouds that were not asked for')
    .option(...jsonOption)
    .addHelpText(
      'after',
      helpText({
        notes: [
          'Without --product: every product of Arc in the cloud; what stands beside Arc (arc-gateway, defender, …) by its name.',
        ],
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
          './tombolo requirements list --product servers --as-of 2025-06-30',
        ],
      }),
    )
    .action((flags: QueryFlags & { summary?: boolean; all?: boolean; json?: boolean }, command: Command) =>
      runner(flags.json === true, async (output) => {
        if (flags.summary === true) {
          refuseUncounted(command);
          const catalogue = catalogueOf(flags);
          const counts = countsOf(catalogue, flags, command.getOptionValueSource('cloud') === 'cli');
          output.result({ catalogue: shownCatalogue(catalogue), counts }, () =>
            summaryText(counts, catalogue, today()),
          );
          return 0;
        }
        const { answer, document } = await answerDocument(flags);
        output.result({ ...document, catalogue: agedCatalogue(answer.catalogue) }, () =>
          answerText(answer, today()),
        );
        return 0;
      }),
    );
};

/** What a summary reads; a flag that narrows the list and not the counts would show those of another case. */
const counted: ReadonlySet<string> = new Set(['summary', 'product', 'cloud', 'asOf', 'state', 'json']);

const refuseUncounted = (command: Command): void => {
  const option = command.options.find(
    (each) =>
      !counted.has(each.attributeName()) && command.getOptionValueSource(each.attributeName()) === 'cli',
  );
  if (option !== undefined)
    throw invalid(
      `--summary counts rows by product and cloud, and ${option.long} narrows none of these counts.`,
      `Leave ${option.long} out, or --summary: the list of a case ends with its own count.`,
    );
};

/** Of the products that are named, or of all; in each cloud, or in the one that is named. */
const countsOf = (catalogue: Catalogue, { product, cloud }: QueryFlags, cloudIsNamed: boolean) => {
  const query = orCommandError(() => readQuery({ products: product, cloud }, catalogue));
  return countRows(catalogue).filter(
    (count) =>
      (product.length === 0 || query.products.includes(count.product)) &&
      (!cloudIsNamed || count.cloud === query.cloud),
  );
};

const addShow = (requirements: Command, runner: Runner): void => {
  requirements
    .command('show <what>')
    .description('one entry by its id, or a list beside the tables')
    .option(...stateOption)
    .option(...jsonOption)
    .addHelpText(
      'after',
      helpText({
        notes: [
          `Lists: ${topicNames.join(', ')}.`,
          'They are those of the release; entries, products and versions are those of the catalogue in force.',
        ],
        exits: { 0: 'shown', 2: 'no such thing' },
        examples: [
          './tombolo requirements show service-tags',
          './tombolo requirements show servers/AzureCloud/004/7/management.azure.com --json',
        ],
      }),
    )
    .action((what: string, flags: { state: string; json?: boolean }) =>
      runner(flags.json === true, async (output) => {
        const { catalogue, shown } = showTopic(what, catalogueInForce(flags.state));
        const named = shownCatalogue(catalogue);
        output.result({ catalogue: named, shown }, () =>
          [outline(shown), catalogueText(named, today())].join('\n'),
        );
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
        exits: {
          0: 'some row covers it',
          9: 'none does: no row has the host (the nearest are shown), or none its port, scheme or path',
          2: 'bad argument',
        },
        examples: [
          './tombolo requirements explain je.his.arc.azure.com --region japaneast --connectivity private-endpoint',
          './tombolo requirements explain https://www.microsoft.com/pkiops/certs --product esu',
        ],
      }),
    )
    .action((host: string, flags: QueryFlags & { json?: boolean }) =>
      runner(flags.json === true, async (output) => {
        const { catalogue, query } = await questionOf(flags);
        const answer = answerQuery(catalogue, query);
        const explanation = orCommandError(() => explainHost(answer, host));
        output.result(
          { ...explanation, catalogue: agedCatalogue(answer.catalogue), query: shownQuery(query) },
          () => explanationText(explanation, answer.catalogue, today()),
        );
        return explanation.rows.some(({ limits }) => limits.length === 0) ? 0 : 9;
      }),
    );
};
