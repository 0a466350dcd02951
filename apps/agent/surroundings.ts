/** What a command line of the agent stands in: its streams, environment, clock and ids; the process's own, or a test's. */

import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Surroundings {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Standard error is a terminal. */
  readonly terminal: boolean;
  readonly env: NodeJS.ProcessEnv;
  readonly now: () => number;
  readonly newGuid: () => string;
  /** The one file that this agent is; undefined where it runs from a clone. */
  readonly program: string | undefined;
  /** Calls back when somebody ends the command; returns how to leave that to the system again. */
  readonly whenInterrupted: (end: () => void) => () => void;
}

/** In a release every module is in this one. */
const ownFile = fileURLToPath(import.meta.url);

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export const processSurroundings: Surroundings = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  terminal: process.stderr.isTTY === true,
  env: process.env,
  now: Date.now,
  newGuid: randomUUID,
  program: basename(ownFile) === 'surroundings.ts' ? undefined : ownFile,
  whenInterrupted: (end) => {
    for (const name of signals) process.on(name, end);
    return () => {
      for (const name of signals) process.off(name, end);
    };
  },
};
