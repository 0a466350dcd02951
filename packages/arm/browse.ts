/** Goes through documents without keeping them: what has to look at all of an installation holds a thousand of them at a time. */

import type { Document, ListQuery, StoreReader } from '@tombolo/store/port';

/** So many that the store lets others have their turn while it reads them. */
const atATime = 1_000;
/** Of their bodies: some dozens of MiB where they are large. */
const characters = 16 * 1024 * 1024;

type Where = Pick<ListQuery, 'type' | 'under'>;

export const charactersOf = (documents: readonly Document[]): number =>
  documents.reduce((sum, { body }) => sum + JSON.stringify(body).length, 0);

/** What `browse` reads first, for a type that asks for it ahead; what comes after that is not kept. */
export const firstBrowsed = (where: Where): ListQuery => ({ ...where, limit: atATime, characters });

/** Gives `take` all documents of the list, part by part, each part of its own moment; false ends it. */
export const browse = async (
  store: Pick<StoreReader, 'list'>,
  where: Where,
  take: (documents: readonly Document[]) => boolean | undefined,
): Promise<void> => {
  for (let query = firstBrowsed(where); ; ) {
    const part = await store.list(query);
    if (take(part) === false) return;
    const last = part.at(-1);
    // One that is short for its characters is not the last.
    if (last === undefined || (part.length < atATime && charactersOf(part) < characters)) return;
    query = { ...firstBrowsed(where), after: last.id.toLowerCase(), once: true };
  }
};
