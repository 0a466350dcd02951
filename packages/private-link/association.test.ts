import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { associableMachines, associationInForce, decideAssociation, effectiveAt } from './association.ts';

const scopeId = (name: string, subscription = 's1'): string =>
  `/subscriptions/${subscription}/resourceGroups/rg/providers/Microsoft.HybridCompute/privateLinkScopes/${name}`;
const machineId = '/subscriptions/s1/resourceGroups/rg/providers/Microsoft.HybridCompute/machines/m';

test('R2, R3: what each request makes of each association', () => {
  const east = { id: scopeId('T'), location: 'Japan East' };
  const west = { id: scopeId('T'), location: 'japanwest' };
  const table = [
    // current, requested, the scope found, outcome
    [undefined, undefined, undefined, 'unchanged'],
    [undefined, null, undefined, 'unchanged'],
    [undefined, '', undefined, 'unchanged'],
    [undefined, scopeId('T'), east, 'associated'],
    [undefined, scopeId('T'), west, 'PrivateLinkScopeRegionMismatch'],
    [undefined, scopeId('T'), undefined, 'PrivateLinkScopeNotFound'],
    [undefined, machineId, undefined, 'InvalidPrivateLinkScopeResourceId'],
    ['S', undefined, undefined, 'unchanged'],
    ['S', null, undefined, 'cleared'],
    ['S', '', undefined, 'cleared'],
    ['S', scopeId('s').toUpperCase(), undefined, 'unchanged'],
    ['S', scopeId('T'), east, 'moved'],
    ['S', scopeId('T'), west, 'PrivateLinkScopeRegionMismatch'],
    ['S', scopeId('T'), undefined, 'PrivateLinkScopeNotFound'],
    ['S', 'T', east, 'InvalidPrivateLinkScopeResourceId'],
  ] as const;
  for (const [current, requested, found, outcome] of table) {
    const machine = {
      id: machineId,
      location: 'japaneast',
      ...(current ? { scopeId: scopeId(current) } : {}),
    };
    const change = decideAssociation(machine, requested, found);
    assert.equal(change.refused ? change.code : change.kind, outcome, `${current} → ${requested}`);
    if (change.refused) continue;
    const after = change.kind === 'cleared' ? undefined : change.scopeId;
    const expected = {
      unchanged: machine.scopeId,
      cleared: undefined,
      associated: requested,
      moved: requested,
    };
    assert.equal(after, expected[change.kind]);
    if (change.kind === 'moved' || change.kind === 'cleared') assert.equal(change.from, scopeId('S'));
  }
});

test('R2: an association that stays says which it is, and none where there is none', () => {
  const machine = { id: machineId, location: 'japaneast' };
  for (const requested of [undefined, null, ''])
    assert.deepEqual(decideAssociation(machine, requested, undefined), { refused: false, kind: 'unchanged' });
  assert.deepEqual(decideAssociation({ ...machine, scopeId: scopeId('S') }, undefined, undefined), {
    refused: false,
    kind: 'unchanged',
    scopeId: scopeId('S'),
  });
});

test('R2, R3: a scope made anew under the name is another one: naming it is judged as moving to it', () => {
  const machine = { id: machineId, location: 'japaneast', scopeId: scopeId('S'), scopeGuid: 'first' };
  const outcome = (
    requested: string | null | undefined,
    guid: string | undefined,
    location = 'japaneast',
  ) => {
    const found = { id: scopeId('S'), location, ...(guid === undefined ? {} : { guid }) };
    const change = decideAssociation(machine, requested, found);
    return change.refused ? change.code : change.kind;
  };
  assert.equal(outcome(scopeId('S'), 'FIRST'), 'unchanged');
  assert.equal(outcome(scopeId('S'), 'first', 'westeurope'), 'unchanged');
  assert.equal(outcome(scopeId('S'), undefined), 'unchanged');
  assert.equal(outcome(scopeId('S'), 'second'), 'moved');
  assert.equal(outcome(scopeId('S'), 'second', 'westeurope'), 'PrivateLinkScopeRegionMismatch');
  assert.equal(outcome(undefined, 'second'), 'unchanged', 'a write that does not speak of it');
  assert.equal(outcome(null, 'second'), 'cleared');
});

test('R3: the refusal names machine, scope and both regions', () => {
  const change = decideAssociation({ id: machineId, location: 'japaneast' }, scopeId('T'), {
    id: scopeId('T'),
    location: 'japanwest',
  });
  assert.ok(change.refused && change.rule === 'R3');
  for (const part of [machineId, scopeId('T'), 'japaneast', 'japanwest', 'Use a scope']) {
    assert.ok(change.refused && change.message.includes(part), part);
  }
});

test("R6: machines of the scope's subscription and region are offered, and only they", () => {
  const subscriptions = ['s1', 's2'];
  const locations = ['japaneast', 'japanwest'];
  const machines = subscriptions.flatMap((subscription) =>
    locations.map((location) => ({
      id: `/subscriptions/${subscription.toUpperCase()}/resourceGroups/rg/providers/Microsoft.HybridCompute/machines/${location}`,
      location,
      tag: `${subscription} ${location}`,
    })),
  );
  for (const subscription of subscriptions) {
    for (const [location, display] of [
      ['japaneast', 'Japan East'],
      ['japanwest', 'Japan West'],
    ]) {
      const offered = associableMachines(
        { id: scopeId('S', subscription), location: display ?? '' },
        machines,
      );
      assert.deepEqual(
        offered.map((machine) => machine.tag),
        [`${subscription} ${location}`],
      );
    }
  }
});

test('R14: an association is in force at once, or in azure timing at its moment within 15 minutes and not before', () => {
  fc.assert(
    fc.property(
      fc.nat(2 ** 40),
      fc.constantFrom('immediate' as const, 'azure' as const),
      fc.oneof(fc.integer({ min: -1e6, max: 2e6 }), fc.constantFrom(Number.NaN, Infinity, -Infinity)),
      (changedAt, timing, delayMs) => {
        const at = effectiveAt(changedAt, timing, delayMs);
        // The middle one of three sorted values is the oracle for holding a value to bounds.
        const bounded = Number.isNaN(delayMs) ? 0 : ([0, 900_000, delayMs].sort((a, b) => a - b)[1] ?? 0);
        assert.equal(at - changedAt, timing === 'immediate' ? 0 : bounded);
        const change = { before: scopeId('S'), after: scopeId('T'), effectiveAt: at };
        assert.equal(associationInForce(change, at), scopeId('T'));
        assert.equal(associationInForce(change, at - 1), scopeId('S'));
        assert.equal(associationInForce({ before: scopeId('S'), effectiveAt: at }, at), undefined);
      },
    ),
    { seed: 14 },
  );
});
