import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { azureSoa } from './record-set-document.ts';
import { typeCodes } from './type-codes.ts';
import { askZone, enclosingZone } from './zone.ts';
import { zoneBuilder, zoneOf } from './zone-builder.ts';

const soa = { ttl: 30, data: { ...azureSoa.data, minimum: 60 } };
const a = (address: string, ttl = 5) => ({
  type: typeCodes.A,
  ttl,
  data: [{ kind: 'A' as const, address }],
});

describe('a zone', () => {
  test('joins the sets of one name and type, under the first’s time to live', () => {
    const zone = zoneOf({ name: 'z.example', soa }, [
      ['WWW.z.example', a('10.0.0.1')],
      ['www.z.example', a('10.0.0.2', 9)],
    ]);
    const found = askZone(zone, 'www.z.example', 'Www.z.example', typeCodes.A);
    assert.deepEqual(found.outcome === 'answer' && found.records, [
      { name: 'Www.z.example', type: 1, class: 1, ttl: 5, data: { kind: 'A', address: '10.0.0.1' } },
      { name: 'Www.z.example', type: 1, class: 1, ttl: 5, data: { kind: 'A', address: '10.0.0.2' } },
    ]);
  });

  test('refuses a name that is not within it', () => {
    for (const name of ['example', 'xz.example', 'z.example.org', ''])
      assert.throws(() => zoneOf({ name: 'z.example', soa }, [[name, a('10.0.0.1')]]), {
        name: 'RangeError',
        message: `${name} is not within zone z.example`,
      });
  });

  test('a set that comes again under its key stands in the place of the one before, also under another name', () => {
    const { zone, put } = zoneBuilder({ name: 'z.example', soa });
    put('key', 'old.below.z.example', a('10.0.0.1'));
    put('key', 'new.z.example', a('10.0.0.2'));
    assert.deepEqual([...zone.nodes.keys()], ['z.example', 'new.z.example']);
    put('key', 'new.z.example', a('10.0.0.3'));
    assert.deepEqual(zone.nodes.get('new.z.example')?.get(typeCodes.A), a('10.0.0.3'));
  });

  test('says no with its SOA for the lesser of its time to live and its minimum (RFC 2308 section 3)', () => {
    for (const [ttl, minimum, expected] of [
      [30, 60, 30],
      [60, 30, 30],
    ] as const) {
      const zone = zoneOf({ name: 'z.example', soa: { ttl, data: { ...soa.data, minimum } } }, []);
      const none = askZone(zone, 'x.z.example', 'x.z.example', typeCodes.A);
      assert.ok(none.outcome === 'nxdomain');
      assert.deepEqual([none.soa.name, none.soa.ttl, none.soa.type], ['z.example', expected, typeCodes.SOA]);
      const apex = askZone(zone, 'z.example', 'z.example', typeCodes.A);
      assert.deepEqual(apex.outcome === 'nodata' && apex.soa, none.soa);
    }
  });

  test('is the one of the longest name that encloses another; the root’s encloses all', () => {
    const zones = new Map([
      ['example', 1],
      ['z.example', 2],
    ]);
    const of = (name: string) => enclosingZone(zones, name);
    assert.deepEqual(['z.example', 'a.b.z.example', 'xz.example', 'example', 'org', ''].map(of), [
      2,
      2,
      1,
      1,
      undefined,
      undefined,
    ]);
    assert.equal(enclosingZone(new Map([['', 0]]), 'www.example.org'), 0);
    assert.equal(enclosingZone(new Map(), 'www.example.org'), undefined);
  });
});
