import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isPrivateLinkScopeId } from './scope-id.ts';

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
