/** How commands speak: tables for people, one JSON document for programs, errors with code and fix. */

import { withInvisibleShown } from '@tombolo/arm/visible-text';
import Table from 'cli-table3';
import { CommandError, exitCodes } from './command-error.ts';
import { fitColumns, wrap } from './text-width.ts';

/** Where a command line writes: the process's own streams, or a test's. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

export interface Output {
  readonly json: boolean;
  /** The outcome: printed as JSON, or by `text`. */
  readonly result: (value: unknown, text: () => string) => void;
  /** An outcome that is JSON in either form: a document for another program. */
  readonly document: (value: unknown) => void;
  /** What is in a form of its own already: printed as it is. */
  readonly verbatim: (text: string) => void;
  /** What stays up is ready: one line, JSON or for people. */
  readonly ready: (value: unknown, sentence: string) => void;
  /** Progress on anything longer than a second; on standard error, never in JSON. */
  readonly progress: (sentence: string) => void;
}

/** This process's own. */
export const processTerminal: Terminal = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
};

const pretty = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

export const createOutput = (json: boolean, terminal: Terminal = processTerminal): Output => ({
  json,
  result: (value, text) => terminal.out(json ? pretty(value) : `${text()}\n`),
  document: (value) => terminal.out(pretty(value)),
  verbatim: terminal.out,
  ready: (value, sentence) => terminal.out(`${json ? JSON.stringify(value) : sentence}\n`),
  progress: (sentence) => {
    if (!json) terminal.err(`${sentence}\n`);
  },
});

/** Where nothing says how wide the reader's terminal is. */
const usualWidth = 80;

const terminalWidth = (): number => {
  const said = Number(process.env.COLUMNS);
  if (Number.isInteger(said) && said >= 20) return said;
  return process.stdout.columns || usualWidth;
};

/** Names and texts of others: none moves the cursor, turns a line round, or hides. Lines stay lines. */
const shown = (text: string): string =>
  text
    .split('\n')
    .map((line) => (/^[ -~]*$/.test(line) ? line : withInvisibleShown(line)))
    .join('\n');

/** Of a cell: a space on each side, and one line to the next. */
const frame = 3;

/** Never wider than the terminal; without one, than 80 columns. */
export const table = (
  head: readonly string[],
  rows: readonly (readonly string[])[],
  width = terminalWidth(),
): string => {
  const visible = rows.map((row) => row.map(shown));
  const widths = fitColumns([head, ...visible], width - 1 - frame * head.length);
  const fitted = (row: readonly string[]): string[] =>
    row.map((cell, at) => wrap(cell, widths[at]!).join('\n'));
  const made = new Table({ head: fitted(head), style: { head: [], border: [] } });
  made.push(...visible.map(fitted));
  return made.toString();
};

/** Prints the error once, in the form asked for; returns the exit code. */
export const reportError = (error: unknown, json: boolean, terminal: Terminal): number => {
  const known =
    error instanceof CommandError
      ? error
      : new CommandError(
          'Failed',
          (error as Error).message ?? String(error),
          'Run it again with TOMBOLO_DEBUG=1 for the stack.',
        );
  if (process.env.TOMBOLO_DEBUG && error instanceof Error) terminal.err(`${error.stack}\n`);
  if (json) terminal.out(pretty({ error: { code: known.code, message: known.message, fix: known.fix } }));
  else terminal.err(`${known.code}: ${shown(known.message)}\n  → ${shown(known.fix)}\n`);
  return exitCodes[known.code];
};
