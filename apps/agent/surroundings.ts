/** What a command line of the agent stands in: its streams, environment, clock and ids; the process's own, or a test's. */

import { randomUUID } from 'node:crypto';

export interface Surroundings {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Standard error is a terminal. */
  readonly terminal: boolean;
  readonly env: NodeJS.ProcessEnv;
  readonly now: () => number;
  readonly newGuid: () => string;
  /** Calls back when somebody ends the command; returns how to leave that to the system again. */
  readonly whenInterrupted: (end: () => void) => () => void;
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export const processSurroundings: Surroundings = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  terminal: process.stderr.isTTY === true,
  env: process.env,
  now: Date.now,
  newGuid: randomUUID,
  whenInterrupted: (end) => {
    for (const name of signals) process.on(name, end);
    return () => {
      for (const name of signals) process.off(name, end);
    };
  },
};
