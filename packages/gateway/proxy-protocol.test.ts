import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  decodeProxyHeader,
  encodeProxyHeader,
  linkIdentifierOf,
  linkIdentifierTlv,
  maximumProxyHeaderLength,
  type ProxyHeader,
} from './proxy-protocol.ts';

const fixed = { seed: 20260101, numRuns: 400 };
const signature = '0d0a0d0a000d0a515549540a';
const bytesOf = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

const example: ProxyHeader = {
  command: 'PROXY',
  source: { address: '10.1.2.3', port: 0x1234 },
  destination: { address: '10.0.1.4', port: 443 },
  tlvs: [linkIdentifierTlv(0x12345678)],
};
const exampleBytes = bytesOf(`${signature} 21 11 0014 0a010203 0a000104 1234 01bb ee 0005 01 78563412`);

/** The independent oracle: a header written out as hexadecimal text, by string handling only. */
const hexOracle = (
  v6: boolean,
  source: string,
  destination: string,
  ports: number[],
  tlvs: { type: number; value: Uint8Array }[],
) => {
  const h = (n: number, digits: number) => n.toString(16).padStart(digits, '0');
  const tail = tlvs
    .map((tlv) => h(tlv.type, 2) + h(tlv.value.length, 4) + Buffer.from(tlv.value).toString('hex'))
    .join('');
  const body = source + destination + ports.map((port) => h(port, 4)).join('') + tail;
  return signature + (v6 ? '2121' : '2111') + h(body.length / 2, 4) + body;
};

const anyTlvs = fc.array(
  fc.record({ type: fc.nat(255), value: fc.uint8Array({ maxLength: 40 }) }, { noNullPrototype: true }),
  {
    maxLength: 6,
  },
);
const anyHeader = fc.record({
  v6: fc.boolean(),
  source: fc.uint8Array({ minLength: 16, maxLength: 16 }),
  destination: fc.uint8Array({ minLength: 16, maxLength: 16 }),
  ports: fc.tuple(fc.nat(65535), fc.nat(65535)),
  tlvs: anyTlvs,
});

describe('PROXY version 2', () => {
  test('a link identifier of 0x12345678 is EE 00 05 01 78 56 34 12', () => {
    assert.deepEqual(encodeProxyHeader(example), exampleBytes);
    const decoded = decodeProxyHeader(exampleBytes);
    assert.deepEqual(decoded, { status: 'header', header: example, length: 36 });
    assert.equal(linkIdentifierOf(example), 0x12345678);
  });

  test('LOCAL (a health probe) has no addresses, and the block that it may carry is discarded', () => {
    assert.deepEqual(encodeProxyHeader({ command: 'LOCAL' }), bytesOf(`${signature} 20 00 0000`));
    for (const text of [
      `${signature} 20 00 0000`,
      `${signature} 20 11 0003 ffffff`,
      `${signature} 20 00 0008 ee00050178563412`,
    ]) {
      const bytes = bytesOf(text);
      assert.deepEqual(decodeProxyHeader(bytes), {
        status: 'header',
        header: { command: 'LOCAL' },
        length: bytes.length,
      });
    }
    assert.equal(linkIdentifierOf({ command: 'LOCAL' }), undefined);
  });

  test('any header is the bytes that a hand-written oracle makes, and comes back from them', () => {
    fc.assert(
      fc.property(anyHeader, ({ v6, source, destination, ports, tlvs }) => {
        const text = (bytes: Uint8Array) => {
          const hex = Buffer.from(bytes).toString('hex');
          return v6 ? (hex.match(/.{4}/g) ?? []).join(':') : [...bytes.subarray(0, 4)].join('.');
        };
        const oracle = hexOracle(
          v6,
          Buffer.from(v6 ? source : source.subarray(0, 4)).toString('hex'),
          Buffer.from(v6 ? destination : destination.subarray(0, 4)).toString('hex'),
          ports,
          tlvs,
        );
        const encoded = encodeProxyHeader({
          command: 'PROXY',
          source: { address: text(source), port: ports[0] },
          destination: { address: text(destination), port: ports[1] },
          tlvs,
        });
        assert.equal(Buffer.from(encoded).toString('hex'), oracle);
        const decoded = decodeProxyHeader(Buffer.concat([encoded, Buffer.from('client bytes')]));
        assert.ok(decoded.status === 'header' && decoded.header.command === 'PROXY');
        assert.equal(decoded.length, encoded.length);
        assert.deepEqual(decoded.header.tlvs, tlvs);
        assert.deepEqual([decoded.header.source.port, decoded.header.destination.port], ports);
        assert.equal(Buffer.from(encodeProxyHeader(decoded.header)).toString('hex'), oracle);
      }),
      fixed,
    );
  });

  test('every proper prefix needs more, and says no more than there is to come', () => {
    for (let length = 0; length < exampleBytes.length; length++) {
      const decoded = decodeProxyHeader(exampleBytes.subarray(0, length));
      assert.equal(decoded.status, 'need-more', `at ${length}`);
      assert.ok(
        decoded.status === 'need-more' && decoded.atLeast > length && decoded.atLeast <= exampleBytes.length,
      );
    }
  });

  test('what is no version 2 header is refused at its first wrong byte', () => {
    for (const [text, why] of [
      ['16', /signature/],
      [`${signature} 11`, /version/],
      [`${signature} 22`, /version/],
      [`${signature} 21 00`, /family/],
      [`${signature} 21 12`, /family/],
      [`${signature} 21 31`, /family/],
      [`${signature} 21 11 000b`, /too short/],
      [`${signature} 21 21 0023`, /too short/],
      [`${signature} 21 11 ffff`, /bytes long/],
      [`${signature} 20 00 ffff`, /bytes long/],
      [`${signature} 21 11 000e 0a010203 0a000104 1234 01bb ee00`, /TLV/],
      [`${signature} 21 11 0010 0a010203 0a000104 1234 01bb ee000201`, /TLV/],
    ] as const) {
      const decoded = decodeProxyHeader(bytesOf(text));
      assert.ok(decoded.status === 'error', text);
      assert.match(decoded.reason, why);
    }
  });

  test('a link identifier that is missing, cut or there twice is none', () => {
    const good = linkIdentifierTlv(7);
    for (const tlvs of [
      [],
      [good, good],
      [{ type: 0xee, value: good.value.subarray(0, 4) }],
      [{ type: 0xee, value: Uint8Array.of(2, 0, 0, 0, 0) }],
    ]) {
      assert.equal(linkIdentifierOf({ ...example, tlvs } as ProxyHeader), undefined);
    }
    for (const bad of [-1, 1.5, 2 ** 32, Number.NaN]) assert.throws(() => linkIdentifierTlv(bad), RangeError);
  });

  test('encoding refuses mixed families, ports out of range and headers longer than the decoder takes', () => {
    const make = (change: object) => () => encodeProxyHeader({ ...example, ...change } as ProxyHeader);
    assert.throws(make({ source: { address: '::1', port: 1 } }), RangeError);
    assert.throws(make({ source: { address: '10.1.2.3', port: 65536 } }), RangeError);
    assert.throws(make({ tlvs: [{ type: 1, value: new Uint8Array(maximumProxyHeaderLength) }] }), RangeError);
  });

  test('random, cut and mutated bytes are decided without an exception', () => {
    const mutated = fc
      .tuple(
        fc.nat(exampleBytes.length),
        fc.array(fc.tuple(fc.nat(exampleBytes.length - 1), fc.nat(255)), { maxLength: 4 }),
      )
      .map(([length, changes]) => {
        const bytes = exampleBytes.slice();
        for (const [at, value] of changes) bytes[at] = value;
        return bytes.subarray(0, length);
      });
    const prefixed = fc
      .uint8Array({ maxLength: 200 })
      .map((tail) => Uint8Array.from([...bytesOf(signature), ...tail]));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 64 }), mutated, prefixed), (bytes) => {
        const decoded = decodeProxyHeader(bytes);
        if (decoded.status === 'need-more')
          assert.ok(decoded.atLeast > bytes.length && decoded.atLeast <= maximumProxyHeaderLength);
        if (decoded.status === 'header') assert.ok(decoded.length <= bytes.length);
      }),
      { ...fixed, numRuns: 3000 },
    );
  });
});
