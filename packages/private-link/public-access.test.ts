import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decidePublicNetworkAccess, routesAllowed, storedPublicNetworkAccess } from './public-access.ts';

test('R8: Enabled is private and public, Disabled is private only, and Disabled is the default', () => {
  assert.deepEqual(routesAllowed('Enabled'), ['private', 'public']);
  assert.deepEqual(routesAllowed('Disabled'), ['private']);
  assert.deepEqual(routesAllowed('SecuredByPerimeter'), ['private'], 'there is no perimeter to open it');
  for (const absent of [undefined, null]) {
    const created = decidePublicNetworkAccess('/s', undefined, absent);
    assert.ok(!created.refused && created.access === 'Disabled');
  }
});

test('R20: private and public can be switched either way, as often as one likes', () => {
  const table = [
    ['Enabled', 'Disabled', 'Disabled', true, 'closes'],
    ['Disabled', 'Enabled', 'Enabled', true, 'opens'],
    ['Enabled', 'enabled', 'Enabled', false, 'stays'],
    ['Disabled', 'DISABLED', 'Disabled', false, 'stays'],
    ['Enabled', undefined, 'Disabled', true, 'closes'],
    ['Disabled', null, 'Disabled', false, 'stays'],
    [undefined, 'Enabled', 'Enabled', true, 'stays'],
    ['Enabled', 'securedbyperimeter', 'SecuredByPerimeter', true, 'closes'],
    ['SecuredByPerimeter', 'Enabled', 'Enabled', true, 'opens'],
    ['Disabled', 'SecuredByPerimeter', 'SecuredByPerimeter', true, 'stays'],
    ['SecuredByPerimeter', undefined, 'Disabled', true, 'stays'],
  ] as const;
  for (const [current, requested, access, changed, publicRoute] of table) {
    const change = decidePublicNetworkAccess('/s', current, requested);
    assert.deepEqual(change, { refused: false, access, changed, publicRoute }, `${current} → ${requested}`);
  }
});

test('R8: another value is refused and the message says which values there are', () => {
  for (const requested of ['SecuredByNothing', 'true', '', 'Enabled ']) {
    const change = decidePublicNetworkAccess('/s', 'Enabled', requested);
    assert.ok(change.refused && change.code === 'InvalidPublicNetworkAccess');
    assert.match(change.message, /'\/s'.*Use Enabled .*, Disabled .* or SecuredByPerimeter/);
  }
});

test('what is stored opens something only where it is one of the values, to the letter', () => {
  for (const value of ['Enabled', 'Disabled', 'SecuredByPerimeter'])
    assert.equal(storedPublicNetworkAccess(value), value);
  for (const other of ['enabled', 'toString', '', null, undefined, true, ['Enabled']])
    assert.equal(storedPublicNetworkAccess(other), 'Disabled');
});
