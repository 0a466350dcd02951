/** Writes an edited hosts file: at once or not at all where the file system can, with the original kept beside it. */

import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { BrokenHostsFile } from './block.ts';

/** Block lists make hosts files of some megabytes; over this it is something else. */
const mostBytes = 64 * 1024 * 1024;

export interface HostsEdit {
  /** The file itself, links followed. */
  readonly path: string;
  readonly change: 'written' | 'unchanged';
  /** `in-place`: the file could not be replaced by rename, so a crash amid the write could cut it short. */
  readonly way?: 'renamed' | 'in-place';
  /** Why it had to be written in place. */
  readonly because?: string;
  /** The original as it was before the first edit. */
  readonly backup?: string;
}

/** The file cannot be read or written; nothing was changed. */
export class UnwritableHostsFile extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UnwritableHostsFile';
  }
}

const codeOf = (error: unknown): string => String((error as NodeJS.ErrnoException).code);

const refuse = (path: string, error: unknown): never => {
  throw new UnwritableHostsFile(`${path} cannot be written (${codeOf(error)}); nothing was changed`);
};

/** The file's octets as Latin-1. Throws UnwritableHostsFile or BrokenHostsFile. */
export const readHostsFile = (given: string): { readonly path: string; readonly text: string } => {
  let path: string;
  let stats: Stats;
  try {
    path = realpathSync(given);
    stats = statSync(path);
  } catch (error) {
    throw new UnwritableHostsFile(`${given} cannot be read (${codeOf(error)})`);
  }
  if (!stats.isFile()) throw new UnwritableHostsFile(`${path} is no file`);
  if (stats.size > mostBytes)
    throw new BrokenHostsFile(`${path} has ${stats.size} octets; that is no hosts file`);
  const text = readFileSync(path, 'latin1');
  // UTF-16 has NULs or its mark; a line of ours amid it would be read by nobody.
  if (text.includes('\0') || text.startsWith('\xff\xfe') || text.startsWith('\xfe\xff'))
    throw new BrokenHostsFile(`${path} is UTF-16 or no text at all; hosts files are ASCII or UTF-8`);
  return { path, text };
};

const syncFolder = (folder: string): void => {
  if (process.platform === 'win32') return;
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
};

/** A temporary file beside the target with the same owner and mode, then rename. Throws what the system says. */
const replace = (target: string, text: string, like: Stats): void => {
  const folder = dirname(target);
  const temporary = join(folder, `.${basename(target)}.tombolo-${process.pid}`);
  rmSync(temporary, { force: true });
  const descriptor = openSync(temporary, 'wx', 0o600);
  try {
    try {
      writeFileSync(descriptor, text, 'latin1');
      const made = fstatSync(descriptor);
      if (process.platform !== 'win32' && (made.uid !== like.uid || made.gid !== like.gid))
        fchownSync(descriptor, like.uid, like.gid);
      fchmodSync(descriptor, like.mode & 0o7777);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  syncFolder(folder);
};

const overwrite = (path: string, text: string): void => {
  const descriptor = openSync(path, 'r+');
  try {
    writeFileSync(descriptor, text, 'latin1');
    ftruncateSync(descriptor, Buffer.byteLength(text, 'latin1'));
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
};

/** Why a file cannot be replaced by rename although it can be written: mount points, folders without room for another. */
const inPlaceReasons: Readonly<Record<string, string>> = {
  EBUSY: 'the file is a mount point of its own',
  EXDEV: 'the file is on another file system than its folder',
  EACCES: 'no other file may be made in its folder',
  EPERM: 'no other file with its owner may be made in its folder',
  EROFS: 'its folder is read-only',
};

const backupOf = (path: string): string => `${path}.tombolo-original`;

/**
 * Reads, edits and writes. The backup is written where the file holds no edit of ours yet (`isOriginal`), before anything
 * else. Owner and mode stay. Throws UnwritableHostsFile or BrokenHostsFile with nothing changed.
 */
export const editHostsFile = (
  given: string,
  edit: (text: string) => string,
  isOriginal: (text: string) => boolean,
): HostsEdit => {
  const { path, text } = readHostsFile(given);
  const edited = edit(text);
  if (edited === text) return { path, change: 'unchanged' };
  try {
    accessSync(path, constants.W_OK);
  } catch (error) {
    refuse(path, error);
  }
  const like = statSync(path);
  const backup = backupOf(path);
  if (isOriginal(text)) {
    try {
      replace(backup, text, like);
    } catch (error) {
      throw new UnwritableHostsFile(
        `the original cannot be kept as ${backup} (${codeOf(error)}); ${path} was not changed`,
      );
    }
  }
  if (readFileSync(path, 'latin1') !== text)
    throw new UnwritableHostsFile(`${path} was changed by somebody else meanwhile; it was left as that is`);
  const way = write(path, text, edited, like);
  return { path, change: 'written', ...way, ...(existsSync(backup) ? { backup } : {}) };
};

/** A full disk amid the write: what was there needs no more room than it had. */
const putBack = (path: string, before: string, cause: unknown): never => {
  try {
    overwrite(path, before);
  } catch {
    throw new UnwritableHostsFile(
      `${path} was cut short (${codeOf(cause)}) and could not be put back; its original is ${backupOf(path)}`,
    );
  }
  return refuse(path, cause);
};

const write = (
  path: string,
  before: string,
  text: string,
  like: Stats,
): Pick<HostsEdit, 'way' | 'because'> => {
  let because = like.nlink > 1 ? 'the file has more than one name' : undefined;
  if (because === undefined) {
    try {
      replace(path, text, like);
      return { way: 'renamed' };
    } catch (error) {
      because = inPlaceReasons[codeOf(error)];
      if (because === undefined) refuse(path, error);
    }
  }
  try {
    overwrite(path, text);
  } catch (error) {
    putBack(path, before, error);
  }
  return { way: 'in-place', ...(because === undefined ? {} : { because }) };
};
