import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Store } from '@tombolo/store/port';
import { openReading } from '@tombolo/store/reading';
import { createArmWorld, errorOf, subscriptionId } from '@tombolo/testkit/arm-world';
import { providers } from '../../index.ts';

const groupAt = (name: string): string => `/subscriptions/${subscriptionId}/resourceGroups/${name}`;
const zoneAt = (name: string): string =>
  `${groupAt('rg')}/providers/Microsoft.Network/privateDnsZones/${name}`;

test('a move of too much is refused by a count, and reads no more than it counts', async () => {
  let rows = 0;
  const around = (inner: Store): Store => {
    const counting: Store = {
      ...inner,
      read: async (asked) => {
        const answers = await inner.read(asked);
        rows += answers.lists.reduce((sum, list) => sum + list.length, 0);
        return answers;
      },
      reading: () => openReading(counting),
    };
    return counting;
  };
  const world = await createArmWorld({ providers, around });
  for (const name of ['rg', 'other']) await world.put(groupAt(name), { location: 'westeurope' });
  const zones = ['a.test', 'b.test'].map(zoneAt);
  for (const zone of zones) {
    await world.put(zone, { location: 'global' });
    const ids = Array.from({ length: 4_000 }, (_, index) => `${zone}/A/h${index}`);
    await world.store.commit({
      puts: ids.map((id) => ({ id, type: 'Microsoft.Network/privateDnsZones/A', body: { properties: {} } })),
    });
  }
  await world.settle();
  for (const action of ['moveResources', 'validateMoveResources']) {
    rows = 0;
    const answer = await world.post(`${groupAt('rg')}/${action}`, {
      resources: zones,
      targetResourceGroup: groupAt('other'),
    });
    assert.deepEqual([answer.status, errorOf(answer).code], [409, 'ResourceMoveTooLarge']);
    assert.ok(rows <= 2_501, `${rows} documents were read`);
  }
});

test('a move of many looks at everything once, a thousand at a time, and keeps none of it', async () => {
  let most = 0;
  let rows = 0;
  const around = (inner: Store): Store => {
    const count = (length: number, isBounded: boolean): void => {
      rows += length;
      if (!isBounded) most = Math.max(most, length);
    };
    const counting: Store = {
      ...inner,
      list: async (query) => {
        const found = await inner.list(query);
        count(found.length, query.limit !== undefined && query.limit <= 1_000);
        return found;
      },
      read: async (asked) => {
        const answers = await inner.read(asked);
        for (const [index, list] of answers.lists.entries())
          count(list.length, (asked.lists?.[index]?.limit ?? Number.POSITIVE_INFINITY) <= 2_501);
        return answers;
      },
      reading: () => openReading(counting),
    };
    return counting;
  };
  const world = await createArmWorld({ providers, around });
  for (const name of ['rg', 'other', 'else']) await world.put(groupAt(name), { location: 'westeurope' });
  const zones = Array.from({ length: 100 }, (_, index) => zoneAt(`z${index}.test`));
  for (const zone of zones) await world.put(zone, { location: 'global' });
  const others = Array.from(
    { length: 1_500 },
    (_, index) => `${groupAt('else')}/providers/T.T/things/t${index}`,
  );
  await world.store.commit({
    puts: others.map((id) => ({ id, type: 'T.T/things', body: { about: zones[7]! } })),
  });
  await world.settle();
  rows = 0;
  const move = { resources: zones, targetResourceGroup: groupAt('other') };
  assert.equal((await world.post(`${groupAt('rg')}/validateMoveResources`, move)).status, 204);
  assert.ok(rows <= 1_500 + 5 * zones.length, `${rows} documents were read`);
  assert.equal((await world.post(`${groupAt('rg')}/moveResources`, move)).status, 202);
  await world.settle();
  assert.equal((await world.get(zones[7]!.replace('/rg/', '/other/'))).status, 200);
  assert.equal((await world.store.get(others[0]!))?.body.about, zones[7]!.replace('/rg/', '/other/'));
  assert.equal(most, 0, 'no list is read whole');
});
