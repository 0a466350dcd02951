/** Puts a backup in the place of an installation: copied beside, checked, and only then switched to, in steps that a crash may part. */

import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { authorityId, loadAuthority, readSigningKeys, signingKeysId } from '@tombolo/identity';
import { readBackup, renewEpoch, syncDirectory } from '@tombolo/store';
import { CommandError } from './command-error.ts';
import { installationDocument } from './control/installation-document.ts';
import { type StateDirectory, writePrivateFile } from './state-directory.ts';

/** While it is being made; whoever finds it removes it. */
const staging = 'restore.partial';
/** Complete and checked: from the moment that it has this name, the restore is done, and only finished. */
const ready = 'restore.ready';

const noBackup = (file: string, reason: string): CommandError =>
  new CommandError(
    'InvalidArgument',
    `${file} is not a backup of Tombolo: ${reason}.`,
    'Name a file that "tombolo backup" wrote. Nothing was changed.',
  );

/**
 * Throws {@link CommandError}, the state directory being as it was; the caller holds the lock.
 * @returns the new epoch
 */
export const restoreBackup = async (
  file: string,
  state: StateDirectory,
  force: boolean,
): Promise<{ readonly epoch: string }> => {
  finishRestore(state);
  const source = checkSource(file, state);
  if (existsSync(join(state.of('control'), 'store.db')) && !force)
    throw new CommandError(
      'InvalidArgument',
      `${state.path} holds an installation.`,
      'Add --force to replace its store, or name another directory.',
    );
  const epoch = await stage(file, source.size, state);
  renameSync(state.file(staging), state.file(ready));
  syncDirectory(state.path);
  finishRestore(state);
  return { epoch };
};

/** Finishes a restore that was complete when it was cut off, and forgets one that was not. To be called with the lock held. */
export const finishRestore = (state: StateDirectory): void => {
  rmSync(state.file(staging), { recursive: true, force: true });
  const staged = state.file(ready, 'store.db');
  if (!existsSync(state.file(ready))) return;
  if (existsSync(staged)) {
    const store = join(state.of('control'), 'store.db');
    // The log of the former store would be replayed into the new one.
    for (const suffix of ['-wal', '-shm', '-journal']) rmSync(`${store}${suffix}`, { force: true });
    renameSync(staged, store);
    syncDirectory(state.of('control'));
  }
  const installation = state.file(ready, 'installation.json');
  if (existsSync(installation)) renameSync(installation, state.file('installation.json'));
  // Of another installation, or of another time: the operator gets a new secret at the next start.
  rmSync(state.file('credentials.json'), { force: true });
  syncDirectory(state.path);
  rmSync(state.file(ready), { recursive: true });
};

const checkSource = (file: string, state: StateDirectory): { readonly size: number } => {
  const source = statSync(file, { throwIfNoEntry: false });
  if (!source)
    throw new CommandError(
      'InvalidArgument',
      `${file} is not there.`,
      'Name a file that "tombolo backup" wrote.',
    );
  if (!source.isFile()) throw noBackup(file, 'it is no file');
  // By whatever path or link it is named.
  const own = statSync(join(state.of('control'), 'store.db'), { throwIfNoEntry: false });
  if (own && own.dev === source.dev && own.ino === source.ino)
    throw new CommandError(
      'InvalidArgument',
      `${file} is the store of ${state.path} itself.`,
      'Name a file that "tombolo backup" wrote. Nothing was changed.',
    );
  if ((statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0)
    throw noBackup(file, 'it is a store in use, what was written last is in the log beside it');
  return source;
};

const stage = async (file: string, size: number, state: StateDirectory): Promise<string> => {
  const directory = state.file(staging);
  const copy = join(directory, 'store.db');
  try {
    mkdirSync(directory, { mode: 0o700 });
    copyFileSync(file, copy);
    chmodSync(copy, 0o600);
    if (statSync(copy).size !== size) throw noBackup(file, 'it changes while it is read');
    const installation = await checkCopy(file, copy);
    const epoch = renewEpoch(copy);
    writePrivateFile(join(directory, 'installation.json'), `${JSON.stringify(installation.body, null, 2)}\n`);
    sync(copy);
    syncDirectory(directory);
    return epoch;
  } catch (error) {
    rmSync(directory, { recursive: true, force: true });
    if (error instanceof CommandError) throw error;
    throw new CommandError(
      'StateDirectory',
      `The backup could not be copied into ${state.path}: ${(error as Error).message}.`,
      `It needs ${Math.ceil(size / 1_048_576)} MiB beside what is there, and write access; nothing was changed.`,
    );
  }
};

/** A store whose every page is sound, with all that an installation cannot start without. */
const checkCopy = async (file: string, copy: string) => {
  const wanted = [installationDocument.id, authorityId(), signingKeysId];
  const found = (() => {
    try {
      return readBackup(copy, wanted);
    } catch (error) {
      throw noBackup(file, (error as Error).message.replace(/\.$/, ''));
    }
  })();
  const [installation, authority, keys] = found;
  if (!installation) throw noBackup(file, 'it has no installation in it');
  const sound = authority && (await loadAuthority(authority.body).catch(() => undefined));
  if (!sound) throw noBackup(file, 'it has no usable certificate authority');
  if (!keys || !readSigningKeys(keys.body)) throw noBackup(file, 'it has no usable signing keys');
  return installation;
};

const sync = (path: string): void => {
  const handle = openSync(path, 'r+');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
};
