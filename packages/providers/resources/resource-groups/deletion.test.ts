import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Provider } from '@tombolo/arm';
import { defineResourceType, useClaim } from '@tombolo/arm';
import type { Batch, JsonObject } from '@tombolo/store/port';
import { StoreConflict } from '@tombolo/store/port';
import { type ArmWorld, createArmWorld, subscriptionId } from '@tombolo/testkit/arm-world';
import fc from 'fast-check';
import { z } from 'zod';
import { resourcesProvider } from '../manifest.ts';

const group = `/subscriptions/${subscriptionId}/resourceGroups/island`;
const nodeAt = (index: number): string => `${group}/providers/Microsoft.Graph/nodes/n${index}`;

/** Nodes that use each other; odd ones are deleted by an operation of two steps. */
const graphProvider: Provider = {
  namespace: 'Microsoft.Graph',
  types: [
    defineResourceType<{ readonly uses: readonly string[] }>({
      type: 'Microsoft.Graph/nodes',
      apiVersions: ['2024-01-01'],
      placement: 'tracked',
      properties: z.object({ uses: z.array(z.string()) }),
      put: ({ command }) => ({
        properties: command.properties as unknown as JsonObject,
        effects: { claims: command.properties.uses.map((used) => useClaim(used, command.id.text)) },
      }),
      remove: ({ id }) =>
        /[13579]$/.test(id.name)
          ? { deferred: true, operation: { kind: 'Microsoft.Graph/removal', state: {} } }
          : {},
      lists: ['resourceGroup'],
    }),
  ],
  operationKinds: {
    'Microsoft.Graph/removal': {
      step: async ({ operation, now }) =>
        operation.state.waited
          ? {
              status: 'Succeeded',
              effects: { deletes: [operation.target], releases: [{ holder: operation.target }] },
            }
          : { status: 'InProgress', state: { waited: true }, dueAt: now + 700 },
    },
  },
  operationAddresses: { status: 'operations', result: 'operationResults', notifies: false },
};

type Edge = readonly [number, number];
const build = async (size: number, edges: readonly Edge[]): Promise<ArmWorld> => {
  const world = await createArmWorld({ providers: [resourcesProvider, graphProvider] });
  await world.put(group, { location: 'japaneast' });
  for (let index = 0; index < size; index += 1) {
    const uses = edges.filter(([user]) => user === index).map(([, used]) => nodeAt(used));
    await world.put(nodeAt(index), { location: 'japaneast', properties: { uses } });
  }
  return world;
};

/** Kahn's algorithm: the oracle of whether an order exists. */
const isAcyclic = (size: number, edges: readonly Edge[]): boolean => {
  let left = Array.from({ length: size }, (_, index) => index);
  for (;;) {
    const used = new Set(edges.filter(([user]) => left.includes(user)).map(([, target]) => target));
    const kept = left.filter((node) => used.has(node));
    if (kept.length === 0) return true;
    if (kept.length === left.length) return false;
    left = kept;
  }
};

const graphs = fc.integer({ min: 1, max: 8 }).chain((size) => {
  const node = fc.integer({ min: 0, max: size - 1 });
  const edge = fc.tuple(node, node).filter(([user, used]) => user !== used);
  return fc.record({
    size: fc.constant(size),
    edges: size === 1 ? fc.constant([]) : fc.array(edge, { maxLength: 10 }),
  });
});

describe('deleting a group of things that use each other', () => {
  test('whatever the order of names, it goes whole if any order exists, else it is restored', async () => {
    await fc.assert(
      fc.asyncProperty(graphs, async ({ size, edges }) => {
        const world = await build(size, edges);
        const removed = await world.remove(group);
        await world.settle();
        const result = await world.get(removed.headers.location!);
        if (isAcyclic(size, edges)) {
          assert.equal(result.status, 200, JSON.stringify(result.json));
          assert.deepEqual(await world.store.list({ under: group }), []);
          assert.deepEqual(await world.store.claimsUnder('use:'), []);
        } else {
          assert.equal(result.status, 409);
          assert.equal((await world.get(group)).json.properties.provisioningState, 'Succeeded');
        }
        assert.deepEqual(world.failures, []);
      }),
      { seed: 7, numRuns: 60 },
    );
  });

  test('steps that are decided again after conflicts delete the same', async () => {
    const chain: readonly Edge[] = [
      [0, 1],
      [1, 2],
      [2, 3],
      [3, 4],
      [4, 5],
    ];
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { minLength: 5, maxLength: 40 }), async (conflicts) => {
        const world = await build(6, chain);
        const removed = await world.remove(group);
        const commit = world.store.commit.bind(world.store);
        let count = 0;
        world.store.commit = async (batch: Batch) => {
          count += 1;
          if (conflicts[count])
            throw new StoreConflict({ kind: 'version', id: group, expected: 1, found: 2 });
          return commit(batch);
        };
        await world.settle();
        assert.equal((await world.get(removed.headers.location!)).status, 200);
        assert.deepEqual(await world.store.list({ under: group }), []);
      }),
      { seed: 8, numRuns: 40 },
    );
  });

  test('deleting twice is one deletion', async () => {
    const world = await build(4, [[0, 1]]);
    const answers = [await world.remove(group), await world.remove(group)];
    await world.settle();
    for (const { headers } of answers) assert.equal((await world.get(headers.location!)).status, 200);
    assert.equal((await world.get(group)).status, 404);
    assert.deepEqual(world.failures, []);
  });
});
