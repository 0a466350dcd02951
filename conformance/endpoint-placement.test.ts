/** Where a private endpoint may stand: one scope a network (R1), region and subscription of its network (R4). */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { poll } from './clients.ts';
import { decide, onlyConnection } from './connections.ts';
import { all, refused } from './expect.ts';
import { createEndpoint, createPlace, createScope } from './topology.ts';
import { shareWorld } from './world.ts';

const world = await shareWorld();
const { network } = world;

describe('where an endpoint may stand', () => {
  test('R1: a network has endpoints to one scope only; several to the same one are allowed', async () => {
    const at = await createPlace(world, '127.84');
    const other = await createScope(world, at.group, 'other');
    await createEndpoint(world, at.group, 'one', at);
    await createEndpoint(world, at.group, 'two', at);
    const toOther = () => createEndpoint(world, at.group, 'three', { ...at, scopeId: other.id! });
    await refused(toOther(), { status: 409, code: 'NetworkHasAnotherPrivateLinkScope', says: /scope/ });
    await refused(network.privateEndpoints.get(at.group, 'three'), { status: 404, code: 'ResourceNotFound' });

    await network.privateEndpoints.delete(at.group, 'one', poll);
    await refused(toOther(), { status: 409, code: 'NetworkHasAnotherPrivateLinkScope' });
    await network.privateEndpoints.delete(at.group, 'two', poll);
    assert.equal((await toOther()).provisioningState, 'Succeeded');
  });

  test('R1: a rejected endpoint counts until it is deleted', async () => {
    const at = await createPlace(world, '127.85');
    const other = await createScope(world, at.group, 'other');
    await createEndpoint(world, at.group, 'pe', at);
    await decide(world, at.group, (await onlyConnection(world, at.group)).name, 'Rejected');
    await refused(createEndpoint(world, at.group, 'second', { ...at, scopeId: other.id! }), {
      status: 409,
      code: 'NetworkHasAnotherPrivateLinkScope',
    });
  });

  test('R1: of two endpoints to different scopes at the same moment one is refused', async () => {
    const at = await createPlace(world, '127.86');
    const other = await createScope(world, at.group, 'other');
    const results = await Promise.allSettled([
      createEndpoint(world, at.group, 'one', at),
      createEndpoint(world, at.group, 'two', { ...at, scopeId: other.id! }),
    ]);
    assert.deepEqual(results.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
    assert.equal((await all(network.privateEndpoints.list(at.group))).length, 1);
  });

  test('R4: endpoint and network are in one region; the region of the scope may differ', async () => {
    const at = await createPlace(world, '127.87');
    await refused(createEndpoint(world, at.group, 'pe', { ...at, location: 'japaneast' }), {
      status: 400,
      code: 'InvalidResourceReference',
    });
    const far = await createScope(world, at.group, 'far', 'japaneast');
    const endpoint = await createEndpoint(world, at.group, 'pe', { ...at, scopeId: far.id! });
    assert.equal(
      endpoint.customDnsConfigs?.[1]?.fqdn,
      'je.his.arc.azure.com',
      "names follow the scope's region",
    );
  });

  test('R4: endpoint and network are in one subscription', async () => {
    const at = await createPlace(world, '127.62');
    const elsewhere = at.subnetId.replace(world.subscriptionId, '00000000-0000-4000-8000-000000000009');
    await refused(createEndpoint(world, at.group, 'pe', { ...at, subnetId: elsewhere }), {
      status: 400,
      code: 'InvalidResourceReference',
    });
  });
});
