/** The installation as a document of the store, so that a backup is one file. */

import { DatabaseSync } from 'node:sqlite';
import type { JsonObject } from '@tombolo/store/port';
import { CommandError } from '../command-error.ts';

export const installationDocument = { id: '/tombolo/installation', type: 'Tombolo/installations' } as const;

/** Reads it from a backup without changing the file. Throws InvalidArgument where it is no backup of ours. */
export const installationOfBackup = (file: string): JsonObject => {
  try {
    const database = new DatabaseSync(file, { readOnly: true });
    try {
      const row = database.prepare('SELECT body FROM documents WHERE key = ?').get(installationDocument.id) as
        | { body: string }
        | undefined;
      if (!row) throw new Error('it has no installation in it');
      return JSON.parse(row.body) as JsonObject;
    } finally {
      database.close();
    }
  } catch (error) {
    throw new CommandError(
      'InvalidArgument',
      `${file} is not a backup of Tombolo: ${(error as Error).message}.`,
      'Name a file that "tombolo backup" wrote.',
    );
  }
};
