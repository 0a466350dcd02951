/** The catalogue in force: the release's, or a newer one that `requirements update` keeps in the state directory. */

import { statSync } from 'node:fs';
import { join } from 'node:path';
import { DocumentProblem, documentBounds, parseDocument, requireSize } from '@tombolo/azure-documents';
import { compareVersions } from '@tombolo/private-link';
import { type Catalogue, currentCatalogue, RequirementsProblem, readCatalogue } from '@tombolo/requirements';
import { readOwnFile } from '@tombolo/store/own-file';
import { CommandError } from '../shell/command-error.ts';
import { catalogueFile } from './state-directory.ts';

export const keptCatalogueFile = (state: string): string => join(state, catalogueFile);

export const isNewerCatalogue = (
  one: Pick<Catalogue, 'version'>,
  other: Pick<Catalogue, 'version'>,
): boolean => (compareVersions(one.version, other.version) ?? 0) > 0;

/** Undefined where nothing is kept. */
const stampOf = (file: string) => statSync(file, { throwIfNoEntry: false });

const readKept = (file: string): Catalogue => {
  const unreadable = (why: string): CommandError =>
    new CommandError(
      'InvalidArgument',
      `${file}: ${why}`,
      `Run "./tombolo requirements update" again, or remove ${file}: the release has one.`,
    );
  try {
    requireSize(statSync(file).size, documentBounds);
    return readCatalogue(parseDocument(readOwnFile(file), documentBounds));
  } catch (error) {
    if (error instanceof RequirementsProblem || error instanceof DocumentProblem)
      throw unreadable(error.message);
    throw unreadable(`it cannot be read: ${(error as Error).message}.`);
  }
};

/** Throws InvalidArgument where what is kept cannot be read. */
export const catalogueInForce = (state: string): Catalogue => {
  const file = keptCatalogueFile(state);
  if (stampOf(file) === undefined) return currentCatalogue;
  const kept = readKept(file);
  return isNewerCatalogue(kept, currentCatalogue) ? { ...kept, kept: true } : currentCatalogue;
};

export interface InForce {
  readonly catalogue: Catalogue;
  /** Epoch milliseconds: not before this was it in force. Its own date may be older than what it replaced. */
  readonly since: number;
}

/**
 * The catalogue in force at each call, for a process that goes on: the file is read again when it has changed. The same object
 * is answered while it has not; undefined, and told once, where what is kept cannot be read.
 */
export const watchCatalogue = (
  state: string,
  now: () => number,
  onUnreadable: (error: unknown) => void,
): (() => InForce | undefined) => {
  const file = keptCatalogueFile(state);
  let read: { readonly stamp: string; readonly inForce: InForce | undefined } | undefined;
  const readNow = (since: number): InForce | undefined => {
    try {
      return { catalogue: catalogueInForce(state), since };
    } catch (error) {
      onUnreadable(error);
      return undefined;
    }
  };
  return () => {
    const stat = stampOf(file);
    const stamp = stat === undefined ? '' : `${stat.ino} ${stat.size} ${stat.mtimeMs}`;
    if (read?.stamp !== stamp) {
      // Seen to change: now. At the start: when it was kept.
      const since = read === undefined ? (stat?.mtimeMs ?? 0) : now();
      read = { stamp, inForce: readNow(since) };
    }
    return read.inForce;
  };
};
