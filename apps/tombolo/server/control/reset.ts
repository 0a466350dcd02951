/** Back to an installation without resources: deleted in bounded batches, each with what its resources held; run again, it goes on. */

import { parseResourceId } from '@tombolo/arm';
import type { Store } from '@tombolo/store';
import type { Document, JsonObject } from '@tombolo/store/port';

/** Looked at and deleted in one batch: so many that others have their turn in between. */
const atATime = 1_000;

/** The operator's own assignment at `/`, the subscription and what is internal stay. */
const stays = (document: Document): boolean => {
  if (document.type.startsWith('Tombolo/') && !document.id.toLowerCase().startsWith('/subscriptions/'))
    return true;
  return parseResourceId(document.id)?.parent === undefined;
};

export const resetResources = async (store: Pick<Store, 'list' | 'commit' | 'head'>): Promise<JsonObject> => {
  let deleted = 0;
  for (let after: string | undefined; ; ) {
    const read = await store.list({ limit: atATime, ...(after === undefined ? {} : { after }) });
    const removed = read.filter((document) => !stays(document));
    if (removed.length > 0)
      await store.commit({
        deletes: removed.map((document) => document.id),
        releases: removed.map((document) => ({ holder: document.id.toLowerCase() })),
      });
    deleted += removed.length;
    after = read.at(-1)?.id.toLowerCase();
    if (read.length < atATime) break;
  }
  return { deleted, feed: (await store.head()).through };
};
