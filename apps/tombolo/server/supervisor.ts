/** Keeps the four processes running: crash back-off, a clean end, and an end of all when one keeps failing. */

import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ProcessName } from '../installation/state-directory.ts';
import { CommandError } from '../shell/command-error.ts';
import { recoveryAfter, recoveryFromDisk } from './crash-recovery.ts';
import { waitsForDisk } from './processes/disk-fault.ts';

export interface SupervisorOptions {
  /** Path of the process's configuration file. */
  readonly configurationOf: (name: ProcessName) => string;
  /** A directory for one log file a process; absent: this process's standard error. */
  readonly logDirectory?: string;
  readonly log: (event: string, fields: Readonly<Record<string, unknown>>) => void;
  /** Called once when a process keeps failing; everything is stopped by then. */
  readonly onGiveUp: (name: ProcessName, reason: string) => void;
  readonly now: () => number;
}

export interface Supervisor {
  /** Resolves when the process has said that it is ready. */
  readonly start: (name: ProcessName) => Promise<void>;
  readonly pid: (name: ProcessName) => number | undefined;
  readonly stop: () => Promise<void>;
}

const stopGraceMs = 10_000;

/**
 * V8 lets each half of the young generation grow to 16 MB while modules are loaded, and hardly gives it back. What these processes
 * allocate dies at once; control, which answers with whole lists, gets more room than the others. Measured in docs/operations.md.
 */
const youngMegabytes: Readonly<Record<ProcessName, number>> = { control: 8, dns: 2, gateway: 2, hybrid: 2 };

interface Supervised {
  child: ChildProcess | undefined;
  ends: readonly number[];
  restart: NodeJS.Timeout | undefined;
}

const own = fileURLToPath(import.meta.url);

/** A module of its own in the work tree; in a release, where all is one file, that file with a first argument. */
const programOf = (name: ProcessName): { readonly file: string; readonly first: readonly string[] } =>
  own.endsWith('.ts')
    ? { file: join(dirname(own), 'processes', `${name}.ts`), first: [] }
    : { file: own, first: ['--process', name] };

export const createSupervisor = (options: SupervisorOptions): Supervisor => {
  const processes = new Map<ProcessName, Supervised>();
  let stopping = false;

  const launch = (name: ProcessName, onReady: () => void, onEarlyExit: (reason: string) => void): void => {
    const state = processes.get(name)!;
    const { file, first } = programOf(name);
    const child = fork(file, [...first, options.configurationOf(name)], {
      stdio: [
        'ignore',
        options.logDirectory ? 'pipe' : 'ignore',
        options.logDirectory ? 'pipe' : 'inherit',
        'ipc',
      ],
      execArgv: ['--disable-warning=ExperimentalWarning', `--max-semi-space-size=${youngMegabytes[name]}`],
    });
    state.child = child;
    if (options.logDirectory) {
      const file = createWriteStream(join(options.logDirectory, `${name}.ndjson`), {
        flags: 'a',
        mode: 0o600,
      });
      child.stderr?.pipe(file);
      child.stdout?.resume();
    }
    let ready = false;
    let failure: string | undefined;
    child.on('message', (message: { ready?: boolean; failed?: string }) => {
      failure = message.failed;
      if (message.ready !== true) return;
      ready = true;
      onReady();
    });
    child.on('exit', (code, signal) => {
      state.child = undefined;
      const reason = signal ? `signal ${signal}` : `exit code ${code}`;
      if (!ready) onEarlyExit(failure ?? `it ended with ${reason}; its log says why`);
      if (stopping) return;
      options.log('process ended', { process: name, reason });
      recover(name, state, reason, { gotReady: ready, code });
    });
  };

  const recover = (
    name: ProcessName,
    state: Supervised,
    reason: string,
    { gotReady, code }: { readonly gotReady: boolean; readonly code: number | null },
  ): void => {
    const recovery =
      code === waitsForDisk
        ? recoveryFromDisk(state.ends)
        : recoveryAfter(state.ends, options.now(), gotReady);
    if (recovery.kind === 'give up') {
      void stop().then(() => options.onGiveUp(name, reason));
      return;
    }
    state.ends = recovery.ends;
    state.restart = setTimeout(
      () =>
        launch(
          name,
          () => options.log('process restarted', { process: name }),
          () => {},
        ),
      recovery.delayMs,
    );
  };

  const start = (name: ProcessName): Promise<void> => {
    if (stopping) return Promise.reject(new Error(`the ${name} process is not started any more`));
    processes.set(name, { child: undefined, ends: [], restart: undefined });
    return new Promise((resolve, reject) => {
      launch(name, resolve, (reason) =>
        reject(
          new CommandError(
            'Failed',
            `The ${name} process did not get ready: ${reason}`,
            'Mend what it says and start again; what the state directory has is as it was.',
          ),
        ),
      );
    });
  };

  const stop = async (): Promise<void> => {
    stopping = true;
    for (const state of processes.values()) clearTimeout(state.restart);
    const running = [...processes.values()].flatMap((state) => (state.child ? [state.child] : []));
    await Promise.all(running.map(end));
  };

  return { start, stop, pid: (name) => processes.get(name)?.child?.pid };
};

/** SIGTERM, and SIGKILL where that is not enough. */
const end = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    const kill = setTimeout(() => child.kill('SIGKILL'), stopGraceMs);
    child.once('exit', () => {
      clearTimeout(kill);
      resolve();
    });
    child.kill('SIGTERM');
  });
