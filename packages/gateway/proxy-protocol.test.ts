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

  test('a refusal says what was found', () => {
    const reason = (text: string) => {
      const decoded = decodeProxyHeader(bytesOf(text));
      return decoded.status === 'error' ? decoded.reason : decoded.status;
    };
    const refused = 'PROXY header refused: ';
    assert.equal(reason('0d0a00'), `${refused}no PROXY version 2 signature`);
    assert.equal(reason(`${signature} 01`), `${refused}version and command 0x01`);
    assert.equal(
      reason(`${signature} 21 00`),
      `${refused}address family and protocol 0x00: only TCP over IPv4 or IPv6 is taken`,
    );
    assert.equal(reason(`${signature} 21 11 03f1`), `${refused}1025 bytes long, more than 1024`);
    assert.equal(reason(`${signature} 21 11 03f0`), 'need-more', 'the longest there may be');
    assert.equal(reason(`${signature} 21 11 000b`), `${refused}too short for its addresses`);
    assert.equal(
      reason(`${signature} 21 11 000d 0a010203 0a000104 1234 01bb ee`),
      `${refused}a TLV runs past the end of the header`,
    );
  });

  test('a header without TLVs, and one with an empty TLV, are whole', () => {
    for (const [tail, tlvs] of [
      ['000c 0a010203 0a000104 1234 01bb', []],
      ['000f 0a010203 0a000104 1234 01bb 040000', [{ type: 4, value: new Uint8Array() }]],
      ['0011 0a010203 0a000104 1234 01bb 0400020102', [{ type: 4, value: Uint8Array.of(1, 2) }]],
    ] as const) {
      const decoded = decodeProxyHeader(bytesOf(`${signature} 21 11 ${tail}`));
      assert.ok(decoded.status === 'header' && decoded.header.command === 'PROXY', tail);
      assert.deepEqual(decoded.header.tlvs, tlvs);
    }
    const long = { type: 4, value: new Uint8Array(300).fill(9) };
    const decoded = decodeProxyHeader(encodeProxyHeader({ ...example, tlvs: [long] } as ProxyHeader));
    assert.ok(decoded.status === 'header' && decoded.header.command === 'PROXY');
    assert.deepEqual(decoded.header.tlvs, [long], 'lengths of two bytes');
  });

  test('a header keeps nothing of the bytes that it was read from', () => {
    const bytes = exampleBytes.slice();
    const decoded = decodeProxyHeader(bytes);
    bytes.fill(0);
    assert.ok(decoded.status === 'header');
    assert.equal(linkIdentifierOf(decoded.header), 0x12345678);
    const shared = new Uint8Array(100);
    shared.set(exampleBytes, 30);
    assert.deepEqual(decodeProxyHeader(shared.subarray(30, 30 + exampleBytes.length)), decoded);
  });

  test('the link identifier is found beside other TLVs, and has five bytes', () => {
    const of = (...tlvs: { type: number; value: Uint8Array }[]) =>
      linkIdentifierOf({ ...example, tlvs } as ProxyHeader);
    const good = linkIdentifierTlv(7);
    assert.equal(
      of({ type: 4, value: good.value }, good, { type: 0xee, value: Uint8Array.of(2, 9, 9, 9, 9) }),
      7,
    );
    assert.equal(of({ type: 0xee, value: Uint8Array.of(1, 7, 0, 0, 0, 0) }), undefined);
    assert.equal(of({ type: 0xed, value: good.value }), undefined);
    for (const bound of [0, 0xffff_ffff]) assert.equal(of(linkIdentifierTlv(bound)), bound);
    assert.throws(() => linkIdentifierTlv(-1), {
      message: 'link identifier -1 is refused: it has to be an integer from 0 to 4294967295',
    });
    assert.throws(() => linkIdentifierTlv('7' as never), RangeError);
  });

  test('encoding says what it refuses, and takes all up to that', () => {
    const make = (change: object) => () => encodeProxyHeader({ ...example, ...change } as ProxyHeader);
    const at = (address: string, port: number) => ({ source: { address, port } });
    const mixed = (address: string) => ({
      message: `PROXY header refused: ${address} and 10.0.1.4 are not of one address family`,
    });
    assert.throws(make(at('::1', 1)), mixed('::1'));
    assert.throws(make(at('none', 1)), mixed('none'));
    assert.throws(make({ destination: { address: 'none', port: 1 } }), RangeError);
    for (const port of [-1, 65_536, 1.5])
      assert.throws(make(at('10.1.2.3', port)), { message: `PROXY header refused: port ${port}` });
    for (const port of [0, 65_535]) assert.doesNotThrow(make(at('10.1.2.3', port)));
    for (const type of [-1, 256, 1.5])
      assert.throws(make({ tlvs: [{ type, value: new Uint8Array() }] }), {
        message: `PROXY header refused: TLV type ${type}`,
      });
    for (const type of [0, 255]) assert.doesNotThrow(make({ tlvs: [{ type, value: new Uint8Array() }] }));
    const filling = (length: number) => make({ tlvs: [{ type: 1, value: new Uint8Array(length) }] });
    const room = maximumProxyHeaderLength - 16 - 12 - 3;
    assert.equal(filling(room)().length, maximumProxyHeaderLength);
    assert.throws(filling(room + 1), {
      message: `PROXY header refused: ${12 + 3 + room + 1} bytes of addresses and TLVs`,
    });
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
