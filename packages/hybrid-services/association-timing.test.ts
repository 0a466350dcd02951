import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Document } from '@tombolo/store/port';
import fc from 'fast-check';
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

test('R14: in a fleet each machine is judged by its own change, after its own delay, whatever comes between', () => {
  const machines = ['one', 'two', 'three'] as const;
  const scopes = [undefined, first, second] as const;
  const step = fc.oneof(
    fc.record({
      kind: fc.constant('put' as const),
      machine: fc.constantFrom(...machines),
      scope: fc.constantFrom(...scopes),
      delayMs: fc.integer({ min: 0, max: 900_000 }),
    }),
    fc.record({ kind: fc.constant('remove' as const), machine: fc.constantFrom(...machines) }),
    fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 600_000 }) }),
    /** The follower was away: it starts from a snapshot, in which this machine may be missing. */
    fc.record({ kind: fc.constant('snapshot' as const), without: fc.constantFrom(undefined, ...machines) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40, size: 'max' }), (steps) => {
      let now = 0;
      let delayMs = 0;
      let feed = 0;
      const projection = delayAssociations(createHybridProjection(), {
        now: () => now,
        delayMs: () => delayMs,
      });
      const idOf = (name: string): string => `${group}/machines/${name}`;
      const written = new Map<string, Document>();
      /** What was in force when the last change was written, that change, and from when it is. */
      const sheet = new Map<string, { was: string | undefined; is: string | undefined; from: number }>();
      const inForce = (name: string) => {
        const row = sheet.get(name);
        return row && (row.from <= now ? row.is : row.was);
      };
      for (const each of steps) {
        feed += 1;
        if (each.kind === 'pass') now += each.ms;
        else if (each.kind === 'put') {
          delayMs = each.delayMs;
          const document = { ...machine(each.scope, feed), id: idOf(each.machine) };
          written.set(each.machine, document);
          projection.apply([{ feed, id: document.id, type: document.type, document }]);
          const row = sheet.get(each.machine);
          if (!row) sheet.set(each.machine, { was: each.scope, is: each.scope, from: now });
          else if (row.is !== each.scope)
            sheet.set(each.machine, { was: inForce(each.machine), is: each.scope, from: now + delayMs });
        } else if (each.kind === 'remove') {
          written.delete(each.machine);
          sheet.delete(each.machine);
          projection.apply([{ feed, id: idOf(each.machine), type: 'Microsoft.HybridCompute/machines' }]);
        } else {
          if (each.without !== undefined) {
            written.delete(each.without);
            sheet.delete(each.without);
          }
          projection.replace([...written.values()], feed);
        }
        for (const name of machines)
          assert.equal(
            projection.machine(idOf(name))?.privateLinkScopeResourceId,
            inForce(name),
            `${name} at ${now}`,
          );
      }
    }),
    { seed: 14, numRuns: 300 },
  );
});
