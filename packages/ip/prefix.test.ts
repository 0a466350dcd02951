import assert from 'node:assert/strict';
import { isIPv4, isIPv6 } from 'node:net';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { formatAddress6, readAddress4, readAddress6 } from './address.ts';
import { formatPrefix, isRefusal, PrefixError, parsePrefix, readPrefix } from './prefix.ts';

describe('a prefix is read strictly', () => {
  const good: readonly (readonly [text: string, canonical: string])[] = [
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['10.0.0.0/8', '10.0.0.0/8'],
    ['255.255.255.255', '255.255.255.255/32'],
    ['::/0', '::/0'],
    ['2001:DB8:0:0:1:0:0:0/80', '2001:db8:0:0:1::/80'],
    ['2603:1030:0005::/48', '2603:1030:5::/48'],
    ['64:ff9b::192.0.2.0/120', '64:ff9b::c000:200/120'],
    ['1:0:2:3:4:5:6:7', '1:0:2:3:4:5:6:7/128'],
    ['1::', '1::/128'],
    ['::1', '::1/128'],
  ];
  for (const [text, canonical] of good)
    test(`${text} is ${canonical}`, () => assert.equal(formatPrefix(parsePrefix(text)), canonical));

  const bad: readonly (readonly [text: string, code: string, normalised?: string])[] = [
    ['', 'NotAnAddress'],
    ['/8', 'NotAnAddress'],
    ['10.0.0/8', 'NotAnAddress'],
    ['10.0.0.0.0/8', 'NotAnAddress'],
    ['010.0.0.0/8', 'NotAnAddress'],
    ['0x0a.0.0.0/8', 'NotAnAddress'],
    ['10.0.0.256/32', 'NotAnAddress'],
    [' 10.0.0.0/8', 'NotAnAddress'],
    ['10.0.0.0/8 ', 'BadLength'],
    ['10.0.0.0/', 'BadLength'],
    ['10.0.0.0/08', 'BadLength'],
    ['10.0.0.0/33', 'BadLength'],
    ['10.0.0.0/-1', 'BadLength'],
    ['10.0.0.0/8/8', 'BadLength'],
    ['10.0.0.0/255.0.0.0', 'BadLength'],
    ['2001:db8::/129', 'BadLength'],
    ['2001:db8::g/64', 'NotAnAddress'],
    ['2001::db8::/64', 'NotAnAddress'],
    ['1:2:3:4:5:6:7::8:9', 'NotAnAddress'],
    ['1:2:3:4:5:6:7:8::', 'NotAnAddress'],
    [':::', 'NotAnAddress'],
    [':1', 'NotAnAddress'],
    ['fe80::1%eth0/64', 'NotAnAddress'],
    ['1.2.3.4::/64', 'NotAnAddress'],
    ['10.0.0.1/8', 'HostBits', '10.0.0.0/8'],
    ['2001:db8::1/64', 'HostBits', '2001:db8::/64'],
    ['::ffff:10.0.0.0/104', 'Ipv4Mapped', '10.0.0.0/8'],
    ['::ffff:a00:1/128', 'Ipv4Mapped', '10.0.0.1/32'],
    ['1'.repeat(5000), 'NotAnAddress'],
  ];
  for (const [text, code, normalised] of bad)
    test(`${text.slice(0, 30)} is refused as ${code}`, () => {
      const read = readPrefix(text);
      assert.ok(isRefusal(read));
      assert.deepEqual([read.refused, read.normalised], [code, normalised]);
      assert.ok(read.message.length < 200);
      assert.throws(() => parsePrefix(text), PrefixError);
    });
});

describe('reading and printing agree with node:net', () => {
  const v6Like = fc.oneof(
    fc.ipV6(),
    fc
      .array(fc.constantFrom(':', '::', '0', '1', 'ff', 'abcd', '12345', '1.2.3.4', '.', 'g'), {
        maxLength: 18,
      })
      .map((parts) => parts.join('')),
  );
  test('the same texts are IPv6 addresses', () => {
    fc.assert(
      fc.property(v6Like, (text) => {
        assert.equal(readAddress6(text) !== undefined && text.includes(':'), isIPv6(text), text);
      }),
      { seed: 61, numRuns: 3000 },
    );
  });
  test('the same texts are IPv4 addresses', () => {
    const like = fc.oneof(
      fc.ipV4(),
      fc
        .array(fc.constantFrom('.', '0', '1', '25', '255', '256', '01', '-'), { maxLength: 9 })
        .map((p) => p.join('')),
    );
    fc.assert(
      fc.property(like, (text) => assert.equal(readAddress4(text) >= 0, isIPv4(text), text)),
      { seed: 41, numRuns: 3000 },
    );
  });
  test('RFC 5952 text is what the URL parser prints, and reads back', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }), fc.nat(127), (bits, shift) => {
        const address = (bits >> BigInt(shift)) << BigInt(shift >> 1);
        const text = formatAddress6(address);
        assert.equal(new URL(`http://[${text}]/`).hostname, `[${text}]`);
        assert.equal(readAddress6(text), address);
      }),
      { seed: 5952, numRuns: 2000 },
    );
  });
});
