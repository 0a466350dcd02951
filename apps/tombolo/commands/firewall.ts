/** `tombolo firewall`: rules for firewalls and proxies from what the network must allow; needs no installation. */

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type ComparedExport,
  checkOptions,
  comparable,
  compareRules,
  exportRules,
  findFormat,
  formats,
  type OutputFile,
  readExport,
} from '@tombolo/firewall';
import { tagFileBounds } from '@tombolo/service-tags';
import type { Command } from 'commander';
import {
  type AddCommand,
  formerly,
  groupHelpText,
  helpText,
  jsonOption,
  type Runner,
} from '../shell/command.ts';
import { CommandError } from '../shell/command-error.ts';
import { oneOf, valued } from '../shell/values.ts';
import { placeOf, readDocumentFile } from '../toolbox/documents/document-file.ts';
import {
  addPlanOptions,
  orRuleError,
  type PlanFlags,
  planOf,
  tagsNamed,
} from '../toolbox/firewall/plan-source.ts';
import { differenceText, filesText, unexpressedText } from '../toolbox/firewall/texts.ts';
import { readTags } from '../toolbox/service-tags/input.ts';
import { addFirewallCheck } from './firewall-check.ts';

export const addFirewall: AddCommand = (program, runner) => {
  const firewall =
    program.commands.find((command) => command.name() === 'firewall') ?? program.command('firewall');
  firewall
    .description('firewall rules: made for a case, compared, and judged')
    .addHelpText(
      'after',
      groupHelpText(
        './tombolo firewall export --format squid --product servers --region japaneast',
        './tombolo firewall check --file nsg.json',
      ),
    );
  addExport(firewall, runner);
  addDiff(firewall, runner);
  addFirewallCheck(firewall, runner);
  return firewall;
};

interface ExportFlags extends PlanFlags {
  readonly format: string;
  readonly serviceTags?: string;
  readonly proxy?: string;
  readonly pacDefault: 'direct' | 'proxy';
  readonly enforce?: boolean;
  readonly tlsInspection?: boolean;
  readonly name: string;
  readonly folder?: string;
  readonly location?: string;
  readonly out?: string;
  readonly force?: boolean;
  readonly strict?: boolean;
  readonly json?: boolean;
}

const exportHelp = helpText({
  notes: [
    'Formats:',
    ...formats.map(
      ({ name, title, checkedBy }) =>
        `  ${name.padEnd(17)}${title}${checkedBy === undefined ? ' (not executed)' : ''}`,
    ),
    '',
    'Hosts that a format cannot say are listed in its comments and on standard error, with the reason.',
  ],
  exits: {
    0: 'made',
    2: 'bad argument or file',
    5: 'not running (--endpoint)',
    8: 'refused (--endpoint)',
    9: 'nothing to allow or nothing that the format can say; a host is not expressed (--strict)',
  },
  examples: [
    './tombolo firewall export --format nftables --product servers --region japaneast --service-tags ServiceTags_Public.json',
    './tombolo firewall export --format iptables --product servers --region japaneast --connectivity private-endpoint --file endpoint.json --dns 10.0.2.4 --service-tags newest --out rules',
    './tombolo firewall export --format squid --product servers --region japaneast --connectivity proxy',
    './tombolo firewall export --format nsg --product servers --region japaneast --out nsg.json',
  ],
});

const addExport = (firewall: Command, runner: Runner): void => {
  addPlanOptions(
    firewall.command('export').description('write the rules for a case in the form of a firewall'),
  )
    .addOption(
      valued(
        '--format <name>',
        'what to write; listed below',
        oneOf(
          'format',
          formats.map(({ name }) => name),
        ),
      ).makeOptionMandatory(),
    )
    .option('--service-tags <file>', 'list of service tags: a file, newest, previous or a change number')
    .option('--proxy <host:port>', 'for pac and haproxy: the explicit proxy')
    .addOption(
      valued(
        '--pac-default <way>',
        'for pac: direct or proxy, for names that are not listed',
        oneOf('way', ['direct', 'proxy']),
        'direct',
      ),
    )
    .option('--enforce', 'also refuse everything else')
    .option('--tls-inspection', 'TLS is opened on the way, so that paths in it can be judged')
    .option('--name <name>', 'begins the names of tables, sets, groups and files', 'tombolo')
    .option('--folder <path>', "for squid and haproxy: where the lists' files will lie")
    .addOption(formerly('--directory <path>', '--folder'))
    .option('--location <region>', 'for nsg: Azure region of the group; default: --region')
    .option('--out <path>', 'write there: a file, or a directory where the format has several')
    .option('--force', 'over files that are there')
    .option('--strict', 'end with 9 where a host is not expressed')
    .option(...jsonOption)
    .addHelpText('after', exportHelp)
    .action((flags: ExportFlags) =>
      runner(flags.json === true, async (output) => {
        const format = orRuleError(() => findFormat(flags.format));
        const options = orRuleError(() => checkOptions(renderOptions(flags)));
        const tags = flags.serviceTags === undefined ? undefined : tagsNamed(flags.serviceTags, flags);
        const plan = await planOf(flags, tags);
        const made = orRuleError(() => exportRules(plan, format, options));
        const { files, unexpressed, rules } = made;
        for (const warning of plan.warnings) output.progress(`Note: ${warning}`);
        if (unexpressed.length > 0) output.progress(unexpressedText(made));
        const facts = {
          format: format.name,
          executed: format.checkedBy !== undefined,
          rules,
          unexpressed,
          warnings: plan.warnings,
        };
        if (flags.out === undefined) {
          output.result({ ...facts, files }, () => filesText(files));
        } else {
          const written = writeFiles(flags.out, files, flags.force === true);
          output.result({ ...facts, files: written }, () =>
            written.map((path) => `wrote ${path}`).join('\n'),
          );
        }
        return flags.strict === true && unexpressed.length > 0 ? 9 : 0;
      }),
    );
};

const renderOptions = (flags: ExportFlags) => {
  const { proxy, folder: directory, location } = flags;
  return {
    name: flags.name,
    enforce: flags.enforce === true,
    tlsInspection: flags.tlsInspection === true,
    otherwise: flags.pacDefault,
    ...(proxy === undefined ? {} : { proxy }),
    ...(directory === undefined ? {} : { directory }),
    ...(location === undefined ? {} : { location }),
  } as const;
};

/** One file by that name, several in that directory. Without `force` never over a file that is there. */
const writeFiles = (out: string, files: readonly OutputFile[], force: boolean): readonly string[] => {
  const [only] = files;
  const targets =
    files.length === 1 && only !== undefined
      ? [{ path: out, text: only.text }]
      : files.map(({ name, text }) => ({ path: join(out, name), text }));
  const taken = force ? undefined : targets.find(({ path }) => existsSync(path));
  if (taken !== undefined) {
    throw new CommandError(
      'InvalidArgument',
      `${taken.path} is there already.`,
      'Name another path, or add --force to write over it.',
    );
  }
  try {
    if (files.length > 1) mkdirSync(out, { recursive: true });
    for (const { path, text } of targets) writeFileSync(path, text, { flag: force ? 'w' : 'wx' });
  } catch (error) {
    throw new CommandError(
      'InvalidArgument',
      `${out} cannot be written: ${(error as Error).message}.`,
      'Name a path in a directory that is there and writable.',
    );
  }
  return targets.map(({ path }) => path);
};

interface DiffFlags extends PlanFlags {
  readonly exitCode?: boolean;
  readonly json?: boolean;
}

const addDiff = (firewall: Command, runner: Runner): void => {
  addPlanOptions(
    firewall
      .command('diff <old> <new>')
      .description(
        'what changed between two JSON exports, or between the rules from two lists of service tags',
      ),
  )
    .option('--exit-code', 'end with 9 where the rules differ')
    .option(...jsonOption)
    .addHelpText(
      'after',
      helpText({
        notes: [
          'The other options say which case the rules are for; they count for lists of service tags only.',
        ],
        exits: { 0: 'compared', 2: 'bad argument or file', 9: 'the rules differ (--exit-code)' },
        examples: [
          './tombolo firewall diff last-week.json today.json --exit-code',
          './tombolo firewall diff ServiceTags_Public_20260803.json ServiceTags_Public_20260810.json --product servers --region japaneast --json',
        ],
      }),
    )
    .action((old: string, now: string, flags: DiffFlags) =>
      runner(flags.json === true, async (output) => {
        const from = await comparedIn(old, flags);
        const to = await comparedIn(now, flags);
        if (from.kind !== to.kind) {
          throw new CommandError(
            'InvalidArgument',
            `${old} is ${from.kind}, ${now} is ${to.kind}: they cannot be compared.`,
            'Give two JSON exports, or two lists of service tags.',
          );
        }
        const difference = compareRules(from.rules, to.rules);
        output.result(difference, () => differenceText(difference));
        return flags.exitCode === true && !difference.same ? 9 : 0;
      }),
    );
};

/** By what is in the file: an export of ours says its format. */
const comparedIn = async (
  file: string,
  flags: DiffFlags,
): Promise<{ readonly kind: string; readonly rules: ComparedExport }> => {
  const json = readDocumentFile(file, tagFileBounds);
  const isExport = typeof json === 'object' && json !== null && 'format' in json;
  if (isExport) return { kind: 'an export', rules: orRuleError(() => readExport(json, file)) };
  const { document } = readTags([json], placeOf(file), { normalise: flags.normalise === true });
  return { kind: 'a list of service tags', rules: comparable(await planOf(flags, document)) };
};
