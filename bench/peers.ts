/** Programs that are measured: ours and their peers, each on a processor core of its own, with the processor time that it takes. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { benchPrograms, withDebianPrograms } from '../scripts/debian-packages.mjs';
import { processorSeconds } from './processor-time.ts';

/** Where the peers are found: on the machine, else as Debian packages unpacked into the project's cache. */
export const environment: NodeJS.ProcessEnv = withDebianPrograms(process.env, benchPrograms);

export const isThere = (program: string): boolean =>
  (environment.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));

/** The core of what is measured, the core of what loads it, or whichever is free. */
export type Core = 'server' | 'load' | 'any';

const pinned = (core: Core, command: string, args: readonly string[]): [string, string[]] =>
  core !== 'any' && isThere('taskset') && availableParallelism() > 1
    ? ['taskset', ['-c', core === 'server' ? '0' : '1', command, ...args]]
    : [command, [...args]];

export interface Running {
  readonly process: ChildProcess;
  /** User and system time so far, of the process and its children; seconds. */
  readonly processorSeconds: () => number;
  readonly stop: () => Promise<void>;
}

const running = (child: ChildProcess): Running => {
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  return {
    process: child,
    processorSeconds: () => processorSeconds(child.pid ?? 0),
    stop: async () => {
      process.removeListener('exit', kill);
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      const late = setTimeout(kill, 5_000);
      child.kill('SIGTERM');
      await ended;
      clearTimeout(late);
    },
  };
};

/** Starts a program in the foreground; its complaints are shown. */
export const start = (core: Core, program: string, args: readonly string[]): Running => {
  const [command, all] = pinned(core, program, args);
  return running(spawn(command, all, { env: environment, stdio: ['ignore', 'ignore', 'inherit'] }));
};

/** Starts a module of this folder as a process, sends it `message` and resolves with its first answer. */
export const startOwn = async <T>(
  core: Core,
  file: string,
  message: object,
): Promise<Running & { readonly answer: T }> => {
  const module = fileURLToPath(new URL(file, import.meta.url));
  const [command, all] = pinned(core, process.execPath, [module]);
  const own = running(spawn(command, all, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }));
  own.process.send(message);
  const ended = once(own.process, 'exit').then(([code]) => {
    throw new Error(`${file} ended with ${code} before it was ready`);
  });
  const [answer] = (await Promise.race([once(own.process, 'message'), ended])) as [T];
  ended.catch(() => {});
  return { ...own, answer };
};

/** Runs a program to its end and gives what it printed. */
export const output = async (core: Core, program: string, args: readonly string[]): Promise<string> => {
  const [command, all] = pinned(core, program, args);
  const child = spawn(command, all, { env: environment, stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += chunk;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${program} ended with ${code}`);
  return text;
};
