import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Json, JsonObject } from '@tombolo/store/port';
import {
  codeOf,
  createPlacedWorld,
  group,
  hisZone,
  inGroup,
  networkBody,
  networkId,
} from '../network.testkit.ts';

const zone = inGroup('privateDnsZones', 'corp.example');
const otherZone = zone.replace('resourceGroups/rg', 'resourceGroups/rg2');
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
    const { json } = await world.patch(zone, { tags: { a: 'b' } });
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
        '400 InvalidResourceName',
        name,
      );
    assert.equal(
      codeOf(await world.put(inGroup('privateDnsZones', 'a.example'), { location: 'japaneast' })),
      '400 LocationNotAvailableForResourceType',
    );
    const again = await world.put(zone, { location: 'global' }, { headers: { 'if-none-match': '*' } });
    assert.equal(codeOf(again), '412 PreconditionFailed');
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

describe('record sets', () => {
  const sets: readonly [string, JsonObject][] = [
    ['A', { aRecords: [{ ipv4Address: '10.0.0.9' }] }],
    ['AAAA', { aaaaRecords: [{ ipv6Address: 'fd00::1' }] }],
    ['CNAME', { cnameRecord: { cname: 'target.example' } }],
    ['TXT', { txtRecords: [{ value: ['v=spf1', ' -all'] }] }],
    ['SRV', { srvRecords: [{ priority: 1, weight: 2, port: 443, target: 'host.example' }] }],
    ['MX', { mxRecords: [{ preference: 10, exchange: 'mail.example' }] }],
    ['PTR', { ptrRecords: [{ ptrdname: 'host.example' }] }],
  ];
  for (const [type, data] of sets) {
    test(`of type ${type} live their whole life`, async () => {
      const world = await createZoneWorld();
      const id = `${zone}/${type}/www`;
      const created = await world.put(id, records(data));
      assert.equal(created.status, 201);
      const { fqdn, isAutoRegistered, ttl, ...shown } = created.json.properties;
      assert.deepEqual(
        { fqdn, isAutoRegistered, ttl },
        { fqdn: 'www.corp.example.', isAutoRegistered: false, ttl: 300 },
      );
      assert.deepEqual(shown, data);
      const patched = await world.patch(id, { properties: { metadata: { by: 'test' } } });
      assert.deepEqual(patched.json.properties.metadata, { by: 'test' });
      assert.equal(patched.json.properties.ttl, 300);
      const stale = await world.put(id, records(data), { headers: { 'if-match': created.json.etag } });
      assert.equal(codeOf(stale), '412 PreconditionFailed');
      const fresh = await world.put(id, records(data), { headers: { 'if-match': patched.json.etag } });
      assert.equal(fresh.status, 200);
      assert.equal((await world.listAll(`${zone}/${type}`)).length, 1);
      assert.equal((await world.remove(id)).status, 200);
      assert.equal((await world.remove(id)).status, 204);
    });
  }

  const wrong: readonly [string, Json][] = [
    ['A', { aRecords: [{ ipv4Address: '10.0.0.256' }] }],
    ['A', { aRecords: [{ ipv4Address: 'fd00::1' }] }],
    ['A', { cnameRecord: { cname: 'target.example' } }],
    ['A', { ttl: -1 }],
    ['A', { aRecords: Array.from({ length: 21 }, (_, index) => ({ ipv4Address: `10.0.0.${index}` })) }],
    ['AAAA', { aaaaRecords: [{ ipv6Address: '10.0.0.1' }] }],
    ['CNAME', { cnameRecord: { cname: 'a..b' } }],
    ['TXT', { txtRecords: [{ value: ['x'.repeat(1025)] }] }],
    ['SRV', { srvRecords: [{ priority: 1, weight: 2, port: 65536, target: 'host.example' }] }],
    ['MX', { mxRecords: [{ preference: 'ten', exchange: 'mail.example' }] }],
    ['PTR', { ptrRecords: [{ ptrdname: '' }] }],
  ];
  for (const [type, properties] of wrong) {
    test(`of type ${type} with ${JSON.stringify(properties).slice(0, 60)} are refused`, async () => {
      const world = await createZoneWorld();
      assert.equal(
        codeOf(await world.put(`${zone}/${type}/www`, { properties })),
        '400 InvalidRequestContent',
      );
    });
  }

  test('a CNAME stands alone, at a name of its own, also when written at the same time', async () => {
    const world = await createZoneWorld();
    const alias = records({ cnameRecord: { cname: 'target.example' } });
    const address = records({ aRecords: [{ ipv4Address: '10.0.0.9' }] });
    await world.put(`${zone}/CNAME/www`, alias);
    assert.equal(codeOf(await world.put(`${zone}/A/www`, address)), '409 Conflict');
    await world.put(`${zone}/A/host`, address);
    assert.equal(codeOf(await world.put(`${zone}/CNAME/host`, alias)), '409 Conflict');
    assert.equal(codeOf(await world.put(`${zone}/CNAME/@`, alias)), '400 BadRequest');
    const raced = await Promise.all([
      world.put(`${zone}/CNAME/race`, alias),
      world.put(`${zone}/A/race`, address),
    ]);
    assert.deepEqual(raced.map(codeOf).sort(), ['201', '409 Conflict']);
  });

  test('the SOA is changed, not made nor deleted', async () => {
    const world = await createZoneWorld();
    const soa = `${zone}/SOA/@`;
    const changed = await world.put(
      soa,
      records({ soaRecord: { email: 'admin.corp.example', minimumTtl: 60, host: 'mine.example' } }),
    );
    assert.equal(changed.json.properties.soaRecord.email, 'admin.corp.example');
    assert.equal(changed.json.properties.soaRecord.host, 'azureprivatedns.net');
    assert.equal(changed.json.properties.soaRecord.refreshTime, 3600);
    assert.equal(codeOf(await world.put(`${zone}/SOA/www`, records({}))), '400 BadRequest');
    assert.equal(codeOf(await world.remove(soa)), '400 BadRequest');
  });

  test('names are labels, @ or a wildcard', async () => {
    const world = await createZoneWorld();
    const body = records({ aRecords: [{ ipv4Address: '10.0.0.9' }] });
    for (const name of ['@', '*', '*.sub', 'a.b', '_sip'])
      assert.equal((await world.put(`${zone}/A/${name}`, body)).status, 201, name);
    assert.equal((await world.get(`${zone}/A/@`)).json.properties.fqdn, 'corp.example.');
    for (const name of ['a.*', '-a', `${'x'.repeat(64)}`, 'a..b'])
      assert.equal(codeOf(await world.put(`${zone}/A/${name}`, body)), '400 InvalidResourceName', name);
  });

  test('of all types are listed together, page after page and by the end of their names', async () => {
    const world = await createZoneWorld();
    for (const [type, data] of sets)
      await world.put(`${zone}/${type}/n-${type.toLowerCase()}`, records(data));
    for (const all of ['ALL', 'recordsets', 'all'])
      assert.equal((await world.listAll(`${zone}/${all}?$top=3`)).length, sets.length + 1, all);
    const suffixed = await world.listAll(`${zone}/ALL?$recordsetnamesuffix=aaaa`);
    assert.deepEqual(
      suffixed.map((entry) => entry.name),
      ['n-aaaa'],
    );
    assert.equal((await world.listAll(`${zone}/A?$recordsetnamesuffix=nothing`)).length, 0);
    assert.equal((await world.get(`${zone}x/ALL`)).status, 404);
  });
});

describe('links', () => {
  const createTwoZones = async () => {
    const world = await createZoneWorld();
    const body = { location: 'japaneast', tags: {}, properties: {} };
    await world.store.commit({
      puts: [{ id: `${group}2`, type: 'Microsoft.Resources/subscriptions/resourceGroups', body }],
    });
    assert.equal((await world.put(otherZone, { location: 'global' })).status, 201);
    return world;
  };

  test('are Completed at once, keep their network and show it', async () => {
    const world = await createZoneWorld();
    const created = await world.put(link(zone), linked());
    assert.equal(created.status, 201);
    assert.equal(created.json.properties.virtualNetworkLinkState, 'Completed');
    assert.equal(created.json.properties.virtualNetwork.id, networkId);
    assert.equal(
      (await world.patch(link(zone), { properties: { registrationEnabled: true } })).json.properties
        .registrationEnabled,
      true,
    );
    await world.put(inGroup('virtualNetworks', 'v2'), networkBody('10.8.0.0/16'));
    assert.equal(
      codeOf(await world.put(link(zone), linked({}, inGroup('virtualNetworks', 'v2')))),
      '400 BadRequest',
    );
    assert.equal(
      codeOf(await world.put(link(zone, 'none'), linked({}, `${networkId}x`))),
      '400 InvalidResourceReference',
    );
    assert.equal((await world.listAll(`${zone}/virtualNetworkLinks`)).length, 1);
  });

  test('R23: a network is linked to one zone of a name, and once', async () => {
    const world = await createTwoZones();
    assert.equal((await world.put(link(zone), linked())).status, 201);
    assert.equal(codeOf(await world.put(link(otherZone), linked())), '400 BadRequest');
    assert.equal(codeOf(await world.put(link(zone, 'again'), linked())), '400 BadRequest');
    assert.equal((await world.put(link(hisZone), linked())).status, 404);
    await world.remove(link(zone));
    assert.equal((await world.put(link(otherZone), linked())).status, 201);
  });

  test('R23: of two links at the same time one is refused', async () => {
    const world = await createTwoZones();
    const answers = await Promise.all([zone, otherZone].map((id) => world.put(link(id), linked())));
    assert.deepEqual(answers.map(codeOf).sort(), ['201', '400 BadRequest']);
  });

  test('R23: a child zone beside its parent zone is well', async () => {
    const world = await createZoneWorld();
    const child = inGroup('privateDnsZones', 'sub.corp.example');
    await world.put(child, { location: 'global' });
    await world.put(link(zone), linked());
    assert.equal((await world.put(link(child), linked())).status, 201);
  });

  test('a network registers in one zone, until that link lets go', async () => {
    const world = await createZoneWorld();
    const second = inGroup('privateDnsZones', 'second.example');
    await world.put(second, { location: 'global' });
    await world.put(link(zone), linked({ registrationEnabled: true }));
    assert.equal(
      codeOf(await world.put(link(second), linked({ registrationEnabled: true }))),
      '400 BadRequest',
    );
    await world.put(link(zone), linked());
    assert.equal((await world.put(link(second), linked({ registrationEnabled: true }))).status, 201);
  });

  test('redirect only in privatelink zones, and only from api-version 2024-06-01 on', async () => {
    const world = await createZoneWorld();
    await world.put(hisZone, { location: 'global' });
    const redirect = linked({ resolutionPolicy: 'NxDomainRedirect' });
    assert.equal(codeOf(await world.put(link(zone), redirect)), '400 BadRequest');
    const older = { apiVersion: '2020-06-01' };
    assert.equal(codeOf(await world.put(link(hisZone), redirect, older)), '400 InvalidRequestContent');
    assert.equal(
      (await world.put(link(hisZone), redirect)).json.properties.resolutionPolicy,
      'NxDomainRedirect',
    );
    const seenByOlder = await world.get(link(hisZone), older);
    assert.equal('resolutionPolicy' in seenByOlder.json.properties, false);
    // An older client's update does not take away what it cannot say.
    await world.patch(link(hisZone), { tags: { a: 'b' } }, older);
    await world.put(link(hisZone), seenByOlder.json, older);
    assert.equal((await world.get(link(hisZone))).json.properties.resolutionPolicy, 'NxDomainRedirect');
  });

  test('R15: need the permission to join the network', async () => {
    const world = await createPlacedWorld({
      isAllowed: async (_, action) => action !== 'Microsoft.Network/virtualNetworks/join/action',
    });
    await world.put(zone, { location: 'global' });
    assert.equal(codeOf(await world.put(link(zone), linked())), '403 LinkedAuthorizationFailed');
  });

  test('go with their network', async () => {
    const world = await createZoneWorld();
    await world.put(link(zone), linked());
    assert.equal((await world.remove(networkId)).status, 200);
    assert.equal((await world.get(link(zone))).status, 404);
    assert.equal((await world.remove(zone)).status, 200);
  });
});
