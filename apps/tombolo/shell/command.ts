/** The shape of a command module: adds itself to the program and runs through one error handler. */

import { type Command, Option } from 'commander';
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
