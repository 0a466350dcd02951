import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  checkLinked,
  type LinkedCheck,
  linkedChecksOfAssociation,
  linkedChecksOfEndpoint,
  linkedChecksOfZoneGroup,
} from './linked-permissions.ts';

const pairs = (checks: readonly LinkedCheck[]): string[] =>
  checks.map(({ action, scope }) => `${action} ${scope}`);
const join = 'Microsoft.Network/virtualNetworks/subnets/join/action /subnet';
const approve = 'Microsoft.HybridCompute/privateLinkScopes/privateEndpointConnectionsApproval/action /scope';

test('R15: which permission is checked on which other resource', () => {
  const endpoint = { subnetId: '/subnet', scopeId: '/scope' };
  assert.deepEqual(pairs(linkedChecksOfEndpoint({ ...endpoint, mode: 'auto' })), [join, approve]);
  assert.deepEqual(pairs(linkedChecksOfEndpoint({ ...endpoint, mode: 'manual' })), [join]);
  assert.deepEqual(pairs(linkedChecksOfZoneGroup(['/z1', '/z2'])), [
    'Microsoft.Network/privateDnsZones/join/action /z1',
    'Microsoft.Network/privateDnsZones/join/action /z2',
  ]);
  assert.deepEqual(pairs(linkedChecksOfAssociation('/scope')), [
    'Microsoft.HybridCompute/privateLinkScopes/read /scope',
  ]);
  assert.deepEqual(linkedChecksOfAssociation(undefined), []);
});

test('R15: the first permission that lacks is refused by name with LinkedAuthorizationFailed; none lacking, nothing is', () => {
  const checks = linkedChecksOfEndpoint({ subnetId: '/subnet', scopeId: '/scope', mode: 'auto' });
  const write = { caller: 'caller-1', action: 'Microsoft.Network/privateEndpoints/write', resourceId: '/pe' };
  for (const held of [[], [join], [approve], [join, approve]]) {
    const may = ({ action, scope }: LinkedCheck): boolean => held.includes(`${action} ${scope}`);
    const refusal = checkLinked(checks, may, write);
    const expected = held.includes(join) ? (held.includes(approve) ? undefined : '/scope') : '/subnet';
    assert.equal(refusal?.target, expected);
    if (expected === undefined) continue;
    assert.equal(refusal?.code, 'LinkedAuthorizationFailed');
    for (const part of ['caller-1', '/pe', write.action, expected])
      assert.ok(refusal?.message.includes(part), part);
  }
});
