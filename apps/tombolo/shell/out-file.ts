/** A file that a command was asked to write. */

import { writeFileSync } from 'node:fs';
import { CommandError } from './command-error.ts';

/** `new`: never over a file that is there. Throws InvalidArgument. */
export const writeOutFile = (path: string, text: string, way: 'new' | 'over'): void => {
  try {
    writeFileSync(path, text, { flag: way === 'new' ? 'wx' : 'w' });
  } catch (error) {
    throw new CommandError(
      'InvalidArgument',
      `${path} cannot be written: ${(error as Error).message}.`,
      `Name a file ${way === 'new' ? 'that is not there yet, ' : ''}in a folder that is there and that this user may write.`,
    );
  }
};
