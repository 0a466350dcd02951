/** What a provider offers, as clients read it to find types, api-versions and places. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defineResourceType, type Provider } from '@tombolo/arm';
import { registrationState, shownProvider } from './model.ts';

const typeOf = (type: string, placement: 'tracked' | 'proxy' | 'global', apiVersions: readonly string[]) =>
  defineResourceType<object>({ type, apiVersions, placement, lists: [], put: () => ({ properties: {} }) });
const provider: Provider = {
  namespace: 'Microsoft.Test',
  types: [
    typeOf('Microsoft.Test/things', 'tracked', ['2024-01-01', '2025-01-01']),
    typeOf('Microsoft.Test/things/parts', 'proxy', ['2024-01-01']),
    typeOf('Microsoft.Test/zones', 'global', ['2024-01-01']),
  ],
};
const shownTypes = [
  {
    resourceType: 'things',
    locations: ['Japan East', 'nowhere'],
    apiVersions: ['2025-01-01', '2024-01-01'],
    defaultApiVersion: '2025-01-01',
    capabilities: 'SupportsTags, SupportsLocation',
  },
  {
    resourceType: 'things/parts',
    locations: [],
    apiVersions: ['2024-01-01'],
    defaultApiVersion: '2024-01-01',
    capabilities: 'None',
  },
  {
    resourceType: 'zones',
    locations: ['global'],
    apiVersions: ['2024-01-01'],
    defaultApiVersion: '2024-01-01',
    capabilities: 'SupportsTags, SupportsLocation',
  },
];
const regions = ['japaneast', 'nowhere'];

test('a provider is shown with its types: where each can be, newest version first', () =>
  assert.deepEqual(shownProvider(provider, regions, undefined), {
    id: '/providers/Microsoft.Test',
    namespace: 'Microsoft.Test',
    resourceTypes: shownTypes,
  }));

test('in a subscription it says whether it is registered there', () =>
  assert.deepEqual(shownProvider(provider, regions, { subscriptionId: 's', state: 'Registered' }), {
    id: '/subscriptions/s/providers/Microsoft.Test',
    namespace: 'Microsoft.Test',
    registrationPolicy: 'RegistrationRequired',
    registrationState: 'Registered',
    resourceTypes: shownTypes,
  }));

test('groups are found by their own name, too', () => {
  const types = [typeOf('Microsoft.Resources/subscriptions/resourceGroups', 'tracked', ['2024-01-01'])];
  const { resourceTypes } = shownProvider({ namespace: 'Microsoft.Resources', types }, regions, undefined);
  assert.deepEqual(
    (resourceTypes as readonly { resourceType: string }[]).map(({ resourceType }) => resourceType),
    ['subscriptions/resourceGroups', 'resourceGroups'],
  );
});

test('what is served is registered until it is unregistered, and what has no types when it is registered', () => {
  assert.equal(registrationState({ types: [] }, undefined), 'NotRegistered');
  assert.equal(registrationState(provider, undefined), 'Registered');
  assert.equal(registrationState(provider, { body: {} }), 'Registered');
  assert.equal(
    registrationState(provider, { body: { properties: { registrationState: 'NotRegistered' } } }),
    'NotRegistered',
  );
});
