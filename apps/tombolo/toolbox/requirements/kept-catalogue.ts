/** A catalogue newer than the one in force: checked, kept in the state directory, and asked in the other's place. */

import { type Catalogue, currentCatalogue, RequirementsProblem, readCatalogue } from '@tombolo/requirements';
import {
  catalogueInForce,
  isNewerCatalogue,
  keptCatalogueFile,
} from '../../installation/catalogue-in-force.ts';
import { openStateDirectory, writePrivateFile } from '../../installation/state-directory.ts';
import { CommandError } from '../../shell/command-error.ts';
import { placeOf, readDocumentFile } from '../documents/document-file.ts';

/** Throws InvalidArgument naming the file and the first field that is wrong. */
const readFrom = (file: string): Catalogue => {
  const value = readDocumentFile(file);
  try {
    return readCatalogue(value);
  } catch (error) {
    if (!(error instanceof RequirementsProblem)) throw error;
    throw new CommandError('InvalidArgument', `${placeOf(file)}: ${error.message}`, error.fix);
  }
};

/** What is kept is never the older one: the way back is to keep nothing. */
const wayBack = (state: string, { kept }: Catalogue): string =>
  kept === true
    ? `The newer one stays in use. To go back to the release's own, ${currentCatalogue.version}, remove ${keptCatalogueFile(state)}; an earlier day is asked with --as-of.`
    : "The release's own stays in use, and nothing older takes its place. An earlier day is asked with --as-of.";

export interface Update {
  readonly catalogue: Catalogue;
  readonly before: Catalogue;
  readonly file: string;
}

/** Nothing that is kept is touched when the file is refused. Throws InvalidArgument, StateDirectory. */
export const keepCatalogue = (state: string, from: string): Update => {
  const catalogue = readFrom(from);
  const before = catalogueInForce(state);
  if (!isNewerCatalogue(catalogue, before)) {
    throw new CommandError(
      'InvalidArgument',
      `${placeOf(from)} has catalogue ${catalogue.version}, which is not newer than ${before.version}.`,
      wayBack(state, before),
    );
  }
  const file = keptCatalogueFile(openStateDirectory(state).path);
  writePrivateFile(file, `${JSON.stringify(catalogue)}\n`);
  return { catalogue, before, file };
};
