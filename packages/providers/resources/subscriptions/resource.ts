/** Subscriptions: read only; the list shows those in which the caller has any role. */

import type { OperationContext } from '@tombolo/arm';
import { collectDocuments, defineResourceType, pageQuery, pageResponse } from '@tombolo/arm';
import { subscriptionType, subscriptionVersions } from '../api-versions.ts';
import { shownSubscription } from './model.ts';

const readAction = `${subscriptionType}/read`;

/** A role on a group or a resource shows the subscription that it is in: whoever judges knows the caller's. */
const isVisible = (context: OperationContext, subscriptionId: string): Promise<boolean> =>
  context.allows(readAction, subscriptionId);

export const subscriptions = defineResourceType<never>({
  type: subscriptionType,
  apiVersions: subscriptionVersions,
  placement: 'proxy',
  lists: ['tenant'],
  authorization: 'own',
  reads: ({ text }) => ({ documents: [text] }),
  computed: {
    get: async (context, id) => {
      const [document, visible] = await Promise.all([
        context.store.get(id.text),
        isVisible(context, id.text),
      ]);
      // What a caller may not see does not exist for it.
      if (document?.type !== subscriptionType || !visible) return undefined;
      return shownSubscription(document);
    },
    list: async (context) => {
      const { documents, next } = await collectDocuments(context, pageQuery(context.request), {
        type: subscriptionType,
        keep: () => true,
      });
      const visible = await Promise.all(documents.map((document) => isVisible(context, document.id)));
      const shown = documents.filter((_, index) => visible[index]).map(shownSubscription);
      return pageResponse(context.request, shown, next);
    },
  },
});
