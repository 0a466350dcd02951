/** How commands speak: tables for people, one JSON document for programs, errors with code and fix. */

import Table from 'cli-table3';
import { CommandError, exitCodes } from './command-error.ts';

export interface Output {
  readonly json: boolean;
  /** The outcome: printed as JSON, or by `text`. */
  readonly result: (value: unknown, text: () => string) => void;
  /** Progress on anything longer than a second; on standard error, never in JSON. */
  readonly progress: (sentence: string) => void;
}

export const createOutput = (json: boolean): Output => ({
  json,
  result: (value, text) => process.stdout.write(`${json ? JSON.stringify(value, null, 2) : text()}\n`),
  progress: (sentence) => {
    if (!json) process.stderr.write(`${sentence}\n`);
  },
});

export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string => {
  const made = new Table({ head: [...head], style: { head: [], border: [] } });
  made.push(...rows.map((row) => [...row]));
  return made.toString();
};

/** Prints the error once, in the form asked for; returns the exit code. */
export const reportError = (error: unknown, json: boolean): number => {
  const known =
    error instanceof CommandError
      ? error
      : new CommandError(
          'Failed',
          (error as Error).message ?? String(error),
          'Run it again with TOMBOLO_DEBUG=1 for the stack.',
        );
  if (process.env.TOMBOLO_DEBUG && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  if (json)
    process.stdout.write(
      `${JSON.stringify({ error: { code: known.code, message: known.message, fix: known.fix } }, null, 2)}\n`,
    );
  else process.stderr.write(`${known.code}: ${known.message}\n  → ${known.fix}\n`);
  return exitCodes[known.code];
};
