/** A document in a file, as az, PowerShell, a browser or an editor left it: read within bounds, refused with the file's name. */

import { closeSync, openSync, readSync } from 'node:fs';
import {
  type DocumentBounds,
  DocumentProblem,
  documentBounds,
  parseDocument,
  requireSize,
} from '@tombolo/azure-documents';
import { CommandError } from '../../shell/command-error.ts';

/** What the reader refuses, as this command line says it. */
export const orRefused = <T>(place: string, read: () => T): T => {
  try {
    return read();
  } catch (error) {
    if (error instanceof DocumentProblem)
      throw new CommandError('InvalidArgument', `${place}: ${error.message}`, error.fix);
    throw error;
  }
};

/** Never more than the bound, of pipes too: `--file /dev/stdin` works. Throws InvalidArgument. */
export const readBoundedBytes = (file: string, bounds: Pick<DocumentBounds, 'bytes'>): Uint8Array => {
  const chunks: Buffer[] = [];
  let total = 0;
  try {
    const descriptor = openSync(file, 'r');
    try {
      for (;;) {
        const chunk = Buffer.allocUnsafe(64 * 1024);
        const count = readSync(descriptor, chunk);
        if (count === 0) return Buffer.concat(chunks);
        chunks.push(chunk.subarray(0, count));
        total += count;
        orRefused(file, () => requireSize(total, bounds));
      }
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError(
      'InvalidArgument',
      `${file} cannot be read: ${(error as Error).message}.`,
      'Name a file that is there and that this user may read.',
    );
  }
};

/** The JSON value. Throws InvalidArgument. */
export const readDocumentFile = (file: string, bounds: DocumentBounds = documentBounds): unknown => {
  const bytes = readBoundedBytes(file, bounds);
  return orRefused(file, () => parseDocument(bytes, bounds));
};
