import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { useClaim } from '@tombolo/arm';
import type { Batch, Store } from '@tombolo/store/port';
import { openReading } from '@tombolo/store/reading';
import { type ArmWorld, createArmWorld, errorOf, subscriptionId } from '@tombolo/testkit/arm-world';
import { providers } from './index.ts';

const group = `/subscriptions/${subscriptionId}/resourceGroups/rg`;
const zone = `${group}/providers/Microsoft.Network/privateDnsZones/example.test`;
const sets = 9_000;

interface Watched {
  readonly world: ArmWorld;
  /** Entries of each batch. */
  readonly weights: number[];
  /** Documents of each list that was read. */
  readonly read: number[];
}

const weightOf = ({ expect = [], deletes = [], releases = [] }: Batch): number =>
  expect.length + deletes.length + releases.length;

/** A zone with so many record sets as no batch takes. */
const openLargeZone = async (): Promise<Watched> => {
  const weights: number[] = [];
  const read: number[] = [];
  const around = (inner: Store): Store => ({
    ...inner,
    read: async (asked) => {
      const answers = await inner.read(asked);
      read.push(...answers.lists.map(({ length }) => length));
      return answers;
    },
    commit: (batch) => {
      weights.push(weightOf(batch));
      return inner.commit(batch);
    },
  });
  let reading: Store | undefined;
  const world = await createArmWorld({
    providers,
    around: (inner) => {
      reading = around(inner);
      return { ...reading, reading: () => openReading(reading!) };
    },
  });
  await world.put(group, { location: 'westeurope' });
  await world.put(zone, { location: 'global' });
  await world.settle();
  const ids = Array.from({ length: sets }, (_, index) => `${zone}/A/h${index}`);
  for (let from = 0; from < sets; from += 3_000)
    await world.store.commit({
      puts: ids.slice(from, from + 3_000).map((id) => ({
        id,
        type: 'Microsoft.Network/privateDnsZones/A',
        body: { properties: { ttl: 60, aRecords: [{ ipv4Address: '10.0.0.1' }] } },
      })),
      claims: ids.slice(from, from + 3_000).map((id) => useClaim(zone, id)),
    });
  weights.length = 0;
  read.length = 0;
  return { world, weights, read };
};

describe('what has more below it than one batch deletes', () => {
  test('is deleted by an operation, in bounded steps, and its request reads a bounded part', async () => {
    const { world, weights, read } = await openLargeZone();
    const answer = await world.remove(zone);
    assert.equal(answer.status, 202, JSON.stringify(answer.json));
    assert.ok(Math.max(...read) <= 4_001, String(Math.max(...read)));
    const status = answer.headers['azure-asyncoperation']!;
    assert.equal((await world.get(status)).json.status, 'InProgress');
    await world.settle();
    assert.equal((await world.get(status)).json.status, 'Succeeded');
    assert.equal((await world.get(zone)).status, 404);
    assert.deepEqual(await world.store.list({ under: zone }), []);
    assert.deepEqual(await world.store.claimsUnder(''), []);
    assert.ok(Math.max(...weights) <= 12_010, String(Math.max(...weights)));
    assert.deepEqual(world.failures, []);
  });

  test('is kept by what keeps a small one, and nothing of it goes', async () => {
    const { world } = await openLargeZone();
    const network = `${group}/providers/Microsoft.Network/virtualNetworks/net`;
    await world.put(network, {
      location: 'westeurope',
      properties: { addressSpace: { addressPrefixes: ['10.0.0.0/16'] } },
    });
    const link = await world.put(`${zone}/virtualNetworkLinks/link`, {
      location: 'global',
      properties: { virtualNetwork: { id: network }, registrationEnabled: false },
    });
    assert.ok(link.status < 300, JSON.stringify(link.json));
    await world.settle();
    const answer = await world.remove(zone);
    assert.deepEqual([answer.status, errorOf(answer).code], [409, 'CannotDeleteResource']);
    await world.settle();
    assert.equal((await world.store.list({ under: zone })).length, sets + 2);
  });

  test('goes with its group', async () => {
    const { world, weights } = await openLargeZone();
    assert.equal((await world.remove(group)).status, 202);
    await world.settle();
    assert.equal((await world.get(group)).status, 404);
    assert.deepEqual(await world.store.list({ under: group }), []);
    assert.ok(Math.max(...weights) <= 12_010, String(Math.max(...weights)));
    assert.deepEqual(world.failures, []);
  });
});
