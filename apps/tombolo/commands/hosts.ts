/** `tombolo hosts`: a private endpoint's names in a marked block of a hosts file, and proof that they resolve so. */

import { lookup } from 'node:dns/promises';
import { readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { DocumentWarning } from '@tombolo/azure-documents';
import { hostsLines } from '@tombolo/dns-material';
import {
  addressesByName,
  applyBlock,
  BrokenHostsFile,
  conflictingEntries,
  editHostsFile,
  type HostsEdit,
  type HostsEntry,
  hasBlock,
  hostsOrder,
  type NameProof,
  proveNames,
  readHostsFile,
  removeBlock,
  UnwritableHostsFile,
} from '@tombolo/hosts-file';
import { type AddCommand, groupHelpText, helpText, jsonOption, stateOption } from '../shell/command.ts';
import { CommandError } from '../shell/command-error.ts';
import { table } from '../shell/output.ts';
import { endpointFileOption, endpointOption, readEndpoint } from '../toolbox/documents/endpoint-source.ts';

const systemFile =
  process.platform === 'win32'
    ? join(process.env.SystemRoot ?? 'C:\\Windows', 'System32', 'drivers', 'etc', 'hosts')
    : '/etc/hosts';
const nameServiceSwitch = '/etc/nsswitch.conf';

const hostsFileOption = ['--hosts-file <file>', 'file to edit', systemFile] as const;

interface ApplyOptions {
  readonly endpoint?: string;
  readonly file?: string;
  readonly hostsFile: string;
  readonly state: string;
  readonly json?: boolean;
}

export const addHosts: AddCommand = (program, runner) => {
  const hosts = program
    .command('hosts')
    .description("a private endpoint's names in a hosts file")
    .addHelpText(
      'after',
      groupHelpText('sudo ./tombolo hosts apply --file endpoint.json', 'sudo ./tombolo hosts remove'),
    );
  hosts
    .command('apply')
    .description('write the names into a marked block, then prove that the system resolves them so')
    .option(...endpointOption)
    .option(...endpointFileOption)
    .option(...hostsFileOption)
    .option(...stateOption)
    .option(...jsonOption)
    .addHelpText(
      'after',
      helpText({
        exits: {
          0: 'written (or there already) and proven',
          1: 'cannot be written',
          2: 'bad argument, file or block',
          5: 'not running',
          8: 'refused',
          9: 'written but the system resolves otherwise',
        },
        examples: [
          './tombolo hosts apply --file endpoint.json',
          './tombolo hosts apply --endpoint /subscriptions/…/privateEndpoints/site --hosts-file image/etc/hosts',
        ],
      }),
    )
    .action((options: ApplyOptions) =>
      runner(options.json === true, async (output) => {
        const endpoint = await readEndpoint(options);
        // In a hosts file a name that is missing does no harm to others.
        const warnings = endpoint.warnings.filter(({ code }) => code !== 'incomplete-zone');
        for (const { message } of warnings) output.progress(`Warning: ${message}`);
        const lines = hostsLines(endpoint);
        const edit = edited(() =>
          editHostsFile(
            options.hostsFile,
            (text) => applyBlock(text, lines),
            (text) => !hasBlock(text),
          ),
        );
        const conflicts = conflictingEntries(readHostsFile(edit.path).text, lines);
        const proof = await prove(edit.path, lines);
        const outcome: Outcome = { ...edit, lines, warnings, conflicts, proof };
        output.result(outcome, () => applied(outcome));
        return proof.state === 'failed' ? 9 : 0;
      }),
    );
  hosts
    .command('remove')
    .description('take the marked block out; every other byte stays')
    .option(...hostsFileOption)
    .option(...jsonOption)
    .addHelpText(
      'after',
      helpText({
        exits: { 0: 'removed (or not there)', 1: 'cannot be written', 2: 'a broken block' },
        examples: ['./tombolo hosts remove'],
      }),
    )
    .action((options: { hostsFile: string; json?: boolean }) =>
      runner(options.json === true, async (output) => {
        const edit = edited(() => editHostsFile(options.hostsFile, removeBlock, () => false));
        output.result(edit, () => {
          if (edit.change === 'unchanged') return `${edit.path} has no block of tombolo.`;
          const kept = edit.backup === undefined ? '' : ` The original is still kept as ${edit.backup}.`;
          return `Removed the block from ${edit.path}${wayOf(edit)}.${kept}`;
        });
        return 0;
      }),
    );
  return hosts;
};

type Proof =
  | { readonly state: 'proven'; readonly names: readonly NameProof[]; readonly order?: string }
  | { readonly state: 'failed'; readonly names: readonly NameProof[]; readonly order?: string }
  | { readonly state: 'skipped'; readonly reason: string };

interface Outcome extends HostsEdit {
  readonly lines: readonly string[];
  readonly warnings: readonly DocumentWarning[];
  readonly conflicts: readonly HostsEntry[];
  /** `order`: what nsswitch.conf says against the hosts file. */
  readonly proof: Proof;
}

const edited = (edit: () => HostsEdit): HostsEdit => {
  try {
    return edit();
  } catch (error) {
    if (error instanceof BrokenHostsFile)
      throw new CommandError(
        'InvalidArgument',
        `The hosts file is left as it is: ${error.message}.`,
        'Repair or delete the lines "# BEGIN tombolo" and "# END tombolo" by hand, then run it again.',
      );
    if (error instanceof UnwritableHostsFile)
      throw new CommandError(
        'Failed',
        `${error.message}.`,
        'Run it as an administrator (sudo), and see that the file is neither read-only nor immutable.',
      );
    throw error;
  }
};

const isSystemFile = (path: string): boolean => {
  try {
    return realpathSync(systemFile) === path;
  } catch {
    return false;
  }
};

const readOrder = (): string | undefined => {
  try {
    return hostsOrder(readFileSync(nameServiceSwitch, 'utf8'))?.problem;
  } catch {
    // Windows and musl have none: their resolvers read the hosts file first.
    return undefined;
  }
};

const prove = async (path: string, lines: readonly string[]): Promise<Proof> => {
  if (!isSystemFile(path))
    return { state: 'skipped', reason: `${path} is not ${systemFile}, so this system does not ask it` };
  const names = await proveNames(addressesByName(lines), async (name) =>
    (await lookup(name, { all: true })).map(({ address }) => address),
  );
  const problem = readOrder();
  const order = problem === undefined ? {} : { order: `${nameServiceSwitch}: ${problem}` };
  return { state: names.every(({ holds }) => holds) ? 'proven' : 'failed', names, ...order };
};

const wayOf = ({ way, because }: HostsEdit): string => (way === 'in-place' ? ` in place (${because})` : '');

const applied = (outcome: Outcome): string => {
  const { path, change, backup, conflicts, proof } = outcome;
  const done =
    change === 'unchanged'
      ? `${path} has the block already; nothing was written.`
      : `Wrote ${outcome.lines.length} lines into ${path}${wayOf(outcome)}.${backup === undefined ? '' : ` The original is kept as ${backup}.`}`;
  return [
    done,
    ...conflicts.map(
      ({ line, address, name }) =>
        `Line ${line} outside the block gives ${name} another address: ${address}.`,
    ),
    ...proofLines(proof),
  ].join('\n');
};

const proofLines = (proof: Proof): readonly string[] => {
  if (proof.state === 'skipped') return [`Not proven: ${proof.reason}.`];
  return [
    table(
      ['name', 'wanted', 'this system answers', ''],
      proof.names.map(({ name, wanted, resolved, holds }) => [
        name,
        wanted.join(', '),
        resolved.join(', ') || 'nothing',
        holds ? 'ok' : 'NO',
      ]),
    ),
    ...(proof.order === undefined ? [] : [proof.order]),
    proof.state === 'proven'
      ? 'The system resolves the names so.'
      : 'The system resolves otherwise: look at lines outside the block, the order of name services, and caches.',
  ];
};
