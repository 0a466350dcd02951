import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  armFormOf,
  armRecordNames,
  initialSoa,
  isDomainName,
  MalformedMessage,
  parseName,
  type RecordData,
  readRecordData,
  readRecords,
  recordNames,
  recordText,
  recordTypes,
  type Writer,
  writeRecordData,
} from './index.ts';
import { readName, writeName } from './name.ts';
import { octetsOf } from './octets.ts';
import { recordSampleList, setOf } from './record-samples.testkit.ts';

const seed = 20261127;
/** Behind the octets of a header, where a name may point back to. */
const start = 12;

const written = (data: RecordData): Uint8Array => {
  const writer: Writer = { bytes: new Uint8Array(4096), offset: start, names: new Map() };
  writeRecordData(writer, data);
  return writer.bytes.subarray(0, writer.offset);
};

const readBack = (octets: Uint8Array, code: number): RecordData =>
  readRecordData(octets, { offset: start }, code, octets.length - start);

describe('the table', () => {
  test('has each number and each property once', () => {
    const codes = recordNames.map((name) => recordTypes[name].code);
    assert.equal(new Set(codes).size, recordNames.length);
    const properties = armRecordNames.map((name) => armFormOf(name).property.toLowerCase());
    assert.equal(new Set(properties).size, armRecordNames.length);
  });

  test('has the types of Azure’s private zones', () => {
    assert.deepEqual([...armRecordNames], ['A', 'AAAA', 'CNAME', 'MX', 'PTR', 'SOA', 'SRV', 'TXT']);
  });
});

describe('names in records', () => {
  /** RFC 3597, section 4: those of RFC 1035, and no later type. */
  const compressed = ['CNAME', 'MX', 'PTR', 'SOA'];
  for (const [name, { properties }] of recordSampleList)
    test(`of type ${name} point to what was written before ${compressed.includes(name) ? '' : 'never'}`, () => {
      for (const data of readRecords(name, { ...properties, ttl: 300 }).data) {
        const writer: Writer = { bytes: new Uint8Array(4096), offset: start, names: new Map() };
        writeRecordData(writer, data);
        const first = writer.offset - start;
        writeRecordData(writer, data);
        assert.equal(writer.offset - start - first < first, compressed.includes(name));
      }
    });

  test('behind 16 KiB nothing points to them: a pointer has fourteen bits (RFC 1035, section 4.1.4)', () => {
    const writer: Writer = { bytes: new Uint8Array(0x5000), offset: 0x3ffc, names: new Map() };
    const [near, far] = ['near.example', 'far.test'];
    const places = [near, far, near, far].map((text) => {
      const { offset } = writer;
      writeName(writer, text, true);
      return { offset, octets: writer.offset - offset };
    });
    assert.deepEqual(
      places.map(({ offset }) => readName(writer.bytes, { offset })),
      [near, far, near, far],
    );
    assert.deepEqual(
      places.map(({ octets }) => octets),
      [14, 10, 2, 10],
    );
  });
});

for (const [name, { properties, texts, wrong }] of recordSampleList) {
  describe(`records of type ${name}`, () => {
    // The serial is counted by who writes.
    const whole = name === 'SOA' ? { soaRecord: { ...properties.soaRecord, serialNumber: 2 } } : properties;

    test('are read from ARM’s properties as what dig prints of them', () => {
      const { ttl, data } = readRecords(name, { ...whole, ttl: 300 });
      assert.equal(ttl, 300);
      assert.deepEqual(data.map(recordText), texts);
    });

    test('come back from the wire as they were, and with an octet more or less are none or others', () => {
      for (const data of readRecords(name, whole).data) {
        const octets = written(data);
        const { code } = recordTypes[name];
        assert.deepEqual(readBack(octets, code), data);
        for (const other of [octets.subarray(0, -1), Uint8Array.from([...octets, 0])])
          try {
            assert.notDeepEqual(readBack(other, code), data);
          } catch (error) {
            assert.ok(error instanceof MalformedMessage, String(error));
          }
      }
    });

    test('that are none are refused, and say where', () => {
      assert.ok(wrong.length > 0);
      for (const record of wrong)
        assert.throws(
          () => readRecords(name, setOf(name, record)),
          (error: Error) => error instanceof RangeError && error.message.startsWith(armFormOf(name).property),
          JSON.stringify(record),
        );
      assert.throws(() => readRecords(name, { ...properties, ttl: -1 }), /^RangeError: ttl: /);
      assert.throws(() => readRecords(name, { ...properties, ttl: 2 ** 31 }), /^RangeError: ttl: /);
    });

    test('that are not there are no fault', () => {
      assert.deepEqual(readRecords(name, {}), { ttl: 3600, data: [] });
    });
  });
}

describe('names', () => {
  test('every one that ARM takes can be on the wire', () => {
    const label = fc.stringMatching(/^[A-Za-z0-9_-]{1,63}$/);
    const name = fc.array(label, { minLength: 1, maxLength: 40 }).map((labels) => labels.join('.'));
    let taken = 0;
    fc.assert(
      fc.property(name, fc.constantFrom('', '.'), (text, dot) => {
        if (!isDomainName(text + dot)) return;
        taken++;
        assert.equal(parseName(text + dot), text.toLowerCase());
      }),
      { seed, numRuns: 1_000 },
    );
    assert.ok(taken > 100);
    const longest = `${`${'x'.repeat(63)}.`.repeat(3)}${'y'.repeat(61)}`;
    for (const [text, is] of [
      [longest, true],
      [`${longest}.`, true],
      [`${longest}y`, false],
      [`${longest}y.`, false],
      ['.', true],
      ['', false],
      ['-a.example', false],
      ['a-.example', false],
    ] as const) {
      assert.equal(isDomainName(text), is, text);
      if (is) assert.notEqual(parseName(text), undefined, text);
    }
  });

  test('the root is a target', () => {
    const { data } = readRecords('CNAME', { cnameRecord: { cname: '.' } });
    assert.deepEqual(data.map(recordText), ['.']);
  });
});

describe('texts', () => {
  test('become octets as TextEncoder has them', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.deepEqual(octetsOf(text), new TextEncoder().encode(text));
      }),
      { seed },
    );
  });

  test('longer than a string of the wire are split, and none is one empty string', () => {
    const strings = (...value: string[]) =>
      readRecords('TXT', { txtRecords: [{ value }] }).data.flatMap((data) =>
        data.strings.map(({ length }) => length),
      );
    assert.deepEqual(strings('é'.repeat(200)), [255, 145]);
    assert.deepEqual(strings('x'.repeat(255), 'x'.repeat(256)), [255, 255, 1]);
    assert.deepEqual(strings(''), [0]);
  });
});

test('the SOA that Azure gives a zone is one that it takes', () => {
  const { data } = readRecords('SOA', { soaRecord: initialSoa });
  assert.deepEqual(data.map(recordText), [
    'azureprivatedns.net. azureprivatedns-host.microsoft.com. 1 3600 300 2419200 10',
  ]);
});

test('a type that is not in the table passes through, and is text as RFC 3597 has it', () => {
  const octets = Uint8Array.of(...new Array<number>(start).fill(0), 1, 0xab);
  const data = readBack(octets, 65);
  assert.deepEqual(written(data).subarray(start), octets.subarray(start));
  assert.equal(recordText(data), '\\# 2 01ab');
});
