/** Runs somebody else's program in the foreground: its terminal, its signals, its exit code. */

import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { CommandError } from './command-error.ts';

interface ProgramOptions {
  readonly env: NodeJS.ProcessEnv;
  /** What to do where there is no such program. */
  readonly fix: string;
  /** `quiet`: what it prints is returned with what it ends with, and not shown. */
  readonly quiet?: true;
}

interface Ended {
  /** As a shell tells it: 128 and the signal's number where a signal ended it. */
  readonly code: number;
  readonly said: string;
}

/**
 * Ctrl-C comes from the terminal to the program itself; passed on it would come twice, and the second is another request to
 * Terraform. Without a terminal it is for whom it was sent to.
 */
const passedOn = (): readonly NodeJS.Signals[] => {
  const terminal = [process.stdin, process.stdout, process.stderr].some((stream) => stream.isTTY);
  return terminal ? ['SIGTERM', 'SIGHUP'] : ['SIGTERM', 'SIGHUP', 'SIGINT'];
};

export const runProgram = (
  program: string,
  args: readonly string[],
  { env, fix, quiet }: ProgramOptions,
): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const child = spawn(program, args, { env, stdio: quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit' });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk) => {
        said = `${said}${chunk}`.slice(-20_000);
      });
    const signals = passedOn();
    const pass = (signal: NodeJS.Signals): void => {
      if (signals.includes(signal)) child.kill(signal);
    };
    const all = ['SIGTERM', 'SIGHUP', 'SIGINT'] as const;
    for (const signal of all) process.on(signal, pass);
    const done = (): void => {
      for (const signal of all) process.off(signal, pass);
    };
    child.once('error', (error: NodeJS.ErrnoException) => {
      done();
      const why = error.code === 'ENOENT' ? 'is not on the PATH' : `could not be started: ${error.message}`;
      reject(new CommandError('Failed', `${program} ${why}.`, fix));
    });
    child.once('close', (code, signal) => {
      done();
      resolve({ code: code ?? 128 + constants.signals[signal!], said });
    });
  });
