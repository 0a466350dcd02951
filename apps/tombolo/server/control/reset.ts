/** Back to an installation without resources: one batch deletes every resource and releases what it held. */

import { parseResourceId } from '@tombolo/arm';
import type { Store } from '@tombolo/store';
import type { Document, JsonObject } from '@tombolo/store/port';

/** The operator's own assignment at `/`, the subscription and what is internal stay. */
const stays = (document: Document): boolean => {
  if (document.type.startsWith('Tombolo/') && !document.id.toLowerCase().startsWith('/subscriptions/'))
    return true;
  return parseResourceId(document.id)?.parent === undefined;
};

export const resetResources = async (store: Store): Promise<JsonObject> => {
  const removed = (await store.list({})).filter((document) => !stays(document));
  if (removed.length > 0) {
    await store.commit({
      deletes: removed.map((document) => document.id),
      releases: removed.map((document) => ({ holder: document.id.toLowerCase() })),
    });
  }
  return { deleted: removed.length, feed: (await store.head()).through };
};
