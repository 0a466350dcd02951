/** Links of private DNS zones to networks with @azure/arm-privatedns: at most one zone of a name (R23). */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { poll } from './clients.ts';
import { names, refused } from './expect.ts';
import { createNetwork, linkZone } from './topology.ts';
import { shareWorld } from './world.ts';

const world = await shareWorld();
const { privateZones, virtualNetworkLinks } = world.privateDns;

const createZone = (group: string, name: string) =>
  privateZones.createOrUpdate(group, name, { location: 'global' }, poll);

describe('virtual network links', () => {
  test('a link lives: create, read, change, list, delete; the zone counts it', async () => {
    const group = await world.createGroup();
    const { network } = await createNetwork(world, group, '127.94');
    await createZone(group, 'linked.example');
    const link = await linkZone(world, group, 'linked.example', network.id!);
    assert.equal(link.virtualNetworkLinkState, 'Completed');
    assert.equal(link.provisioningState, 'Succeeded');
    assert.equal(link.resolutionPolicy ?? 'Default', 'Default');
    const updated = await virtualNetworkLinks.update(
      group,
      'linked.example',
      'link',
      { registrationEnabled: true },
      { ...poll, ifMatch: link.etag! },
    );
    assert.equal(updated.registrationEnabled, true);
    assert.equal(updated.virtualNetwork?.id, network.id);
    const zone = await privateZones.get(group, 'linked.example');
    assert.equal(zone.numberOfVirtualNetworkLinks, 1);
    assert.equal(zone.numberOfVirtualNetworkLinksWithRegistration, 1);
    assert.deepEqual(await names(virtualNetworkLinks.list(group, 'linked.example')), ['link']);
    await virtualNetworkLinks.delete(group, 'linked.example', 'link', poll);
    assert.equal((await privateZones.get(group, 'linked.example')).numberOfVirtualNetworkLinks, 0);
  });

  test('NxDomainRedirect is for privatelink zones only', async () => {
    const group = await world.createGroup();
    const { network } = await createNetwork(world, group, '127.95');
    const put = (zone: string) =>
      virtualNetworkLinks.createOrUpdate(
        group,
        zone,
        'link',
        {
          location: 'global',
          virtualNetwork: { id: network.id! },
          registrationEnabled: false,
          resolutionPolicy: 'NxDomainRedirect',
        },
        poll,
      );
    await createZone(group, 'privatelink.his.arc.azure.com');
    await createZone(group, 'plain.example');
    assert.equal((await put('privatelink.his.arc.azure.com')).resolutionPolicy, 'NxDomainRedirect');
    await refused(put('plain.example'), { status: 400, code: 'BadRequest' });
  });

  test('R23: a network is linked to one private zone of a name, and once', async () => {
    const group = await world.createGroup();
    const other = await world.createGroup();
    const { network } = await createNetwork(world, group, '127.96');
    await createZone(group, 'same.example');
    await createZone(other, 'Same.Example');
    await linkZone(world, group, 'same.example', network.id!);
    await refused(linkZone(world, other, 'Same.Example', network.id!), {
      status: 400,
      code: 'BadRequest',
      says: /overlapping|already|same name/i,
    });
    await refused(linkZone(world, group, 'same.example', network.id!, { name: 'second' }), {
      status: 400,
      code: 'BadRequest',
    });
    await virtualNetworkLinks.delete(group, 'same.example', 'link', poll);
    assert.equal((await linkZone(world, other, 'Same.Example', network.id!)).provisioningState, 'Succeeded');
  });

  test('R23: a parent zone beside a child zone is well', async () => {
    const group = await world.createGroup();
    const { network } = await createNetwork(world, group, '127.97');
    for (const zone of ['tree.example', 'leaf.tree.example']) {
      await createZone(group, zone);
      await linkZone(world, group, zone, network.id!);
    }
  });

  test('a link to a network that is not there is refused', async () => {
    const group = await world.createGroup();
    const { network } = await createNetwork(world, group, '127.98');
    await createZone(group, 'none.example');
    await refused(linkZone(world, group, 'none.example', `${network.id}-none`), {
      status: 400,
      code: 'BadRequest',
    });
  });
});
