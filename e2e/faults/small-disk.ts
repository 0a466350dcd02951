/** A disk of a few megabytes, which is a tmpfs; only root may mount one. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endsWithFile } from '@tombolo/testkit/ends-with-file';

const run = (command: string, ...args: readonly string[]): boolean =>
  spawnSync(command, args, { stdio: 'ignore' }).status === 0;

export interface SmallDisk {
  readonly path: string;
  /** Takes all that is free. */
  readonly fill: () => void;
  /** Gives back what {@link fill} took. */
  readonly free: () => void;
  readonly readOnly: (on: boolean) => void;
}

/** Undefined where this user may not mount. It is gone after the tests of the file. */
export const mountSmallDisk = (megabytes: number): SmallDisk | undefined => {
  const path = mkdtempSync(join(tmpdir(), 'tombolo-disk-'));
  const mounted = run('mount', '-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0700`, 'tmpfs', path);
  endsWithFile(() => {
    if (mounted) run('umount', '-l', path);
    rmSync(path, { recursive: true, force: true });
  });
  if (!mounted) return undefined;
  const ballast = join(path, 'ballast');
  return {
    path,
    fill: () => {
      for (const size of [1024 * 1024, 4096, 1]) {
        for (;;) {
          try {
            writeFileSync(ballast, Buffer.alloc(size), { flag: 'a' });
          } catch {
            break;
          }
        }
      }
    },
    free: () => rmSync(ballast, { force: true }),
    readOnly: (on) => {
      if (!run('mount', '-o', `remount,${on ? 'ro' : 'rw'}`, path))
        throw new Error(`${path} could not be remounted`);
    },
  };
};
