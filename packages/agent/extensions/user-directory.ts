/** A directory that the agent hands to another user and takes away again: what is in it may turn into a link while it is looked at. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown } from 'node:fs/promises';

export interface User {
  readonly uid: number;
  readonly gid: number;
}

const programs = '/usr/bin:/bin:/run/current-system/sw/bin';
/** A file system of the user's own (FUSE) may never answer. */
const longestMs = 60_000;

/** The directory last: as soon as it is the user's, a file in it may be a link to anything, and chown(2) follows it. */
export const giveTo = async (
  { uid, gid }: User,
  directory: string,
  files: readonly string[],
  own: typeof chown = chown,
): Promise<void> => {
  for (const path of [...files, directory]) await own(path, uid, gid);
};

/** With the user's rights: walked with root's, a path leads wherever the user says. What the user cannot remove stays. */
export const takeFrom = async (
  { uid, gid }: User,
  directory: string,
  start: typeof spawn = spawn,
): Promise<void> => {
  const child = start('rm', ['-rf', '--', directory], {
    ...{ uid, gid, cwd: '/', env: { PATH: programs }, stdio: 'ignore' as const },
    ...{ timeout: longestMs, killSignal: 'SIGKILL' as const },
  });
  await once(child, 'exit').catch(() => {});
};
