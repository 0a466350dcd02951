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
