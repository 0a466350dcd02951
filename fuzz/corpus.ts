/** Inputs in a folder, a file each, called by their digest: what a run begins with, and what it leaves. */

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const digest = (input: Uint8Array): string => createHash('sha256').update(input).digest('hex').slice(0, 16);

/** In the order of their names, so that a seed draws the same everywhere. */
export const readCorpus = (folder: string): readonly Uint8Array[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .sort()
        .map((name) => Uint8Array.from(readFileSync(join(folder, name))))
    : [];

/** The path of the file. */
export const keepInput = (folder: string, input: Uint8Array, ending = ''): string => {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${digest(input)}${ending}`);
  writeFileSync(path, input);
  return path;
};

/** In the place of everything that was there. */
export const replaceCorpus = (folder: string, inputs: readonly Uint8Array[]): void => {
  rmSync(folder, { recursive: true, force: true });
  for (const input of inputs) keepInput(folder, input);
};
