import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { JsonObject } from '@tombolo/store/port';
import { errorOf } from '@tombolo/testkit/arm-world';
import { codeOf, createPlacedWorld, inGroup, networkId } from '../../network.testkit.ts';

const zone = inGroup('privateDnsZones', 'corp.example');
const link = (of: string, name = 'link'): string => `${of}/virtualNetworkLinks/${name}`;
const linked = (more: JsonObject = {}, network = networkId) => ({
  location: 'global',
  properties: { virtualNetwork: { id: network }, registrationEnabled: false, ...more },
});
const records = (properties: JsonObject) => ({ properties: { ttl: 300, ...properties } });

const createZoneWorld = async () => {
  const world = await createPlacedWorld();
  assert.equal((await world.put(zone, { location: 'global' })).status, 201);
  return world;
};

describe('private DNS zones', () => {
  test('are born with Azure’s SOA, count what is in them, and take tags', async () => {
    const world = await createZoneWorld();
    await world.put(`${zone}/A/www`, records({ aRecords: [{ ipv4Address: '10.0.0.9' }] }));
    await world.put(link(zone), linked({ registrationEnabled: true }));
    await world.patch(zone, { tags: { a: 'b' } });
    const { json } = await world.get(zone);
    assert.deepEqual(json.tags, { a: 'b' });
    assert.equal(json.location, 'global');
    const { internalId, ...properties } = json.properties;
    assert.ok(internalId);
    assert.deepEqual(properties, {
      provisioningState: 'Succeeded',
      maxNumberOfRecordSets: 25000,
      maxNumberOfVirtualNetworkLinks: 1000,
      maxNumberOfVirtualNetworkLinksWithRegistration: 100,
      numberOfRecordSets: 2,
      numberOfVirtualNetworkLinks: 1,
      numberOfVirtualNetworkLinksWithRegistration: 1,
    });
    const soa = await world.get(`${zone}/SOA/@`);
    assert.deepEqual(soa.json.properties.soaRecord, {
      host: 'azureprivatedns.net',
      email: 'azureprivatedns-host.microsoft.com',
      serialNumber: 1,
      refreshTime: 3600,
      retryTime: 300,
      expireTime: 2419200,
      minimumTtl: 10,
    });
  });

  test('are deleted with their record sets, but not while linked', async () => {
    const world = await createZoneWorld();
    await world.put(`${zone}/A/www`, records({ aRecords: [{ ipv4Address: '10.0.0.9' }] }));
    await world.put(link(zone), linked());
    assert.equal(codeOf(await world.remove(zone)), '409 CannotDeleteResource');
    assert.equal((await world.remove(link(zone))).status, 200);
    assert.equal((await world.remove(zone)).status, 200);
    await world.put(zone, { location: 'global' });
    assert.equal((await world.get(`${zone}/A/www`)).status, 404);
  });

  test('have names of two labels or more, in no region, created once with If-None-Match', async () => {
    const world = await createZoneWorld();
    for (const name of ['single', 'a..b', '-a.example', 'a b.example'])
      assert.equal(
        codeOf(await world.put(inGroup('privateDnsZones', encodeURIComponent(name)), { location: 'global' })),
        '400 BadRequest',
        name,
      );
    assert.equal(
      codeOf(await world.put(inGroup('privateDnsZones', 'a.example'), { location: 'japaneast' })),
      '400 LocationNotAvailableForResourceType',
    );
    const again = await world.put(zone, { location: 'global' }, { headers: { 'if-none-match': '*' } });
    assert.equal(codeOf(again), '412 PreconditionFailed');
  });

  test('have no name that Azure keeps for itself, in any case and cloud; what is below such a name is free', async () => {
    const world = await createZoneWorld();
    const create = (name: string) => world.put(inGroup('privateDnsZones', name), { location: 'global' });
    for (const name of [
      'azure.com',
      'Windows.NET',
      'core.windows.net',
      'usgovcloudapi.net',
      'azure.cn',
      'azure-api.net',
    ]) {
      const answer = await create(name);
      assert.equal(codeOf(answer), '400 BadRequest', name);
      assert.match(errorOf(answer).message, new RegExp(`'${name}' is not permitted`));
    }
    for (const name of [
      'his.arc.azure.com',
      'privatelink.his.arc.azure.com',
      'blob.core.windows.net',
      'notazure.com',
    ])
      assert.equal((await create(name)).status, 201, name);
  });

  test('of a reserved name that are there already stay, and take tags', async () => {
    const world = await createPlacedWorld();
    const id = inGroup('privateDnsZones', 'azure.com');
    const body = { location: 'global', tags: {}, properties: { internalId: 'i' } };
    await world.store.commit({ puts: [{ id, type: 'Microsoft.Network/privateDnsZones', body }] });
    assert.equal((await world.patch(id, { tags: { a: 'b' } })).status, 200);
  });

  test('speak each of their api-versions', async () => {
    const world = await createZoneWorld();
    for (const apiVersion of ['2018-09-01', '2020-01-01', '2020-06-01', '2024-06-01'])
      assert.equal((await world.get(zone, { apiVersion })).status, 200, apiVersion);
    assert.equal(
      codeOf(await world.get(zone, { apiVersion: '2017-01-01' })),
      '400 NoRegisteredProviderFound',
    );
  });
});
