/** The shape of a command module: adds itself to the program and runs through one error handler. */

import { type Command, Option } from 'commander';
import type { exitCodes } from './command-error.ts';
import type { Output } from './output.ts';
import { wrap } from './text-width.ts';

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

/** Taken from who gives it to every program: nothing here is coloured. */
export const noColourOption = (): Option => new Option('--no-color', 'no colours').hideHelp();

export const jsonOption = ['--json', 'print one JSON document'] as const;

/** Help is read in a terminal of any width; where it is wider, longer lines are no easier to read. */
export const helpWidth = 80;

type ExitCode = 0 | (typeof exitCodes)[keyof typeof exitCodes];

export interface HelpText {
  /** Lines that stand before the rest. */
  readonly notes?: readonly string[];
  /** What each exit code that the command can give means here; nothing else than what `exitCodes` has. */
  readonly exits: { readonly 0: string } & Partial<Readonly<Record<ExitCode, string>>>;
  /** Command lines that run as they stand; one that is too long is continued on the next line, as a shell reads it. */
  readonly examples: readonly string[];
}

const hanging = (indent: string, text: string): readonly string[] =>
  wrap(text, helpWidth - indent.length).map((line) => indent + line);

const words = (line: string): readonly string[] => line.match(/(?:"[^"]*"|'[^']*'|\S)+/g) ?? [];

/** Broken between words only, and never within quotes. */
const exampleLines = (example: string): readonly string[] => {
  const lines: string[] = [];
  let current = ' ';
  for (const word of words(example)) {
    if (current.trim() !== '' && current.length + 1 + word.length > helpWidth - 2) {
      lines.push(`${current} \\`);
      current = '   ';
    }
    current += ` ${word}`;
  }
  return [...lines, current];
};

const examplesText = (examples: readonly string[]): readonly string[] => [
  '',
  'Examples:',
  ...examples.flatMap(exampleLines),
];

/** What `--help` says after the options, in one form for every command; docs/command-line.md has its exit codes in a table. */
export const helpText = ({ notes, exits, examples }: HelpText): string =>
  [
    ...(notes === undefined ? [] : ['', ...notes.flatMap((note) => wrap(note, helpWidth))]),
    '',
    'Exit codes:',
    ...Object.entries(exits).flatMap(([code, meaning]) => {
      const [first = '', ...more] = hanging('     ', meaning);
      return [`  ${code}  ${first.trimStart()}`, ...more];
    }),
    'Of every command: 1 where nothing else fits, 2 for a wrong flag or argument.',
    ...examplesText(examples),
  ].join('\n');

/** The same for a group of commands. */
export const groupHelpText = (...examples: readonly string[]): string => examplesText(examples).join('\n');
