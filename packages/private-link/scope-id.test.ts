import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isPrivateLinkScopeId, nameOf, subscriptionOf } from './resource-reference.ts';

test('the subscription of an id, in lower case, and none where it has none', () => {
  assert.equal(subscriptionOf('/subscriptions/S-1/resourceGroups/rg'), 's-1');
  assert.equal(subscriptionOf('/SUBSCRIPTIONS/s-1'), 's-1');
  for (const id of [
    '',
    '/',
    '/subscriptions/',
    '/subscriptions',
    '/x/subscriptions/s-1',
    'subscriptions/s-1',
  ])
    assert.equal(subscriptionOf(id), '', id);
});

test('a scope is known by the whole of its id', () => {
  const scope =
    '/subscriptions/sub/resourceGroups/group/providers/Microsoft.HybridCompute/privateLinkScopes/scope';
  for (const id of [scope, scope.toUpperCase()]) assert.equal(isPrivateLinkScopeId(id), true, id);
  for (const id of [
    `/x${scope}`,
    `${scope}/`,
    `${scope}/machines/m`,
    scope.slice(0, -5),
    scope.replace('sub/', '/'),
    scope.replace('group/', '/'),
    ...['%', '<', '\\', '?', '#', '\u0007'].map((odd) => `${scope}${odd}`),
  ])
    assert.equal(isPrivateLinkScopeId(id), false, id);
});

test('a resource has the last name of its id', () => assert.equal(nameOf('/a/b/Name'), 'Name'));
