import assert from 'node:assert/strict';
import { isIPv4, isIPv6, SocketAddress } from 'node:net';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import {
  type Address,
  addressOfBytes,
  bytesOf,
  canonicalAddress,
  formatAddress,
  readAddress,
  unmapped,
} from './address.ts';

const ipv4 = fc.bigInt({ min: 0n, max: 2n ** 32n - 1n }).map((value): Address => ({ family: 4, value }));
/** Runs of zeros are what makes IPv6 text hard. */
const ipv6 = fc
  .array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff })), { minLength: 8, maxLength: 8 })
  .map(
    (groups): Address => ({
      family: 6,
      value: groups.reduce((sum, group) => (sum << 16n) | BigInt(group), 0n),
    }),
  );
const addresses = fc.oneof(ipv4, ipv6);

describe('addresses', () => {
  test('are written as two independent libraries write them, and read back', () => {
    fc.assert(
      fc.property(addresses, (address) => {
        const text = formatAddress(address);
        assert.deepEqual(readAddress(text), address);
        assert.equal(ipaddr.fromByteArray([...bytesOf(address)]).toString(), text);
        const family = address.family === 4 ? 'ipv4' : 'ipv6';
        // Node writes mapped and compatible addresses with a dotted tail.
        if (address.family === 4 || address.value >> 48n !== 0n)
          assert.equal(new SocketAddress({ address: text, family }).address, text);
        assert.deepEqual(addressOfBytes(bytesOf(address)), address);
      }),
      { seed: 11, numRuns: 2_000 },
    );
  });

  test('any text is read exactly where the system reads it as an address without a zone', () => {
    const piece = fc.oneof(
      fc.constantFrom(':', '::', '.', '/', '%', '0', '1', '255', '256', '01', 'ffff', 'g', ' '),
      fc.string({ maxLength: 4 }),
    );
    const texts = fc.array(piece, { maxLength: 10 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.oneof(texts, addresses.map(formatAddress)), (text) => {
        const known = isIPv4(text) || (isIPv6(text) && !text.includes('%'));
        assert.equal(readAddress(text) !== undefined, known, JSON.stringify(text));
      }),
      { seed: 12, numRuns: 5_000 },
    );
  });

  for (const [text, canonical] of [
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['::ffff:10.0.0.1', '::ffff:a00:1'],
    ['10.0.0.010', undefined],
    ['0x0a.0.0.1', undefined],
    ['10.1', undefined],
    ['fe80::1%eth0', undefined],
    ['[::1]', undefined],
  ] as const)
    test(`${text} is ${canonical ?? 'none'}`, () => assert.equal(canonicalAddress(text), canonical));

  test('a mapped IPv6 address stands for the IPv4 one', () => {
    assert.equal(formatAddress(unmapped(readAddress('::ffff:10.0.0.1')!)), '10.0.0.1');
    assert.equal(formatAddress(unmapped(readAddress('::fffe:10.0.0.1')!)), '::fffe:a00:1');
    assert.throws(() => addressOfBytes(new Uint8Array(5)), RangeError);
  });
});
