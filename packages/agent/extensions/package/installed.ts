/** A package on the machine: its archive unpacked beside what is there, and which version is the installed one. */

import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { wholeFiles } from '../../whole-file.ts';
import { readArchive } from './archive.ts';

const shape = z.object({
  version: z.string(),
  entry: z.string(),
  /** Its `install` has succeeded; without that it is uninstalled and installed anew. */
  complete: z.boolean(),
});
export type Installed = z.infer<typeof shape>;

const recordFile = 'installed.json';

/** What was installed and not uninstalled. */
export const readInstalled = async (directory: string): Promise<Installed | undefined> => {
  try {
    return shape.parse(JSON.parse(await readFile(join(directory, recordFile), 'utf8')));
  } catch {
    return undefined;
  }
};

export const writeInstalled = (directory: string, installed: Installed): Promise<void> =>
  wholeFiles(directory)(recordFile, JSON.stringify(installed));

export const forgetInstalled = async (directory: string, { version }: Installed): Promise<void> => {
  await rm(join(directory, recordFile), { force: true });
  await rm(versionDirectory(directory, version), { recursive: true, force: true });
};

export const versionDirectory = (directory: string, version: string): string =>
  join(directory, 'versions', version);

/** Whole or not at all: under its name there is only what was unpacked to its end. @throws ArchiveRefused, and the disk's errors */
export const unpack = async (
  directory: string,
  { version, entry }: Pick<Installed, 'version' | 'entry'>,
  archive: Uint8Array,
): Promise<void> => {
  const files = readArchive(archive);
  const into = versionDirectory(directory, version);
  const partial = `${into}.partial`;
  for (const before of [partial, into]) await rm(before, { recursive: true, force: true });
  for (const { path, content, executable } of files) {
    const file = join(partial, path);
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    // Never through something that is there already.
    await writeFile(file, content, { mode: 0o600, flag: 'wx' });
    if (executable || path === entry) await chmod(file, 0o700);
  }
  await rename(partial, into);
};
