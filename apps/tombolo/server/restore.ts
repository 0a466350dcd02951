/** Puts a backup in the place of an installation: copied beside, checked, and only then switched to, in steps that a crash may part. */

import { readdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import {
  authorityId,
  loadAuthority,
  readServicePrincipal,
  readSigningKeys,
  servicePrincipalId,
  signingKeysId,
} from '@tombolo/identity';
import { filesBeside, logsBeside, readBackup } from '@tombolo/store';
import { type Installation, parseInstallation } from '../installation/installation.ts';
import {
  frameEntries,
  keptEntries,
  restoreTraces,
  type StateDirectory,
  storeFile,
} from '../installation/state-directory.ts';
import { CommandError } from '../shell/command-error.ts';
import { installationDocument } from './control/installation-document.ts';
import { type RestoreDisk, restoreDisk } from './restore-disk.ts';

const { staging, ready } = restoreTraces;

/** What is in an open and locked directory beside its frame, and what commands keep in it without an installation. */
const strayEntries = (state: StateDirectory): readonly string[] =>
  readdirSync(state.path).filter((name) => ![...frameEntries, ...keptEntries].includes(name));

const noBackup = (file: string, reason: string): CommandError =>
  new CommandError(
    'InvalidArgument',
    `${file} is not a backup of Tombolo: ${reason.replace(/\.$/, '')}.`,
    'Name a file that "./tombolo backup" wrote. Nothing was changed.',
  );

const messageOf = (error: unknown): string => (error as Error).message.replace(/\.$/, '');

/**
 * Throws {@link CommandError}, the state directory being as it was, or the restore decided where the error says so; the caller
 * holds the lock.
 * @returns the new epoch
 */
export const restoreBackup = async (
  file: string,
  state: StateDirectory,
  force: boolean,
  disk: RestoreDisk = restoreDisk,
): Promise<{ readonly epoch: string }> => {
  finishRestore(state, disk);
  const source = checkSource(file, state, disk);
  if (ownStore(state, disk) && !force)
    throw new CommandError(
      'InvalidArgument',
      `${state.path} holds an installation.`,
      'Add --force to replace its store, or name another directory.',
    );
  // A directory of something else, a home directory by mistake: nothing in it is replaced, whatever is forced.
  const foreign = ownStore(state, disk) ? [] : strayEntries(state);
  if (foreign.length > 0)
    throw new CommandError(
      'InvalidArgument',
      `${state.path} is not empty and holds no installation: ${foreign.slice(0, 5).join(', ')}.`,
      'Name an empty directory, or one that is not there yet. Nothing was changed.',
    );
  const epoch = await stage(file, source, state, disk);
  finishRestore(state, disk);
  return { epoch };
};

/**
 * Finishes a restore that was complete when it was cut off, and forgets one that was not. To be called with the lock held.
 * Throws {@link CommandError} where it cannot; the next call goes on from there.
 */
export const finishRestore = (state: StateDirectory, disk: RestoreDisk = restoreDisk): void => {
  try {
    disk.remove(state.file(staging));
    if (disk.stat(state.file(ready))) switchOver(state, disk);
  } catch (error) {
    throw new CommandError(
      'StateDirectory',
      `The restore into ${state.path} cannot be finished: ${messageOf(error)}.`,
      'Give this user room and write access there; the next "./tombolo up" or "./tombolo restore" goes on with it.',
    );
  }
};

const switchOver = (state: StateDirectory, disk: RestoreDisk): void => {
  // It may have been renamed by a process that ended before the name was on the disk.
  disk.syncDirectory(state.path);
  const staged = state.file(ready, storeFile);
  if (disk.stat(staged)) {
    const control = state.of('control');
    const store = join(control, storeFile);
    // The log of the former store would be replayed into the new one: it is gone for good before that one has its name.
    for (const file of filesBeside(store)) disk.remove(file);
    disk.syncDirectory(control);
    disk.rename(staged, store);
    disk.syncDirectory(control);
  }
  const installation = state.file(ready, 'installation.json');
  if (disk.stat(installation)) disk.rename(installation, state.file('installation.json'));
  // Of another installation, or of another time: the operator gets a new secret at the next start.
  disk.remove(state.file('credentials.json'));
  disk.syncDirectory(state.path);
  disk.remove(state.file(ready));
};

interface Source {
  readonly size: number;
  readonly mtimeMs: number;
}

const checkSource = (file: string, state: StateDirectory, disk: RestoreDisk): Source => {
  const source = lookAt(file, disk);
  // By whatever path or link it is named.
  const own = ownStore(state, disk);
  if (own && own.dev === source.dev && own.ino === source.ino)
    throw new CommandError(
      'InvalidArgument',
      `${file} is the store of ${state.path} itself.`,
      'Name a file that "./tombolo backup" wrote. Nothing was changed.',
    );
  return source;
};

const lookAt = (file: string, disk: RestoreDisk) => {
  try {
    const source = disk.stat(file);
    if (!source)
      throw new CommandError(
        'InvalidArgument',
        `${file} is not there.`,
        'Name a file that "./tombolo backup" wrote.',
      );
    if (!source.isFile()) throw noBackup(file, 'it is no file');
    disk.checkReadable(file);
    // The log is beside the file that a link points to.
    for (const log of logsBeside(realpathSync(file)))
      if ((disk.stat(log)?.size ?? 0) > 0)
        throw noBackup(file, 'it is a store in use, what was written last is in the log beside it');
    return source;
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError(
      'InvalidArgument',
      `${file} cannot be read: ${messageOf(error)}.`,
      'Give this user read access to it. Nothing was changed.',
    );
  }
};

const ownStore = (state: StateDirectory, disk: RestoreDisk) => {
  try {
    return disk.stat(join(state.of('control'), storeFile));
  } catch (error) {
    throw new CommandError(
      'StateDirectory',
      `The store of ${state.path} cannot be looked at: ${messageOf(error)}.`,
      'Name a directory that this user can read with --state DIR. Nothing was changed.',
    );
  }
};

/** Everything up to the rename that decides; what fails leaves the installation as it was. */
const stage = async (
  file: string,
  source: Source,
  state: StateDirectory,
  disk: RestoreDisk,
): Promise<string> => {
  const directory = state.file(staging);
  const copy = join(directory, storeFile);
  try {
    disk.makeDirectory(directory);
    disk.copy(file, copy);
    const read = disk.stat(file);
    if (disk.stat(copy)?.size !== source.size || read?.mtimeMs !== source.mtimeMs)
      throw noBackup(file, 'it changes while it is read');
    const installation = await checkCopy(file, copy);
    const epoch = disk.renewEpoch(copy);
    disk.write(join(directory, 'installation.json'), `${JSON.stringify(installation, null, 2)}\n`);
    disk.sync(copy);
    disk.syncDirectory(directory);
    disk.rename(directory, state.file(ready));
    return epoch;
  } catch (error) {
    forget(directory, disk);
    if (error instanceof CommandError) throw error;
    throw new CommandError(
      'StateDirectory',
      `The backup could not be copied into ${state.path}: ${messageOf(error)}.`,
      `It needs ${Math.ceil(source.size / 1_048_576) + 1} MiB beside what is there, and write access; nothing was changed.`,
    );
  }
};

const forget = (directory: string, disk: RestoreDisk): void => {
  try {
    disk.remove(directory);
  } catch {
    // The error that led here is the one to tell; the next start removes the rest.
  }
};

/** A store whose every page is sound, with all that an installation cannot start without. */
const checkCopy = async (file: string, copy: string): Promise<Installation> => {
  const read = (...ids: readonly string[]) => {
    try {
      return readBackup(copy, ids);
    } catch (error) {
      throw noBackup(file, messageOf(error));
    }
  };
  const [document, authority, keys] = read(installationDocument.id, authorityId, signingKeysId);
  if (!document) throw noBackup(file, 'it has no installation in it');
  const installation = parseInstallation(document.body);
  if (typeof installation === 'string')
    throw noBackup(file, `its installation is not of this version's format (${installation})`);
  const sound = authority && (await loadAuthority(authority.body).catch(() => undefined));
  if (!sound) throw noBackup(file, 'it has no usable certificate authority');
  if (!keys || !readSigningKeys(keys.body)) throw noBackup(file, 'it has no usable signing keys');
  const [principal] = read(servicePrincipalId(installation.clientId));
  if (!principal || !readServicePrincipal(principal.body))
    throw noBackup(file, 'it has no operator principal');
  return installation;
};
