/** What the command line prints: azcmagent's lines for people, one JSON document for scripts. */

import type { AgentFailure } from '@tombolo/agent';

export interface AgentConsole {
  /** For people; on standard error where standard output carries JSON. */
  info(line: string): void;
  /** `  20% [==>            ]` */
  progress(percent: number): void;
  result(value: object): void;
  failure(failure: AgentFailure): void;
}

const width = 15;

const progressBar = (percent: number): string => {
  const done = Math.min(width, Math.floor((percent / 100) * width));
  const bar = done === width ? '='.repeat(width) : `${'='.repeat(Math.max(0, done - 1))}>`.padEnd(width);
  return `${String(percent).padStart(5)}% [${bar}]`;
};

export const createConsole = (flags: { readonly json?: boolean; readonly color?: boolean }): AgentConsole => {
  const people = flags.json ? process.stderr : process.stdout;
  const colour = flags.color !== false && process.env.NO_COLOR === undefined && process.stderr.isTTY;
  const red = (text: string): string => (colour ? `\u001b[31m${text}\u001b[0m` : text);
  return {
    info: (line) => void people.write(`${line}\n`),
    progress: (percent) => void people.write(`${progressBar(percent)}\n`),
    result: (value) => {
      if (flags.json) process.stdout.write(`${JSON.stringify(value, undefined, 2)}\n`);
    },
    failure: (failure) => {
      const { code, message, fix, serviceCode, number } = failure;
      if (flags.json) {
        const error = { code, message, fix, serviceCode: serviceCode ?? null, exitCode: number };
        process.stdout.write(`${JSON.stringify({ status: 'Failed', error }, undefined, 2)}\n`);
      }
      process.stderr.write(`${red('ERROR')}   ${code}: ${message}\n        ${fix}\n`);
    },
  };
};
