/** The state directory: who may read it, its lock, its format version, its files. */

import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { readOwnFile } from '@tombolo/store/own-file';
import { filesOfLock, takeFileLock } from '@tombolo/store/sqlite/file-lock';
import { CommandError } from '../shell/command-error.ts';

/** Who follows control's feed. */
export const followerNames = ['dns', 'gateway', 'hybrid'] as const;
export const processNames = ['control', ...followerNames] as const;
export type ProcessName = (typeof processNames)[number];

/** The store, in control's directory. */
export const storeFile = 'store.db';

/** What a follower last saw, in its directory. */
export const followedFile = 'followed.db';

/** The catalogue that `requirements update` keeps. */
export const catalogueFile = 'requirements.json';

/** Archives of extension packages, each named by its SHA-256; control writes them, hybrid serves them. */
export const packageDirectory = 'extensions';

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

/** Parent by parent: Node's own recursive mkdir never returns below a directory like /proc, which says ENOENT. */
const makeDirectories = (path: string): void => {
  if (existsSync(path)) return;
  makeDirectories(dirname(path));
  mkdirSync(path, { mode: 0o700 });
};

/** Of these, outermost first, what is not there; with what is above it. */
const missing = (paths: readonly string[]): readonly string[] =>
  paths.flatMap((path) => (existsSync(path) ? [] : [...missing([dirname(path)]), path]));

/**
 * Opens and locks the directory for work that may be refused: then what was made for it is taken away again, as far as nothing
 * else has come into it.
 */
export const inStateDirectory = async <T>(
  given: string,
  work: (state: StateDirectory) => Promise<T>,
): Promise<T> => {
  const path = resolve(given);
  const made = [...new Set(missing(processNames.map((name) => join(path, name))))];
  const locks = missing(filesOfLock(lockFile).map((name) => join(path, name)));
  const state = openStateDirectory(given);
  const release = lockStateDirectory(state);
  try {
    const result = await work(state);
    release();
    return result;
  } catch (error) {
    // While we hold it, nobody else is about to.
    for (const file of locks) if (!made.includes(file)) rmSync(file, { force: true });
    release();
    for (const directory of made.toReversed()) removeEmpty(directory);
    throw error;
  }
};

const removeEmpty = (directory: string): void => {
  try {
    rmdirSync(directory);
  } catch {
    // Something is in it by now: it is no concern of ours.
  }
};

/** Makes what is missing (0700). Throws {@link CommandError} where it cannot be written. */
export const openStateDirectory = (given: string): StateDirectory => {
  const path = resolve(given);
  try {
    makeDirectories(path);
    if ((statSync(path).mode & 0o077) !== 0 && process.platform !== 'win32') {
      throw new CommandError(
        'StateDirectory',
        `The state directory ${path} cannot be used: it is readable by others, and holds private keys.`,
        `Close it: chmod 700 ${path}`,
      );
    }
    for (const name of processNames) mkdirSync(join(path, name), { recursive: true, mode: 0o700 });
  } catch (error) {
    throw error instanceof CommandError ? error : cannot(path, error);
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
      'Start one with "./tombolo up --state DIR", or name the right directory with --state.',
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

/** In a directory of sockets that lies elsewhere: whose it is. */
const ownerFile = 'state-directory';

/**
 * Beside the rest, or where the file `runtime` says. What that names is believed only where it says itself that it is this
 * directory's: a state directory that was copied or moved, or a file that somebody wrote, names what is another's.
 */
const readRuntime = (path: string): string => {
  const beside = join(path, 'run');
  try {
    const elsewhere = readOwnFile(join(path, 'runtime')).toString('utf8').trim();
    return readOwnFile(join(elsewhere, ownerFile)).toString('utf8') === realpathSync(path)
      ? elsewhere
      : beside;
  } catch {
    return beside;
  }
};

/** Makes the directory of the sockets anew; elsewhere where the path would be too long for one. */
export const makeRuntimeDirectory = (state: StateDirectory): string => {
  const beside = join(state.path, 'run');
  rmSync(readRuntime(state.path), { recursive: true, force: true });
  rmSync(join(state.path, 'runtime'), { force: true });
  if (beside.length <= socketRoom) {
    mkdirSync(beside, { mode: 0o700 });
    return beside;
  }
  const path = mkdtempSync(join(tmpdir(), 'tombolo-'));
  writePrivateFile(join(path, ownerFile), realpathSync(state.path));
  writePrivateFile(join(state.path, 'runtime'), `${path}\n`);
  return path;
};

/**
 * A lock of the operating system's, so that it ends with its holder however that ends: a process number in a file would
 * outlive it, and be another's after a container's restart.
 */
const lockFile = 'lock.db';

/** Of a restore: the first while it is made; with the second, which is complete and checked, it is done, and only finished. */
export const restoreTraces = { staging: 'restore.partial', ready: 'restore.ready' } as const;

/** What an open and locked directory has without an installation in it. */
export const frameEntries: readonly string[] = [...processNames, 'lock', ...filesOfLock(lockFile)];

/** What commands keep that need no installation: a restore goes on beside it, and a reset leaves it. */
export const keptEntries: readonly string[] = [catalogueFile, 'service-tags'];

/** What an installation makes in its state directory; nothing else in it is ours to take away. */
const ownEntries: readonly string[] = [
  ...frameEntries,
  packageDirectory,
  ...['agents', 'az', 'logs', 'run', 'runtime', ...Object.values(restoreTraces)],
  ...['installation.json', 'credentials.json', 'ca.pem', 'profile.json', 'roles.json'],
];

/** What else is in the directory, e.g. of a home directory that was named by mistake. */
export const foreignEntries = (state: StateDirectory): readonly string[] =>
  readdirSync(state.path).filter((name) => !ownEntries.includes(name) && !/\.\d+\.tmp$/.test(name));

/** Removes a stopped installation, through a symbolic link too; the directory itself only when nothing else is in it. */
export const removeInstallation = (state: StateDirectory): readonly string[] => {
  const path = realpathSync(state.path);
  const left = foreignEntries(state);
  for (const name of readdirSync(path))
    if (!left.includes(name)) rmSync(join(path, name), { recursive: true, force: true });
  if (left.length === 0) {
    rmSync(path, { recursive: true, force: true });
    if (path !== state.path) rmSync(state.path, { force: true });
  }
  return left;
};

/** On the disk, beside its name: only for this user. Leaves nothing where it throws. */
export const reservePrivateFile = (
  path: string,
  content: string,
): { readonly path: string; readonly keep: () => void } => {
  const temporary = `${path}.${process.pid}.tmp`;
  const descriptor = openSync(temporary, 'w', 0o600);
  try {
    writeFileSync(descriptor, content);
    fsyncSync(descriptor);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  } finally {
    closeSync(descriptor);
  }
  return { path: temporary, keep: () => renameSync(temporary, path) };
};

/** Whole or not at all, and only for this user. */
export const writePrivateFile = (path: string, content: string): void => {
  const reserved = reservePrivateFile(path, content);
  try {
    reserved.keep();
  } catch (error) {
    rmSync(reserved.path, { force: true });
    throw error;
  }
};

export const readJsonFile = (path: string): unknown => JSON.parse(readOwnFile(path).toString('utf8'));

/** One server for each directory. Returns the release. Throws AlreadyRunning. */
export const lockStateDirectory = (state: StateDirectory): (() => void) => {
  const pidFile = state.file('lock');
  let unlock: (() => void) | undefined;
  try {
    unlock = takeFileLock(state.file(lockFile));
    if (unlock) writePrivateFile(pidFile, `${process.pid}\n`);
  } catch (error) {
    unlock?.();
    throw cannot(state.path, error);
  }
  const release = unlock;
  if (!release) {
    throw new CommandError(
      'AlreadyRunning',
      `Process ${holderOf(state)} already runs on ${state.path}.`,
      'Stop it first, or use another --state directory.',
    );
  }
  let held = true;
  return () => {
    if (!held) return;
    held = false;
    rmSync(pidFile, { force: true });
    release();
  };
};

const holderOf = (state: StateDirectory): number => {
  try {
    return Number(readOwnFile(state.file('lock')).toString('utf8'));
  } catch {
    return 0;
  }
};

/** The process that holds the lock; 0 where it has not written its number yet; undefined where none does. */
export const runningProcess = (state: StateDirectory): number | undefined => {
  if (!existsSync(state.file(lockFile))) return undefined;
  const release = takeFileLock(state.file(lockFile));
  release?.();
  return release ? undefined : holderOf(state);
};
