import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { recordSampleList, setOf } from '@tombolo/dns-records/record-samples.testkit';
import type { JsonObject } from '@tombolo/store/port';
import { errorOf } from '@tombolo/testkit/arm-world';
import { type Watched, watchedStore } from '@tombolo/testkit/watched-store';
import { codeOf, createNetworkWorld, createPlacedWorld, inGroup } from '../../network.testkit.ts';

const zone = inGroup('privateDnsZones', 'corp.example');
const records = (properties: JsonObject) => ({ properties: { ttl: 300, ...properties } });

const createZoneWorld = async () => {
  const world = await createPlacedWorld();
  assert.equal((await world.put(zone, { location: 'global' })).status, 201);
  return world;
};

describe('record sets', () => {
  // A zone has its SOA already: below.
  const sets = recordSampleList
    .filter(([type]) => type !== 'SOA')
    .map(([type, { properties }]) => [type, properties as JsonObject] as const);
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
      assert.deepEqual(shown, { metadata: {}, ...data });
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

  for (const [type, { wrong }] of recordSampleList) {
    test(`of type ${type} with a record that is none are refused`, async () => {
      const world = await createZoneWorld();
      const id = type === 'SOA' ? `${zone}/SOA/@` : `${zone}/${type}/www`;
      for (const record of wrong) {
        const answer = await world.put(id, { properties: setOf(type, record) as JsonObject });
        assert.equal(codeOf(answer), '400 BadRequest', JSON.stringify(record));
      }
    });
  }

  const wrong: readonly JsonObject[] = [
    { aRecords: { ipv4Address: '10.0.0.9' } },
    { aRecords: Array.from({ length: 21 }, (_, index) => ({ ipv4Address: `10.0.0.${index}` })) },
    { cnameRecord: { cname: 'target.example' } },
    { ttl: -1 },
    { ttl: 2 ** 31 },
    { metadata: { key: 'x'.repeat(1025) } },
  ];
  for (const properties of wrong) {
    test(`with ${JSON.stringify(properties).slice(0, 60)} are refused`, async () => {
      const world = await createZoneWorld();
      // A member that the type has not is nothing that the service has ever seen.
      const code = 'cnameRecord' in properties ? 'InvalidRequestContent' : 'BadRequest';
      assert.equal(codeOf(await world.put(`${zone}/A/www`, { properties })), `400 ${code}`);
    });
  }

  for (const [type, properties, says] of [
    [
      'A',
      { aRecords: [{ ipv4Address: '10.1.2.3' }, { ipv4Address: '10.1.2.3' }] },
      "'ipv4Address': '10.1.2.3'",
    ],
    ['AAAA', { aaaaRecords: [{ ipv6Address: '::1' }, { ipv6Address: '0:0::1' }] }, "'ipv6Address': '0:0::1'"],
    [
      'MX',
      {
        mxRecords: [
          { preference: 1, exchange: 'a.test' },
          { preference: 1, exchange: 'A.test.' },
        ],
      },
      "'(preference, exchange)': '1 a.test.'",
    ],
    [
      'SRV',
      {
        srvRecords: [
          { priority: 1, weight: 2, port: 443, target: 'a.test' },
          { priority: 1, weight: 2, port: 8443, target: 'a.test' },
        ],
      },
      "'(priority, weight, target)': '1 2 8443 a.test.'",
    ],
    ['TXT', { txtRecords: [{ value: ['x'] }, { value: ['y'] }, { value: ['x'] }] }, `'value': '"x"'`],
  ] as const)
    test(`of type ${type} have a record once, however it is written (RFC 2181 section 5)`, async () => {
      const world = await createZoneWorld();
      const refused = await world.put(`${zone}/${type}/www`, records(properties as JsonObject));
      assert.equal(codeOf(refused), '400 BadRequest');
      assert.equal(
        errorOf(refused).message,
        `The list of record sets of type '${type}' may not contain multiple entries with the same ${says}.`,
      );
      assert.equal((await world.get(`${zone}/${type}/www`)).status, 404);
    });

  test('are twenty at most, and what is over is told in words', async () => {
    const world = await createZoneWorld();
    const aRecords = Array.from({ length: 21 }, (_, index) => ({ ipv4Address: `10.0.0.${index}` }));
    const refused = await world.put(`${zone}/A/many`, records({ aRecords }));
    assert.equal(codeOf(refused), '409 Conflict');
    assert.equal(errorOf(refused).message, 'A record set has 20 records at most, and aRecords has 21.');
  });

  test('with its zone a name has no more characters than anybody can ask for', async () => {
    const world = await createZoneWorld();
    const zoneName = zone.split('/').at(-1)!;
    const label = 'x'.repeat(60);
    const name = (length: number): string => `${label}.${label}.${label}.${label}`.slice(0, length);
    const room = 253 - zoneName.length - 1;
    const body = records({ aRecords: [{ ipv4Address: '10.0.0.9' }] });
    assert.equal((await world.put(`${zone}/A/${name(room)}`, body)).status, 201);
    assert.equal(codeOf(await world.put(`${zone}/A/${name(room + 1)}`, body)), '400 BadRequest');
  });

  test('null is the same as left out, in a record too', async () => {
    const world = await createZoneWorld();
    const soa = await world.put(`${zone}/SOA/@`, records({ soaRecord: { email: null, minimumTtl: 60 } }));
    assert.equal(soa.json.properties.soaRecord.email, 'azureprivatedns-host.microsoft.com');
    assert.equal(soa.json.properties.soaRecord.minimumTtl, 60);
    const empty = await world.put(`${zone}/A/www`, records({ aRecords: null }));
    assert.deepEqual(empty.json.properties.aRecords, []);
  });

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

  test('a page of all of a zone reads what is on it, wherever in the zone it is', async () => {
    let watched: Watched | undefined;
    const world = await createNetworkWorld({
      around: (store) => {
        watched = watchedStore(store);
        return watched.store;
      },
    });
    assert.equal((await world.put(zone, { location: 'global' })).status, 201);
    const type = 'Microsoft.Network/privateDnsZones/A';
    const body = records({ aRecords: [{ ipv4Address: '10.0.0.9' }] });
    const ids = Array.from({ length: 1_000 }, (_, index) => `${zone}/A/n${String(index).padStart(4, '0')}`);
    await world.store.commit({ puts: ids.map((id) => ({ id, type, body })) });
    const seen: string[] = [];
    for (let next = `${zone}/ALL?$top=300`; next !== ''; ) {
      watched!.take();
      const { json } = await world.get(next);
      seen.push(...json.value.map(({ id }: { id: string }) => id));
      // The one after it, the zone, and what stands above it.
      assert.ok(watched!.take().documents <= json.value.length + 8, next);
      next = json.nextLink ?? '';
    }
    assert.deepEqual(seen, [...ids, `${zone}/SOA/@`]);
  });
});

test('what Azure DNS refuses itself is without the envelope, what Resource Manager refuses in it', async () => {
  const world = await createZoneWorld();
  const bare = (answer: { json: JsonObject; headers: Readonly<Record<string, string>> }, code: string) => {
    assert.equal(answer.json.code, code);
    assert.deepEqual([answer.json.error, answer.headers['x-ms-failure-cause']], [undefined, undefined]);
  };
  const enveloped = (
    answer: { json: JsonObject; headers: Readonly<Record<string, string>> },
    code: string,
  ) => {
    assert.equal((answer.json.error as JsonObject).code, code);
    assert.equal(answer.headers['x-ms-failure-cause'], 'gateway');
  };
  const www = `${zone}/A/www`;
  const missing = await world.get(www);
  bare(missing, 'NotFound');
  assert.match(missing.json.message, /^The resource record 'www' does not exist in resource group 'rg' of/);
  bare(await world.put(www, { properties: {} }), 'BadRequest');
  const body = records({ aRecords: [{ ipv4Address: '10.0.0.1' }] });
  await world.put(www, body);
  bare(await world.put(www, body, { headers: { 'if-none-match': '*' } }), 'PreconditionFailed');
  bare(await world.put(`${zone}/CNAME/www`, records({ cnameRecord: { cname: 'a.test' } })), 'Conflict');
  enveloped(await world.get(zone.replace(/[^/]+$/, 'none.test')), 'ResourceNotFound');
  enveloped(await world.put(`${zone.replace(/[^/]+$/, 'none.test')}/A/www`, body), 'ParentResourceNotFound');
  enveloped(await world.get(www, { apiVersion: '1999-01-01' }), 'NoRegisteredProviderFound');
});
