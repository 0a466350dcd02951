/** What the command line prints: azcmagent's lines for people, one JSON document for scripts. */

import type { AgentFailure } from '@tombolo/agent';
import type { Surroundings } from './surroundings.ts';

export interface AgentConsole {
  readonly json: boolean;
  /** With `--verbose`. */
  debug(line: string): void;
  /** For people; on standard error where standard output carries JSON. */
  info(line: string): void;
  /** `  20% [==>            ]` */
  progress(percent: number): void;
  /** The outcome: one JSON document, or what `text` says to people (nothing, where it is not given). */
  result(value: object, text?: () => string): void;
  failure(failure: AgentFailure): void;
}

const width = 15;

const progressBar = (percent: number): string => {
  const done = Math.min(width, Math.floor((percent / 100) * width));
  const bar = done === width ? '='.repeat(width) : `${'='.repeat(Math.max(0, done - 1))}>`.padEnd(width);
  return `${String(percent).padStart(5)}% [${bar}]`;
};

export const createConsole = (
  flags: {
    readonly json?: boolean;
    readonly color?: boolean;
    readonly logStderr?: boolean;
    readonly verbose?: boolean;
  },
  { out, err, env, terminal }: Surroundings,
): AgentConsole => {
  const json = flags.json ?? false;
  const people = json || flags.logStderr ? err : out;
  const colour = flags.color !== false && env.NO_COLOR === undefined && terminal;
  const red = (text: string): string => (colour ? `\u001b[31m${text}\u001b[0m` : text);
  const document = (value: object): void => out(`${JSON.stringify(value, undefined, 2)}\n`);
  return {
    json,
    debug: (line) => {
      if (flags.verbose) people(`DEBUG   ${line}\n`);
    },
    info: (line) => people(`${line}\n`),
    progress: (percent) => people(`${progressBar(percent)}\n`),
    result: (value, text) => {
      if (json) document(value);
      else if (text !== undefined) out(`${text()}\n`);
    },
    failure: ({ code, message, fix, serviceCode, number }) => {
      if (json) {
        const error = { code, message, fix, serviceCode: serviceCode ?? null, exitCode: number };
        document({ status: 'Failed', error });
      }
      err(`${red('ERROR')}   ${code}: ${message}\n        ${fix}\n`);
    },
  };
};
