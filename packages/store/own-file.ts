/** Files of a state directory, read as what they have to be: whatever else has their name is refused, and nobody waits for it. */

import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';

/**
 * A pipe that nobody writes to would keep whoever opens it waiting for ever, and a device has no end.
 * @throws as `readFileSync` does, and where it is no regular file
 */
export const readOwnFile = (path: string): Buffer => {
  const descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    if (!fstatSync(descriptor).isFile())
      throw new Error(
        `${path} is no regular file. Take it away, or put the file that belongs there in its place.`,
      );
    return readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
};
