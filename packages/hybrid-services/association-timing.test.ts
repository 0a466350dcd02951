import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Document } from '@tombolo/store/port';
import { delayAssociations } from './association-timing.ts';
import { createHybridProjection } from './projection.ts';

const group = '/subscriptions/s/resourceGroups/g/providers/Microsoft.HybridCompute';
const id = `${group}/machines/server`;
const [first, second] = [`${group}/privateLinkScopes/first`, `${group}/privateLinkScopes/second`];

const machine = (scope: string | undefined, version: number): Document => ({
  id,
  type: 'Microsoft.HybridCompute/machines',
  version,
  body: {
    location: 'japaneast',
    properties: scope === undefined ? {} : { privateLinkScopeResourceId: scope },
  },
});

const world = () => {
  let now = 0;
  let feed = 0;
  const projection = delayAssociations(createHybridProjection(), { now: () => now, delayMs: () => 600_000 });
  return {
    at: (time: number) => {
      now = time;
    },
    put: (scope: string | undefined) => {
      feed += 1;
      const document = machine(scope, feed);
      projection.apply([{ feed, id, type: document.type, document }]);
    },
    projection,
    remove: () => {
      feed += 1;
      projection.apply([{ feed, id, type: 'Microsoft.HybridCompute/machines' }]);
    },
    putNoted: (privateLinkScopeGuid: string) => {
      feed += 1;
      const { body, ...document } = machine(first, feed);
      const properties = { privateLinkScopeResourceId: first, privateLinkScopeGuid };
      const written = { ...document, body: { ...body, properties } };
      projection.apply([{ feed, id, type: document.type, document: written }]);
    },
    noted: () => projection.machine(id)?.privateLinkScopeGuid,
    snapshot: (scope: string | undefined) => projection.replace([machine(scope, 1)]),
    scope: () => projection.machine(id)?.privateLinkScopeResourceId,
  };
};

describe('R14: Azure timing', () => {
  test('a new machine is associated at once', () => {
    const { put, scope } = world();
    put(first);
    assert.equal(scope(), first);
  });

  test('a change is in force only after its delay', () => {
    const { put, scope, at } = world();
    put(undefined);
    put(first);
    assert.equal(scope(), undefined);
    at(599_999);
    assert.equal(scope(), undefined);
    at(600_000);
    assert.equal(scope(), first);
  });

  test('a second change before the first is in force counts from what was in force', () => {
    const { put, scope, at } = world();
    put(first);
    put(second);
    at(300_000);
    put(undefined);
    assert.equal(scope(), first);
    at(899_999);
    assert.equal(scope(), first);
    at(900_000);
    assert.equal(scope(), undefined);
  });

  test('a snapshot that brings a change delays it too', () => {
    const { put, snapshot, scope, at } = world();
    put(first);
    snapshot(second);
    assert.equal(scope(), first);
    at(600_000);
    assert.equal(scope(), second);
  });

  test('a machine that was deleted and made again is new', () => {
    const { put, remove, scope } = world();
    put(first);
    put(second);
    remove();
    put(second);
    assert.equal(scope(), second);
  });

  test('a scope made anew under the same name is another one, and delayed like every other', () => {
    const { putNoted, noted, at } = world();
    putNoted('one');
    putNoted('two');
    assert.equal(noted(), 'one');
    at(600_000);
    assert.equal(noted(), 'two');
  });

  test('the same scope in another case is no change, and other changes of a machine delay nothing', () => {
    const { put, scope, at } = world();
    put(first);
    put(first.toUpperCase());
    assert.equal(scope(), first.toUpperCase());
    put(second);
    at(300_000);
    put(second);
    at(600_000);
    assert.equal(scope(), second, 'the delay is not begun anew');
  });

  test('other machines, and what else is asked, are those of the projection', () => {
    const { put, projection } = world();
    assert.equal(projection.machine(id), undefined);
    put(first);
    put(undefined);
    assert.equal(projection.through, 2);
    const { privateLinkScopeResourceId: inForce, ...rest } = projection.machine(id.toUpperCase())!;
    assert.equal(inForce, first);
    assert.deepEqual([rest.id, rest.location, rest.version], [id, 'japaneast', 2]);
  });

  test('a machine without an association has none, also while one is on its way', () => {
    const { put, projection, at } = world();
    put(undefined);
    put(first);
    assert.ok(!('privateLinkScopeResourceId' in projection.machine(id)!));
    at(600_000);
    put(undefined);
    at(1_200_000);
    assert.ok(!('privateLinkScopeResourceId' in projection.machine(id)!));
  });
});
