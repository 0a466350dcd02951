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

/** Of a file that is no JSON at all the reader does not know what it was to be; who asked for it may. */
const isNoDocument = ({ code }: DocumentProblem): boolean => code === 'NotJson' || code === 'NotText';

/** What the reader refuses, as this command line says it. @param wanted what to give in place of what is no document */
export const orRefused = <T>(place: string, read: () => T, wanted?: string): T => {
  try {
    return read();
  } catch (error) {
    if (error instanceof DocumentProblem)
      throw new CommandError(
        'InvalidArgument',
        `${place}: ${error.message}`,
        (isNoDocument(error) && wanted) || error.fix,
      );
    throw error;
  }
};

/** A file's name that is none: what is piped into the command. */
export const standardInput = '-';

/** As a refusal names it. */
export const placeOf = (file: string): string => (file === standardInput ? 'standard input' : file);

/** Of a terminal or a pipe that somebody set not to block: nothing is there yet. */
const waitForInput = (): void => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
};

const readChunk = (descriptor: number, chunk: Buffer): number => {
  for (;;) {
    try {
      return readSync(descriptor, chunk);
    } catch (error) {
      if (descriptor !== 0 || (error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      waitForInput();
    }
  }
};

/** Never more than the bound, of pipes too; `-` is standard input. Throws InvalidArgument. */
export const readBoundedBytes = (file: string, bounds: Pick<DocumentBounds, 'bytes'>): Uint8Array => {
  const chunks: Buffer[] = [];
  let total = 0;
  try {
    // Opened anew by its path, it cannot be a socket, which it is below some parents.
    const descriptor = file === standardInput ? 0 : openSync(file, 'r');
    try {
      for (;;) {
        const chunk = Buffer.allocUnsafe(64 * 1024);
        const count = readChunk(descriptor, chunk);
        if (count === 0) return Buffer.concat(chunks);
        chunks.push(chunk.subarray(0, count));
        total += count;
        orRefused(placeOf(file), () => requireSize(total, bounds));
      }
    } finally {
      if (descriptor !== 0) closeSync(descriptor);
    }
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError(
      'InvalidArgument',
      `${placeOf(file)} cannot be read: ${(error as Error).message}.`,
      'Name a file that is there and that this user may read.',
    );
  }
};

/** The JSON value. Throws InvalidArgument. */
export const readDocumentFile = (
  file: string,
  bounds: DocumentBounds = documentBounds,
  wanted?: string,
): unknown => {
  const bytes = readBoundedBytes(file, bounds);
  return orRefused(placeOf(file), () => parseDocument(bytes, bounds), wanted);
};
