/** Subscriptions: read only; the list shows those in which the caller has any role. */

import type { OperationContext } from '@tombolo/arm';
import { defineResourceType } from '@tombolo/arm';
import { propertiesOf, stringAt } from '@tombolo/store/document';
import { subscriptionType, subscriptionVersions } from '../api-versions.ts';
import { shownSubscription } from './model.ts';

const readAction = `${subscriptionType}/read`;

/** A role on a group or a resource shows the subscription that it is in. */
const isVisible = async (context: OperationContext, subscriptionId: string): Promise<boolean> => {
  if (await context.allows(readAction, subscriptionId)) return true;
  const assignments = await context.store.list({
    type: 'Microsoft.Authorization/roleAssignments',
    under: subscriptionId,
  });
  return assignments.some((assignment) => {
    const principalId = stringAt(propertiesOf(assignment), 'principalId');
    return principalId?.toLowerCase() === context.principal.objectId.toLowerCase();
  });
};

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
      const documents = await context.store.list({ type: subscriptionType });
      const visible = await Promise.all(documents.map((document) => isVisible(context, document.id)));
      return documents.filter((_, index) => visible[index]).map(shownSubscription);
    },
  },
});
