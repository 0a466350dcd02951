/** The shape of a command module: adds itself to the program and runs through one error handler. */

import type { Command } from 'commander';
import type { Output } from '../output.ts';

/** `run` resolves to the exit code (0 when nothing is returned). */
export type Runner = (json: boolean, run: (output: Output) => Promise<number | undefined>) => Promise<void>;

export type AddCommand = (program: Command, runner: Runner) => Command;

export const stateOption = [
  '--state <dir>',
  'state directory',
  process.env.TOMBOLO_STATE ?? '.tombolo',
] as const;
export const jsonOption = ['--json', 'print one JSON document'] as const;
