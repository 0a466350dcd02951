import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { JsonObject } from '@tombolo/store/port';
import {
  codeOf,
  createNetworkWorld,
  createPlacedWorld,
  group,
  inGroup,
  networkBody,
  networkId,
  subnetBody,
  subnetId,
} from '../../network.testkit.ts';

const table = inGroup('routeTables', 'rt');
const route = (addressPrefix: string, more: JsonObject = {}): JsonObject => ({
  addressPrefix,
  nextHopType: 'VirtualAppliance',
  nextHopIpAddress: '10.0.9.4',
  ...more,
});
const body = (...routes: readonly (readonly [string, JsonObject])[]) => ({
  location: 'japaneast',
  properties: { routes: routes.map(([name, properties]) => ({ name, properties })) },
});

describe('route tables', () => {
  test('live: created with routes, read, listed, tagged, changed, deleted', async () => {
    const world = await createNetworkWorld();
    const created = await world.put(table, body(['default', route('0.0.0.0/0')]));
    assert.equal(created.status, 201);
    assert.equal(created.json.properties.disableBgpRoutePropagation, false);
    assert.match(created.json.properties.resourceGuid, /^[0-9a-f-]{36}$/);
    assert.equal(created.json.properties.routes[0].properties.nextHopIpAddress, '10.0.9.4');
    assert.equal((await world.patch(table, { tags: { a: 'b' } })).json.tags.a, 'b');
    assert.equal((await world.listAll(`${group}/providers/Microsoft.Network/routeTables`)).length, 1);
    const changed = await world.put(table, {
      ...body(['other', route('10.1.0.0/16', { nextHopType: 'none', nextHopIpAddress: null })]),
    });
    assert.deepEqual(
      changed.json.properties.routes.map((entry: JsonObject) => entry.name),
      ['other'],
    );
    assert.equal((await world.get(`${table}/routes/default`)).status, 404);
    assert.equal((await world.get(`${table}/routes/other`)).json.properties.nextHopType, 'None');
    assert.equal((await world.remove(table)).status, 200);
    assert.equal((await world.get(`${table}/routes/other`)).status, 404);
    assert.deepEqual(await world.store.claimsUnder(''), []);
  });

  test('routes have a life of their own, and a prefix once, also at the same time', async () => {
    const world = await createNetworkWorld();
    await world.put(table, body());
    const raced = await Promise.all(
      ['x', 'y', 'z'].map((name) =>
        world.put(`${table}/routes/${name}`, { properties: route('10.1.0.0/16') }),
      ),
    );
    assert.deepEqual(raced.map(codeOf).sort(), ['201', '400 RouteConflict', '400 RouteConflict']);
    assert.equal((await world.listAll(`${table}/routes`)).length, 1);
    const tag = { addressPrefix: 'AzureResourceManager', nextHopType: 'Internet' };
    assert.equal((await world.put(`${table}/routes/arm`, { properties: tag })).status, 201);
    assert.equal((await world.remove(`${table}/routes/arm`)).status, 200);
    assert.equal((await world.put(`${table}x/routes/arm`, { properties: tag })).status, 404);
  });

  const refusals: readonly [string, JsonObject, string][] = [
    ['no prefix', { nextHopType: 'None' }, '400 InvalidRoute'],
    ['host bits', route('10.0.0.1/8'), '400 InvalidCIDRNotation'],
    ['a prefix that is none', route('10.0.0.0/40'), '400 InvalidAddressPrefixFormat'],
    ['an appliance without address', route('0.0.0.0/0', { nextHopIpAddress: null }), '400 InvalidRoute'],
    ['an appliance that is no address', route('0.0.0.0/0', { nextHopIpAddress: 'fw' }), '400 InvalidRoute'],
    [
      'an address where there is no appliance',
      route('0.0.0.0/0', { nextHopType: 'None' }),
      '400 InvalidRoute',
    ],
    ['an unknown next hop', route('0.0.0.0/0', { nextHopType: 'Moon' }), '400 InvalidRequestFormat'],
  ];
  for (const [what, properties, code] of refusals)
    test(`routes with ${what} are refused`, async () => {
      const world = await createNetworkWorld();
      await world.put(table, body());
      assert.equal(codeOf(await world.put(`${table}/routes/r`, { properties })), code);
      assert.equal(codeOf(await world.put(table, body(['r', properties]))), code);
    });

  test('a subnet uses its table: it has to be there, and cannot go', async () => {
    const world = await createPlacedWorld();
    const withTable = subnetBody('10.0.1.0/24', { routeTable: { id: table } });
    assert.equal(codeOf(await world.put(subnetId, withTable)), '400 InvalidResourceReference');
    await world.put(table, { location: 'westeurope' });
    assert.equal(codeOf(await world.put(subnetId, withTable)), '400 InvalidResourceReference');
    await world.remove(table);
    await world.put(table, body());
    assert.equal((await world.put(subnetId, withTable)).status, 200);
    assert.deepEqual((await world.get(table)).json.properties.subnets, [{ id: subnetId }]);
    assert.equal(codeOf(await world.remove(table)), '400 InUseRouteTableCannotBeDeleted');
    const inline = networkBody('10.0.0.0/16', [{ name: 'default', ...withTable }]);
    assert.equal((await world.put(networkId, inline)).status, 200);
    assert.equal(codeOf(await world.remove(table)), '400 InUseRouteTableCannotBeDeleted');
    const without = networkBody('10.0.0.0/16', [{ name: 'default', ...subnetBody('10.0.1.0/24') }]);
    assert.equal((await world.put(networkId, without)).status, 200);
    assert.equal((await world.remove(table)).status, 200);
  });
});
