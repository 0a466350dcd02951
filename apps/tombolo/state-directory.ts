/** The state directory: who may read it, its lock, its format version, its files. */

import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { CommandError } from './command-error.ts';

export const processNames = ['control', 'dns', 'gateway', 'hybrid'] as const;
export type ProcessName = (typeof processNames)[number];

/** Raised when files of an older format have to be migrated (forward only). */
export const formatVersion = 1;

export interface StateDirectory {
  readonly path: string;
  /** Short enough for Unix sockets (108 bytes). */
  readonly runtime: string;
  readonly of: (name: ProcessName) => string;
  readonly file: (...names: readonly string[]) => string;
}

const socketRoom = 80;

const cannot = (path: string, error: unknown): CommandError =>
  new CommandError(
    'StateDirectory',
    `The state directory ${path} cannot be used: ${(error as Error).message}.`,
    'Name a directory that this user can write with --state DIR.',
  );

/** Makes what is missing (0700). Throws {@link CommandError} where it cannot be written. */
export const openStateDirectory = (given: string): StateDirectory => {
  const path = resolve(given);
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    if ((statSync(path).mode & 0o077) !== 0 && process.platform !== 'win32') {
      throw new Error('it is readable by others (chmod 700 it)');
    }
    for (const name of processNames) mkdirSync(join(path, name), { recursive: true, mode: 0o700 });
  } catch (error) {
    throw cannot(path, error);
  }
  return at(path);
};

/** The paths of a state directory that has to be there already. Throws NotRunning. */
export const findStateDirectory = (given: string): StateDirectory => {
  const path = resolve(given);
  if (!existsSync(join(path, 'installation.json'))) {
    throw new CommandError(
      'NotRunning',
      `${path} holds no installation.`,
      'Start one with "tombolo up --state DIR", or name the right directory with --state.',
    );
  }
  return at(path);
};

const at = (path: string): StateDirectory => ({
  path,
  get runtime() {
    return readRuntime(path);
  },
  of: (name) => join(path, name),
  file: (...names) => join(path, ...names),
});

const readRuntime = (path: string): string => {
  const pointer = join(path, 'runtime');
  return existsSync(pointer) ? readFileSync(pointer, 'utf8').trim() : join(path, 'run');
};

/** Makes the directory of the sockets anew; elsewhere where the path would be too long for one. */
export const makeRuntimeDirectory = (state: StateDirectory): string => {
  const beside = join(state.path, 'run');
  rmSync(readRuntime(state.path), { recursive: true, force: true });
  const path = beside.length <= socketRoom ? beside : mkdtempSync(join(tmpdir(), 'tombolo-'));
  mkdirSync(path, { recursive: true, mode: 0o700 });
  writePrivateFile(join(state.path, 'runtime'), `${path}\n`);
  return path;
};

/** Whole or not at all, and only for this user. */
export const writePrivateFile = (path: string, content: string): void => {
  const temporary = `${path}.${process.pid}.tmp`;
  const descriptor = openSync(temporary, 'w', 0o600);
  try {
    writeFileSync(descriptor, content);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(temporary, path);
};

export const readJsonFile = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

/** One server for each directory. Returns the release. Throws AlreadyRunning. */
export const lockStateDirectory = (state: StateDirectory): (() => void) => {
  const path = state.file('lock');
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      writeFileSync(path, `${process.pid}\n`, { flag: 'wx', mode: 0o600 });
      return () => {
        try {
          unlinkSync(path);
        } catch {
          // Already gone: nothing holds the directory.
        }
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw cannot(state.path, error);
      const holder = Number(readFileSync(path, 'utf8'));
      if (Number.isInteger(holder) && holder > 0 && alive(holder)) {
        throw new CommandError(
          'AlreadyRunning',
          `Process ${holder} already runs on ${state.path}.`,
          'Stop it first, or use another --state directory.',
        );
      }
      rmSync(path, { force: true });
    }
  }
  throw cannot(state.path, new Error('its lock keeps coming back'));
};

/** The process that holds the lock, if it is alive. */
export const runningProcess = (state: StateDirectory): number | undefined => {
  try {
    const holder = Number(readFileSync(state.file('lock'), 'utf8'));
    return alive(holder) ? holder : undefined;
  } catch {
    return undefined;
  }
};
