/** `tombolo requirements export`: the list as a file of one of several forms, or the whole catalogue. */

import { catalogueDocument, type JudgedRequirement, toCsv, toMarkdown } from '@tombolo/requirements';
import type { Command } from 'commander';
import { formerly, helpText, jsonOption, type Runner } from '../shell/command.ts';
import { writeOutFile } from '../shell/out-file.ts';
import { invalid, oneOf, valued } from '../shell/values.ts';
import { answerDocument } from '../toolbox/requirements/answer-document.ts';
import { addQueryOptions, catalogueOf, type QueryFlags } from '../toolbox/requirements/query-options.ts';

const formats = ['json', 'csv', 'markdown', 'catalogue'] as const;

export const addExport = (requirements: Command, runner: Runner): void => {
  addQueryOptions(
    requirements
      .command('export')
      .description('the list as a file: JSON, CSV, Markdown, or the whole catalogue'),
  )
    .addOption(valued('--format <name>', formats.join(', '), oneOf('format', formats), 'json'))
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
        refuseContradiction(flags);
        const text = await exportText(flags);
        if (flags.out === undefined) {
          output.verbatim(text);
          return 0;
        }
        writeOutFile(flags.out, text, 'new');
        output.result(
          { file: flags.out, format: flags.format, bytes: Buffer.byteLength(text) },
          () => `${flags.out} has it.`,
        );
        return 0;
      }),
    );
};

interface ExportFlags {
  readonly format: (typeof formats)[number];
  readonly out?: string;
  readonly all?: boolean;
  readonly json?: boolean;
}

const exportText = async (flags: QueryFlags & ExportFlags): Promise<string> => {
  if (flags.format === 'catalogue')
    return `${JSON.stringify(catalogueDocument(catalogueOf(flags)), null, 2)}\n`;
  const { answer, document } = await answerDocument(flags);
  const entries: readonly JudgedRequirement[] = [...answer.in, ...answer.out];
  switch (flags.format) {
    case 'json':
      return `${JSON.stringify(document, null, 2)}\n`;
    case 'csv':
      return toCsv(entries);
    case 'markdown':
      return toMarkdown(answer);
  }
};

/** `--json` says how the command answers; where the answer is the list itself, both cannot be had. */
const refuseContradiction = ({ json, format, out }: ExportFlags): void => {
  if (json === true && out === undefined && format !== 'json' && format !== 'catalogue')
    throw invalid(
      `--format ${format} and --json contradict each other.`,
      'Leave one out, or write the list to a file with --out: --json then says where it is.',
    );
};
