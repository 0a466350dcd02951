/** Gives a list to the installation of a state directory, and asks which one it serves; nothing runs there: it says so. */

import type { VersionFacts } from '@tombolo/service-tags';
import { type ServiceTagDocument, toFile } from '@tombolo/service-tags';
import type { JsonObject } from '@tombolo/store/port';
import { connectToServer } from '../../installation/server-connection.ts';
import { CommandError } from '../../shell/command-error.ts';

export type Serving = { readonly served: VersionFacts } | { readonly notServed: string };

const unlessNotRunning = async (ask: () => Promise<JsonObject>): Promise<Serving> => {
  try {
    const { served } = await ask();
    // As control has stored it.
    return served
      ? { served: served as unknown as VersionFacts }
      : { notServed: 'nothing was imported into it' };
  } catch (error) {
    if (error instanceof CommandError && error.code === 'NotRunning') return { notServed: error.message };
    throw error;
  }
};

/** Throws RequestRefused where the installation refuses it. */
export const giveToInstallation = (
  state: string,
  document: ServiceTagDocument,
  facts: Pick<VersionFacts, 'source' | 'fetchedAt' | 'publishedAt'>,
  replace: boolean,
): Promise<Serving> =>
  unlessNotRunning(async () =>
    connectToServer(state).ask('POST', '/service-tags', {
      document: toFile(document),
      form: document.form,
      source: facts.source,
      fetchedAt: facts.fetchedAt,
      ...(facts.publishedAt === undefined ? {} : { publishedAt: facts.publishedAt }),
      replace,
    }),
  );

export const askInstallation = (state: string): Promise<Serving> =>
  unlessNotRunning(async () => connectToServer(state).ask('GET', '/service-tags'));
