/** Private DNS zones, links and record sets with @azure/arm-privatedns. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { RecordSet, RecordType } from '@azure/arm-privatedns';
import { poll } from './clients.ts';
import { all, names, refused } from './expect.ts';
import { shareWorld } from './world.ts';

const world = await shareWorld();
const { privateZones, recordSets } = world.privateDns;

const createZone = (group: string, name: string) =>
  privateZones.createOrUpdate(group, name, { location: 'global' }, poll);

describe('private DNS zones', () => {
  test('a zone lives: create, read, tags, lists, delete', async () => {
    const group = await world.createGroup();
    const zone = await createZone(group, 'corp.example');
    assert.equal(zone.location, 'global');
    assert.equal(zone.provisioningState, 'Succeeded');
    assert.equal(zone.numberOfRecordSets, 1, 'its SOA');
    assert.equal(zone.maxNumberOfRecordSets, 25_000);
    assert.equal(zone.maxNumberOfVirtualNetworkLinks, 1_000);
    assert.equal(zone.maxNumberOfVirtualNetworkLinksWithRegistration, 100);
    const tagged = await privateZones.update(group, 'corp.example', { tags: { a: 'b' } }, poll);
    assert.deepEqual(tagged.tags, { a: 'b' });
    assert.notEqual(tagged.etag, zone.etag);
    assert.deepEqual(await names(privateZones.listByResourceGroup(group)), ['corp.example']);
    assert.ok((await all(privateZones.list())).some(({ id }) => id === zone.id));
    await privateZones.delete(group, 'corp.example', poll);
    await refused(privateZones.get(group, 'corp.example'), { status: 404, code: 'ResourceNotFound' });
  });

  test('If-None-Match * creates only what is not there; If-Match only what is as it was read', async () => {
    const group = await world.createGroup();
    const first = await privateZones.createOrUpdate(
      group,
      'etag.example',
      { location: 'global' },
      { ...poll, ifNoneMatch: '*' },
    );
    await refused(
      privateZones.createOrUpdate(
        group,
        'etag.example',
        { location: 'global' },
        { ...poll, ifNoneMatch: '*' },
      ),
      { status: 412, code: 'PreconditionFailed' },
    );
    await privateZones.update(group, 'etag.example', { tags: { changed: 'yes' } }, poll);
    await refused(
      privateZones.update(group, 'etag.example', { tags: {} }, { ...poll, ifMatch: first.etag! }),
      { status: 412, code: 'PreconditionFailed' },
    );
    await refused(privateZones.delete(group, 'etag.example', { ...poll, ifMatch: first.etag! }), {
      status: 412,
      code: 'PreconditionFailed',
    });
  });

  for (const name of ['-bad-.example', 'a..b', `${'x'.repeat(64)}.example`, 'white space.example']) {
    test(`a name that is no DNS name is refused: ${name.slice(0, 20)}`, async () => {
      const group = await world.createGroup();
      await refused(createZone(group, name), { status: 400, code: 'BadRequest' });
    });
  }
});

const samples: readonly [RecordType, string, RecordSet, RecordSet][] = [
  [
    'A',
    'host',
    { aRecords: [{ ipv4Address: '10.0.0.4' }, { ipv4Address: '10.0.0.5' }] },
    { aRecords: [{ ipv4Address: '10.0.0.6' }] },
  ],
  [
    'AAAA',
    'host',
    { aaaaRecords: [{ ipv6Address: 'fd00::4' }] },
    { aaaaRecords: [{ ipv6Address: 'fd00::5' }] },
  ],
  [
    'CNAME',
    'alias',
    { cnameRecord: { cname: 'host.records.example' } },
    { cnameRecord: { cname: 'other.records.example' } },
  ],
  [
    'MX',
    '@',
    { mxRecords: [{ preference: 10, exchange: 'mail.records.example' }] },
    { mxRecords: [{ preference: 20, exchange: 'mx.records.example' }] },
  ],
  [
    'PTR',
    '4',
    { ptrRecords: [{ ptrdname: 'host.records.example' }] },
    { ptrRecords: [{ ptrdname: 'two.records.example' }] },
  ],
  [
    'SRV',
    '_ldap._tcp',
    { srvRecords: [{ priority: 1, weight: 2, port: 389, target: 'host.records.example' }] },
    { srvRecords: [{ priority: 3, weight: 4, port: 636, target: 'host.records.example' }] },
  ],
  ['TXT', 'note', { txtRecords: [{ value: ['one', 'two'] }] }, { txtRecords: [{ value: ['three'] }] }],
];

describe('record sets', () => {
  for (const [type, name, first, second] of samples) {
    test(`${type}: create, read, change, list, delete`, async () => {
      const group = await world.createGroup();
      const zone = 'records.example';
      await createZone(group, zone);
      const created = await recordSets.createOrUpdate(group, zone, type, name, { ttl: 300, ...first });
      const [[field, records]] = Object.entries(first) as [[keyof RecordSet, unknown]];
      assert.deepEqual(created[field], records);
      assert.equal(created.ttl, 300);
      assert.equal(created.fqdn, name === '@' ? `${zone}.` : `${name}.${zone}.`);
      assert.equal(created.isAutoRegistered, false);
      assert.equal(created.type?.toLowerCase(), `microsoft.network/privatednszones/${type.toLowerCase()}`);
      const changed = await recordSets.update(group, zone, type, name, second, { ifMatch: created.etag! });
      assert.deepEqual(changed[field], second[field]);
      assert.equal(changed.ttl, 300, 'PATCH keeps what it does not name');
      await refused(recordSets.update(group, zone, type, name, first, { ifMatch: created.etag! }), {
        status: 412,
        code: 'PreconditionFailed',
      });
      await refused(
        recordSets.createOrUpdate(group, zone, type, name, { ttl: 1, ...first }, { ifNoneMatch: '*' }),
        { status: 412, code: 'PreconditionFailed' },
      );
      assert.deepEqual(await names(recordSets.listByType(group, zone, type)), [name]);
      assert.equal((await privateZones.get(group, zone)).numberOfRecordSets, 2);
      await recordSets.delete(group, zone, type, name);
      await recordSets.delete(group, zone, type, name);
      await refused(recordSets.get(group, zone, type, name), { status: 404, code: 'NotFound' });
      assert.equal((await privateZones.get(group, zone)).numberOfRecordSets, 1);
    });
  }

  test('SOA: is there from the start, can be changed, not deleted', async () => {
    const group = await world.createGroup();
    await createZone(group, 'soa.example');
    const { soaRecord } = await recordSets.get(group, 'soa.example', 'SOA', '@');
    assert.equal(soaRecord?.host?.replace(/\.$/, ''), 'azureprivatedns.net');
    assert.equal(soaRecord?.email?.replace(/\.$/, ''), 'azureprivatedns-host.microsoft.com');
    assert.deepEqual(
      [soaRecord?.refreshTime, soaRecord?.retryTime, soaRecord?.expireTime, soaRecord?.minimumTtl],
      [3600, 300, 2419200, 10],
    );
    const changed = await recordSets.createOrUpdate(group, 'soa.example', 'SOA', '@', {
      ttl: 60,
      soaRecord: { ...soaRecord, minimumTtl: 5 },
    });
    assert.equal(changed.soaRecord?.minimumTtl, 5);
    await refused(recordSets.delete(group, 'soa.example', 'SOA', '@'), { status: 400, code: 'BadRequest' });
  });

  test('all types are listed together, and by a suffix of the name', async () => {
    const group = await world.createGroup();
    await createZone(group, 'list.example');
    for (const name of ['a.west', 'b.west', 'c.east']) {
      await recordSets.createOrUpdate(group, 'list.example', 'A', name, {
        ttl: 60,
        aRecords: [{ ipv4Address: '10.0.0.1' }],
      });
    }
    await recordSets.createOrUpdate(group, 'list.example', 'TXT', 'a.west', {
      ttl: 60,
      txtRecords: [{ value: ['x'] }],
    });
    assert.deepEqual(await names(recordSets.list(group, 'list.example')), [
      '@',
      'a.west',
      'a.west',
      'b.west',
      'c.east',
    ]);
    const west = recordSets.list(group, 'list.example', { recordsetnamesuffix: 'west' });
    assert.deepEqual(await names(west), ['a.west', 'a.west', 'b.west']);
  });

  const wrong: readonly [string, RecordType, string, RecordSet, string?][] = [
    ['an address that is none', 'A', 'x', { ttl: 60, aRecords: [{ ipv4Address: '10.0.0.256' }] }],
    ['an IPv4 address in AAAA', 'AAAA', 'x', { ttl: 60, aaaaRecords: [{ ipv6Address: '10.0.0.1' }] }],
    ['a negative TTL', 'A', 'x', { ttl: -1, aRecords: [{ ipv4Address: '10.0.0.1' }] }],
    ['a CNAME at the apex', 'CNAME', '@', { ttl: 60, cnameRecord: { cname: 'a.example' } }],
    [
      'a preference beyond 16 bits',
      'MX',
      'x',
      { ttl: 60, mxRecords: [{ preference: 70_000, exchange: 'a.example' }] },
    ],
    [
      'a label of 64 characters',
      'A',
      'x'.repeat(64),
      { ttl: 60, aRecords: [{ ipv4Address: '10.0.0.1' }] },
      'InvalidResourceName',
    ],
    [
      'records of another type',
      'A',
      'x',
      { ttl: 60, txtRecords: [{ value: ['x'] }] },
      'InvalidRequestContent',
    ],
  ];
  test('what DNS cannot carry is refused and not written', async (t) => {
    const group = await world.createGroup();
    await createZone(group, 'bad.example');
    await recordSets.createOrUpdate(group, 'bad.example', 'A', 'taken', {
      ttl: 60,
      aRecords: [{ ipv4Address: '10.0.0.1' }],
    });
    for (const [what, type, name, body, code = 'BadRequest'] of wrong) {
      await t.test(what, async () => {
        await refused(recordSets.createOrUpdate(group, 'bad.example', type, name, body), {
          status: 400,
          code,
        });
      });
    }
    assert.equal((await privateZones.get(group, 'bad.example')).numberOfRecordSets, 2);
  });

  test('a CNAME has no other record beside it, whichever comes first', async () => {
    const group = await world.createGroup();
    await createZone(group, 'alone.example');
    const a = { ttl: 60, aRecords: [{ ipv4Address: '10.0.0.1' }] };
    const cname = { ttl: 60, cnameRecord: { cname: 'a.example' } };
    const put = (type: RecordType, name: string, body: RecordSet) =>
      recordSets.createOrUpdate(group, 'alone.example', type, name, body);
    await put('A', 'first', a);
    await put('CNAME', 'second', cname);
    await refused(put('CNAME', 'first', cname), { status: 409, code: 'Conflict' });
    await refused(put('A', 'Second', a), { status: 409, code: 'Conflict' });
  });
});
