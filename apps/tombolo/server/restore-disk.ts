/** What a restore does to the disk, one operation each, so that every step of it can be made to fail. */

import {
  chmodSync,
  closeSync,
  copyFileSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
} from 'node:fs';
import { renewEpoch, syncDirectory } from '@tombolo/store';
import { writePrivateFile } from '../installation/state-directory.ts';

export interface RestoreDisk {
  readonly stat: (path: string) => Stats | undefined;
  /** Throws where it cannot be read. */
  readonly checkReadable: (path: string) => void;
  readonly makeDirectory: (path: string) => void;
  /** Into a file for this user only. */
  readonly copy: (from: string, to: string) => void;
  readonly renewEpoch: (store: string) => string;
  readonly write: (path: string, content: string) => void;
  readonly sync: (path: string) => void;
  readonly syncDirectory: (path: string) => void;
  readonly rename: (from: string, to: string) => void;
  /** With all that is in it; nothing where it is not there. */
  readonly remove: (path: string) => void;
}

export const restoreDisk: RestoreDisk = {
  stat: (path) => statSync(path, { throwIfNoEntry: false }),
  checkReadable: (path) => closeSync(openSync(path, 'r')),
  makeDirectory: (path) => {
    mkdirSync(path, { mode: 0o700 });
  },
  copy: (from, to) => {
    copyFileSync(from, to);
    chmodSync(to, 0o600);
  },
  renewEpoch: (store) => renewEpoch(store),
  write: writePrivateFile,
  sync: (path) => {
    const handle = openSync(path, 'r+');
    try {
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  },
  syncDirectory,
  rename: renameSync,
  remove: (path) => rmSync(path, { recursive: true, force: true }),
};
