/** The shape of a command module: adds itself to the program and runs through one error handler. */

import { type Command, Option } from 'commander';
import type { exitCodes } from './command-error.ts';
import type { Output } from './output.ts';

/** `run` resolves to the exit code (0 when nothing is returned). */
export type Runner = (json: boolean, run: (output: Output) => Promise<number | undefined>) => Promise<void>;

export type AddCommand = (program: Command, runner: Runner) => Command;

export const stateOption = [
  '--state <dir>',
  'state directory',
  process.env.TOMBOLO_STATE ?? '.tombolo',
] as const;

/** The name that a flag had before: not shown anymore, still taken for the new one. */
export const formerly = (flags: string, now: string): Option => {
  const option = new Option(flags).hideHelp();
  const name = new Option(now).attributeName();
  option.attributeName = () => name;
  return option;
};

export const jsonOption = ['--json', 'print one JSON document'] as const;

type ExitCode = 0 | (typeof exitCodes)[keyof typeof exitCodes];

export interface HelpText {
  /** Lines that stand before the rest. */
  readonly notes?: readonly string[];
  /** What each exit code that the command can give means here; nothing else than what `exitCodes` has. */
  readonly exits: { readonly 0: string } & Partial<Readonly<Record<ExitCode, string>>>;
  /** Command lines that run as they stand. */
  readonly examples: readonly string[];
}

/** What `--help` says after the options, in one form for every command; docs/command-line.md has its exit codes in a table. */
export const helpText = ({ notes, exits, examples }: HelpText): string =>
  [
    ...(notes === undefined ? [] : ['', ...notes]),
    '',
    'Exit codes:',
    ...Object.entries(exits).map(([code, meaning]) => `  ${code}  ${meaning}`),
    'Of every command: 1 where nothing else fits, 2 for a wrong flag or argument.',
    '',
    'Examples:',
    ...examples.map((example) => `  ${example}`),
  ].join('\n');
