/** Subscriptions: their document, seeded when an installation is set up, and what clients see of it. */

import { nameOf } from '@tombolo/store/document';
import type { Document, JsonObject } from '@tombolo/store/port';
import { subscriptionType } from '../api-versions.ts';

export interface Subscription {
  readonly subscriptionId: string;
  readonly tenantId: string;
  readonly displayName: string;
}

/** To be put once, when the installation starts for the first time. */
export const subscriptionDocument = (subscription: Subscription): Omit<Document, 'version'> => ({
  id: `/subscriptions/${subscription.subscriptionId}`,
  type: subscriptionType,
  body: { tags: {}, properties: { ...subscription, state: 'Enabled' } },
});

/** Flat, as Microsoft.Resources shows it. */
export const shownSubscription = (document: Pick<Document, 'id' | 'body'>): JsonObject => {
  const properties = (document.body.properties ?? {}) as JsonObject;
  return {
    id: document.id,
    authorizationSource: 'RoleBased',
    managedByTenants: [],
    tags: document.body.tags ?? {},
    subscriptionId: properties.subscriptionId ?? nameOf(document.id),
    tenantId: properties.tenantId,
    displayName: properties.displayName,
    state: properties.state ?? 'Enabled',
    subscriptionPolicies: {
      locationPlacementId: 'Public_2014-09-01',
      quotaId: 'PayAsYouGo_2014-09-01',
      spendingLimit: 'Off',
    },
  };
};
