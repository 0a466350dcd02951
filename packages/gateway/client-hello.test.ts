import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import fc from 'fast-check';
import {
  handmadeHello,
  nodeHello,
  opensslHello,
  serverNameExtension,
  splitRecords,
} from './client-hello.testkit.ts';
import { maximumHelloLength, readClientHello } from './client-hello.ts';

const name = 'gbl.his.arc.azure.com';
const reasonOf = (bytes: Uint8Array) => {
  const reading = readClientHello(bytes);
  return reading.status === 'error' ? reading.reason : reading.status;
};

describe('a ClientHello', () => {
  const real = new Map<string, Buffer>();
  before(async () => {
    real.set('node', await nodeHello({ servername: name, ALPNProtocols: ['h2', 'http/1.1'] }));
    real.set('node 1.2', await nodeHello({ servername: name, maxVersion: 'TLSv1.2' }));
    real.set('openssl', await opensslHello(['-servername', name.toUpperCase(), '-alpn', 'http/1.1']));
    real.set(
      'openssl 1.0',
      await opensslHello(['-servername', name, '-tls1', '-cipher', 'DEFAULT:@SECLEVEL=0']),
    );
  });

  test('of node and openssl is read: name in lower case, ALPN, highest version', () => {
    const expected = {
      node: { serverName: name, alpn: ['h2', 'http/1.1'], maxVersion: 0x0304 },
      'node 1.2': { serverName: name, alpn: [], maxVersion: 0x0303 },
      openssl: { serverName: name, alpn: ['http/1.1'], maxVersion: 0x0304 },
      'openssl 1.0': { serverName: name, alpn: [], maxVersion: 0x0301 },
    };
    for (const [client, hello] of Object.entries(expected)) {
      assert.deepEqual(
        readClientHello(real.get(client) ?? new Uint8Array()),
        { status: 'hello', hello },
        client,
      );
    }
  });

  test('cut at every byte needs more, never more than there is to come', () => {
    for (const [client, bytes] of real) {
      for (let length = 0; length < bytes.length; length++) {
        const reading = readClientHello(bytes.subarray(0, length));
        assert.ok(
          reading.status === 'need-more' && reading.atLeast > length && reading.atLeast <= bytes.length,
          `${client} at ${length}`,
        );
      }
    }
  });

  test('split over two records at every byte, and over records of one byte, reads the same', () => {
    const bytes = real.get('openssl') ?? Buffer.alloc(0);
    const whole = readClientHello(bytes);
    assert.equal(whole.status, 'hello');
    for (let first = 1; first < bytes.length - 5; first++) {
      const split = splitRecords(bytes, [first, bytes.length]);
      assert.deepEqual(readClientHello(split), whole, `first record of ${first}`);
      assert.equal(readClientHello(split.subarray(0, 5 + first)).status, 'need-more');
    }
    const crumbs = splitRecords(bytes, [1]);
    for (let length = 0; length < crumbs.length; length += 7)
      assert.equal(reasonOf(crumbs.subarray(0, length)), 'need-more');
    assert.deepEqual(readClientHello(crumbs), whole);
  });

  test('what follows the hello is not looked at', () => {
    const bytes = real.get('node') ?? Buffer.alloc(0);
    assert.deepEqual(
      readClientHello(Buffer.concat([bytes, Buffer.from('anything')])),
      readClientHello(bytes),
    );
  });

  test('without a server name is refused, as openssl sends it and by hand', async () => {
    assert.equal(reasonOf(await opensslHello(['-noservername'])), 'no-server-name');
    assert.equal(reasonOf(handmadeHello([])), 'no-server-name');
  });

  test('GREASE in extensions and versions is passed over (RFC 8701)', () => {
    const grease = [0x1a, 0x1a, 0, 0];
    const versions = [0, 43, 0, 7, 6, 0x7a, 0x7a, 3, 4, 3, 3];
    const reading = readClientHello(
      handmadeHello([...grease, ...serverNameExtension(name), ...versions, 0xea, 0xea, 0, 1, 0]),
    );
    assert.deepEqual(reading, { status: 'hello', hello: { serverName: name, alpn: [], maxVersion: 0x0304 } });
  });

  test('several names, IP literals, names that are none, and what is not TLS are refused, each by its reason', () => {
    const cases: readonly (readonly [Uint8Array, string])[] = [
      [handmadeHello(serverNameExtension(name, name)), 'several-server-names'],
      [handmadeHello([...serverNameExtension(name), ...serverNameExtension(name)]), 'malformed'],
      [handmadeHello(serverNameExtension('10.0.1.4')), 'ip-literal'],
      [handmadeHello(serverNameExtension('fd00::1')), 'ip-literal'],
      [handmadeHello(serverNameExtension(`${name}.`)), 'bad-server-name'],
      [handmadeHello(serverNameExtension(`${name}\0.example`)), 'bad-server-name'],
      [handmadeHello(serverNameExtension('')), 'bad-server-name'],
      [handmadeHello(serverNameExtension('a'.repeat(300))), 'bad-server-name'],
      [handmadeHello(serverNameExtension()), 'malformed'],
      [handmadeHello([0, 0, 0, 9, 1]), 'malformed'],
      [Buffer.from('GET / HTTP/1.1\r\n'), 'not-tls'],
      [Buffer.from([0x80, 0x2e, 1, 0, 2]), 'not-tls'],
      [Buffer.from([22, 3, 1, 0, 1, 2]), 'not-tls'],
      [Buffer.from([22, 3, 1, 0, 0]), 'malformed'],
      [Buffer.from([22, 3, 1, 0xff, 0xff]), 'malformed'],
      [Buffer.from([22, 3, 1, 0, 4, 1, 0xff, 0xff, 0xff]), 'too-long'],
      [Buffer.from([21, 3, 1, 0, 2, 1, 0]), 'not-tls'],
    ];
    for (const [bytes, reason] of cases)
      assert.equal(reasonOf(bytes), reason, Buffer.from(bytes).toString('hex').slice(0, 60));
  });

  test('never asks for more than its bound, and never throws, for random, cut and mutated bytes', () => {
    const seedHello = real.get('node') ?? Buffer.alloc(0);
    const mutated = fc
      .tuple(
        fc.nat(seedHello.length),
        fc.array(fc.tuple(fc.nat(seedHello.length - 1), fc.nat(255)), { minLength: 1, maxLength: 5 }),
      )
      .map(([length, changes]) => {
        const bytes = Uint8Array.from(seedHello);
        for (const [at, value] of changes) bytes[at] = value;
        return bytes.subarray(0, Math.max(length, 1));
      });
    const records = fc
      .uint8Array({ maxLength: 400 })
      .map((tail) => Uint8Array.from([22, 3, 1, 0, 200, 1, 0, 0, 190, 3, 3, ...tail]));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 100 }), mutated, records), (bytes) => {
        const reading = readClientHello(bytes);
        if (reading.status === 'need-more')
          assert.ok(reading.atLeast > bytes.length && reading.atLeast <= maximumHelloLength);
      }),
      { seed: 20260102, numRuns: 4000 },
    );
  });
});
