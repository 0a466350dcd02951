/** A new folder of files: whole, or not there. */

import { chmodSync, mkdirSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { BundleFile } from '@tombolo/onboarding';
import { CommandError } from '../../shell/command-error.ts';

/** Throws InvalidArgument where the folder is there or cannot be made. */
export const writeFolder = (path: string, files: readonly BundleFile[]): void => {
  const temporary = `${path}.${process.pid}.part`;
  let made = false;
  try {
    // Fails where it is there; nobody else takes the name meanwhile.
    mkdirSync(path);
    made = true;
    mkdirSync(temporary);
    for (const { name, content, mode } of files) {
      mkdirSync(dirname(join(temporary, name)), { recursive: true });
      writeFileSync(join(temporary, name), content);
      chmodSync(join(temporary, name), mode);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    if (made) rmdirSync(path);
    throw new CommandError(
      'InvalidArgument',
      `The folder ${path} cannot be written: ${(error as Error).message}.`,
      'Name a folder that is not there yet, in one that this user may write.',
    );
  }
};
