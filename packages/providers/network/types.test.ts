import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isIdOf, types } from './types.ts';

test('an id is of a type by all of its segments, in any case', () => {
  const zone = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/privateDnsZones/z';
  assert.equal(isIdOf(zone, types.zone), true);
  assert.equal(isIdOf(zone.toUpperCase(), types.zone), true);
  assert.equal(isIdOf(`${zone}/virtualNetworkLinks/l`, types.zoneLink), true);
  for (const [id, type] of [
    [`${zone}/virtualNetworkLinks/l`, types.zone],
    [zone, types.zoneLink],
    [`${zone}/virtualNetworkLinks/`, types.zoneLink],
    [zone.replace('Microsoft.Network', 'Microsoft.Other'), types.zone],
    ['/privateDnsZones/z', types.zone],
  ] as const)
    assert.equal(isIdOf(id, type), false, `${id} ${type}`);
});
