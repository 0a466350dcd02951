import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { useClaim } from '@tombolo/arm';
import type { Document, Json } from '@tombolo/store/port';
import { type ArmWorld, createArmWorld, subscriptionId } from '@tombolo/testkit/arm-world';
import { workOf } from '@tombolo/testkit/work';
import { providers } from './index.ts';

const group = `/subscriptions/${subscriptionId}/resourceGroups/rg`;
const network = `${group}/providers/Microsoft.Network`;

interface Parent {
  readonly id: string;
  /** Writes it with so many children. */
  readonly make: (world: ArmWorld, count: number) => Promise<void>;
  /** Its PUT with that many; undefined: it carries none. */
  readonly body?: (count: number) => Json;
  readonly children: string;
}

const many = <T>(count: number, one: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => one(index));

const written = (id: string, children: string, body: (count: number) => Json): Parent => ({
  id,
  children: `${id}/${children}`,
  body,
  make: async (world, count) => {
    const { status, json } = await world.put(id, body(count));
    assert.ok(status < 300, JSON.stringify(json));
    await world.settle();
  },
});

const zone = `${network}/privateDnsZones/example.test`;
const parents: Readonly<Record<string, Parent>> = {
  'a zone and its record sets': {
    id: zone,
    children: `${zone}/A`,
    make: async (world, count) => {
      await world.put(zone, { location: 'global' });
      await world.settle();
      const first = await world.put(`${zone}/A/h0`, {
        properties: { ttl: 60, aRecords: [{ ipv4Address: '10.0.0.1' }] },
      });
      assert.equal(first.status, 201);
      const { type, body } = (await world.store.get(`${zone}/A/h0`)) as Document;
      const ids = many(count - 1, (index) => `${zone}/A/h${index + 1}`);
      await world.store.commit({
        puts: ids.map((id) => ({ id, type, body })),
        claims: ids.map((id) => useClaim(zone, id)),
      });
    },
  },
  'a network and its subnets': written(`${network}/virtualNetworks/vnet`, 'subnets', (count) => ({
    location: 'westeurope',
    properties: {
      addressSpace: { addressPrefixes: ['10.0.0.0/8'] },
      subnets: many(count, (index) => ({
        name: `s${index}`,
        properties: { addressPrefix: `10.${index >> 8}.${index & 255}.0/24` },
      })),
    },
  })),
  'a security group and its rules': written(
    `${network}/networkSecurityGroups/g`,
    'securityRules',
    (count) => ({
      location: 'westeurope',
      properties: {
        securityRules: many(count, (index) => ({
          name: `r${index}`,
          properties: {
            priority: 100 + index,
            direction: 'Inbound',
            access: 'Allow',
            protocol: 'Tcp',
            sourceAddressPrefix: '*',
            sourcePortRange: '*',
            destinationAddressPrefix: '*',
            destinationPortRange: '443',
          },
        })),
      },
    }),
  ),
  'a route table and its routes': written(`${network}/routeTables/t`, 'routes', (count) => ({
    location: 'westeurope',
    properties: {
      routes: many(count, (index) => ({
        name: `r${index}`,
        properties: { addressPrefix: `10.${index >> 8}.${index & 255}.0/24`, nextHopType: 'None' },
      })),
    },
  })),
};

const size = 200;
/** Comparing each of twice as many children with those before it is twice this; what looks at each runs a few thousand times. */
const asOftenAsPairs = size * size;
/** What goes through each character runs as often, but of twice as many children twice as often; with sorting a little more. */
const atMost = 2.6;

const openWorld = async (): Promise<ArmWorld> => {
  const world = await createArmWorld({ providers });
  await world.put(group, { location: 'westeurope' });
  return world;
};

const requests: Readonly<Record<string, (world: ArmWorld, parent: Parent, count: number) => Promise<void>>> =
  {
    'PUT again': async (world, { id, body }, count) => {
      assert.equal((await world.put(id, body?.(count) ?? { location: 'global' })).status, 200);
    },
    'PUT without them': async (world, { id, body }) => {
      assert.equal((await world.put(id, body?.(0) ?? { location: 'global' })).status, 200);
    },
    GET: async (world, { id }) => assert.equal((await world.get(id)).status, 200),
    list: async (world, { children }, count) => {
      assert.equal((await world.get(`${children}?$top=1000`)).json.value.length, count);
    },
    DELETE: async (world, { id }) => {
      assert.ok((await world.remove(id)).status < 300);
      await world.settle();
      assert.deepEqual(await world.store.list({ under: id }), []);
    },
    'DELETE of its group': async (world) => {
      assert.equal((await world.remove(group)).status, 202);
      await world.settle();
      assert.deepEqual(await world.store.list({ under: group }), []);
    },
  };

describe('no part of the work is done for every pair of children', () => {
  for (const [what, parent] of Object.entries(parents))
    for (const [name, request] of Object.entries(requests))
      test(`${name}: ${what}`, async () => {
        const work: ReadonlyMap<string, number>[] = [];
        for (const count of [size, 2 * size]) {
          const world = await openWorld();
          await parent.make(world, count);
          work.push(await workOf(() => request(world, parent, count)));
        }
        const [once, twice] = work as [ReadonlyMap<string, number>, ReadonlyMap<string, number>];
        const grown = [...twice]
          .map(([place, count]) => ({ place, count, before: once.get(place) ?? 0 }))
          .filter(({ count, before }) => count > asOftenAsPairs && count > atMost * before);
        assert.deepEqual(grown, []);
      });
});
