/** A catalogue newer than the release's: checked, kept in the state directory, and asked in the release's place. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { compareVersions } from '@tombolo/private-link';
import { type Catalogue, currentCatalogue, RequirementsProblem, readCatalogue } from '@tombolo/requirements';
import { openStateDirectory, writePrivateFile } from '../../installation/state-directory.ts';
import { CommandError } from '../../shell/command-error.ts';
import { readDocumentFile } from '../documents/document-file.ts';

const fileName = 'requirements.json';

const isNewer = (one: Pick<Catalogue, 'version'>, other: Pick<Catalogue, 'version'>): boolean =>
  (compareVersions(one.version, other.version) ?? 0) > 0;

/** Throws InvalidArgument naming the file and the first field that is wrong. */
const readFrom = (file: string, fix?: string): Catalogue => {
  const value = readDocumentFile(file);
  try {
    return readCatalogue(value);
  } catch (error) {
    if (!(error instanceof RequirementsProblem)) throw error;
    throw new CommandError('InvalidArgument', `${file}: ${error.message}`, fix ?? error.fix);
  }
};

/** The release's, or the kept one where it is newer. Throws InvalidArgument where what is kept cannot be read. */
export const newestCatalogue = (state: string): Catalogue => {
  const file = join(state, fileName);
  if (!existsSync(file)) return currentCatalogue;
  const kept = readFrom(
    file,
    `Run "./tombolo requirements update" again, or remove ${file}: the release has one.`,
  );
  return isNewer(kept, currentCatalogue) ? { ...kept, kept: true } : currentCatalogue;
};

export interface Update {
  readonly catalogue: Catalogue;
  readonly before: Catalogue;
  readonly file: string;
}

/** Nothing that is kept is touched when the file is refused. Throws InvalidArgument, StateDirectory. */
export const keepCatalogue = (state: string, from: string): Update => {
  const catalogue = readFrom(from);
  const before = newestCatalogue(state);
  if (!isNewer(catalogue, before)) {
    throw new CommandError(
      'InvalidArgument',
      `${from} has catalogue ${catalogue.version}, which is not newer than ${before.version}.`,
      'Nothing is to be done: the newer one is used already.',
    );
  }
  const file = openStateDirectory(state).file(fileName);
  writePrivateFile(file, `${JSON.stringify(catalogue)}\n`);
  return { catalogue, before, file };
};
