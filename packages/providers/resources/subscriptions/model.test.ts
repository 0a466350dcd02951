/** A subscription as clients read it. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shownSubscription, subscriptionDocument } from './model.ts';

const shown = {
  id: '/subscriptions/s',
  authorizationSource: 'RoleBased',
  managedByTenants: [],
  tags: {},
  subscriptionId: 's',
  tenantId: 't',
  displayName: 'Island',
  state: 'Enabled',
  subscriptionPolicies: {
    locationPlacementId: 'Public_2014-09-01',
    quotaId: 'PayAsYouGo_2014-09-01',
    spendingLimit: 'Off',
  },
};

test('a subscription is shown flat, Enabled, with its policies', () => {
  const document = subscriptionDocument({ subscriptionId: 's', tenantId: 't', displayName: 'Island' });
  assert.equal(document.type, 'Microsoft.Resources/subscriptions');
  assert.deepEqual(shownSubscription(document), shown);
});

test('its own tags and state are shown, and its id where the document does not say it', () => {
  const properties = { tenantId: 't', displayName: 'Island', state: 'Disabled' };
  const tags = { a: 'b' };
  assert.deepEqual(shownSubscription({ id: '/subscriptions/s', body: { tags, properties } }), {
    ...shown,
    tags,
    state: 'Disabled',
  });
  const { subscriptionId, state, tags: none } = shownSubscription({ id: '/subscriptions/s', body: {} });
  assert.deepEqual([subscriptionId, state, none], ['s', 'Enabled', {}]);
});
