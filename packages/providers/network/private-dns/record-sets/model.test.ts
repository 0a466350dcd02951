/** What may stand at a name of a zone, without a store. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { useClaim } from '@tombolo/arm';
import { type ArmRecordName, armRecordNames, initialSoa } from '@tombolo/dns-records';
import type { Document, JsonObject } from '@tombolo/store/port';
import { decided, putInput, refused, stored } from '../../../put-input.testkit.ts';
import { inGroup } from '../../network.testkit.ts';
import { exclusiveIds, putRecordSet, shownRecordSet } from './model.ts';

const zone = stored(inGroup('privateDnsZones', 'corp.example'), {});
const put = (
  record: ArmRecordName,
  name: string,
  properties: JsonObject = {},
  given: { existing?: Document; beside?: readonly Document[] } = {},
) =>
  putRecordSet(
    record,
    putInput({
      id: `${zone.id.toUpperCase()}/${record}/${name}`,
      properties: { ttl: 3600, ...properties },
      loaded: { zone, beside: given.beside ?? [], emptied: [] },
      existing: given.existing,
    }),
  );

describe('a record set', () => {
  const aRecords = [{ ipv4Address: '10.0.0.1' }];
  const id = `${zone.id}/A/www`;
  test('says its full name, how long it lives, and holds its zone', () => {
    const shown = { fqdn: 'www.corp.example.', isAutoRegistered: false, aRecords };
    assert.deepEqual(put('A', 'www', { aRecords }), {
      properties: { ttl: 3600, ...shown },
      effects: {
        expect: [{ id: `${zone.id}/CNAME/www`, version: 'absent' }],
        claims: [useClaim(zone.id, id)],
      },
      warnings: [],
    });
    const more = { ttl: 10, metadata: { a: 'b' } };
    assert.deepEqual(decided(put('A', 'www', { aRecords, ...more })).properties, { ...more, ...shown });
    assert.equal(
      refused(() => put('A', 'www', { aRecords, ttl: undefined as never })),
      `400 BadRequest ttl: Record set '${id}' needs properties.ttl, in seconds.`,
    );
  });

  test('RFC 1034 §3.6.2: stands beside no CNAME, and a CNAME beside nothing', () => {
    const others = armRecordNames.filter((name) => name !== 'CNAME');
    assert.deepEqual(
      exclusiveIds('CNAME', '/z', 'www'),
      others.map((name) => `/z/${name}/www`),
    );
    assert.deepEqual(exclusiveIds('TXT', '/z', 'www'), ['/z/CNAME/www']);
    assert.deepEqual(exclusiveIds('SOA', '/z', '@'), []);
    const beside = [stored(id, {})];
    const target = (record: string) => `${zone.id}/${record}/www`;
    assert.equal(
      refused(() => put('CNAME', 'www', {}, { beside })),
      `409 Conflict ${target('CNAME')}: The CNAME record could not be created because another record with the same name already exists in this zone: '${id}'.`,
    );
    assert.equal(
      refused(() => put('A', 'www', {}, { beside: [stored(target('CNAME'), {})] })),
      `409 Conflict ${target('A')}: The record could not be created because a CNAME record with the same name already exists in this zone: '${target('CNAME')}'.`,
    );
  });

  test('is no CNAME at the top of a zone, and an SOA there alone', () => {
    assert.equal(
      refused(() => put('CNAME', '@')),
      `400 BadRequest ${zone.id}/CNAME/@: A CNAME cannot be at the top of a zone, beside its SOA. Use an A record.`,
    );
    assert.equal(
      refused(() => put('SOA', 'www')),
      `400 BadRequest ${zone.id}/SOA/www: A zone has one SOA record set, at '@'; 'www' cannot have one.`,
    );
  });

  test('RFC 1035 §3.3.13: an SOA counts its changes; host and serial are the zone’s own', () => {
    const soaOf = (written: JsonObject | undefined, before?: JsonObject) =>
      decided(
        put('SOA', '@', written ? { soaRecord: written } : {}, {
          ...(before ? { existing: stored(`${zone.id}/SOA/@`, { ttl: 3600, soaRecord: before }) } : {}),
        }),
      ).properties.soaRecord;
    assert.deepEqual(soaOf(undefined), { ...initialSoa, serialNumber: 1 });
    const before = { ...initialSoa, serialNumber: 41, email: 'before' };
    assert.deepEqual(
      soaOf({ ...before, host: 'ours' }, before),
      before,
      'sent back as it was read, it is the same zone',
    );
    assert.deepEqual(soaOf({ host: 'mine', serialNumber: 9, refreshTime: 5 }, before), {
      ...before,
      refreshTime: 5,
      serialNumber: 42,
    });
  });

  test('is shown with an empty list where it has no records, and with its metadata', () => {
    const shown = (record: ArmRecordName, properties: JsonObject) =>
      shownRecordSet(record, stored(id, properties)).properties;
    assert.deepEqual(shown('A', { ttl: 1 }), { metadata: {}, aRecords: [], ttl: 1 });
    assert.deepEqual(shown('A', { aRecords }), { metadata: {}, aRecords });
    assert.deepEqual(shown('CNAME', { metadata: { a: 'b' }, ttl: 1 }), { metadata: { a: 'b' }, ttl: 1 });
  });
});
