/** A process that cannot start for its disk waits for it: that ends nothing else of the installation. Pure but for the error that it reads. */

import { StoreFault } from '@tombolo/store/port';

/** `EX_TEMPFAIL` of sysexits.h: started again later, the same may go well. */
export const waitsForDisk = 75;

const causes: Readonly<Record<string, string>> = {
  ENOSPC: 'is full',
  EDQUOT: 'has no room left for this user (quota)',
  EROFS: 'is read-only',
};

/** Cause and fix in a sentence; undefined: it is not the disk that is full or cannot be written. */
export const diskFault = (error: unknown): string | undefined => {
  const after = 'It starts by itself once that is mended; what was acknowledged is kept.';
  if (error instanceof StoreFault)
    return error.kind === 'full' || error.kind === 'unwritable' ? `${error.message} ${after}` : undefined;
  const { code = '' } = error as NodeJS.ErrnoException;
  const cause = Object.hasOwn(causes, code) ? causes[code] : undefined;
  return (
    cause &&
    `The disk of the state directory ${cause} (${code}): free space on it, or make it writable. ${after}`
  );
};
