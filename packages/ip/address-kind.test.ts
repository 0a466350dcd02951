import assert from 'node:assert/strict';
import { BlockList } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import { addressKind, isPrivateAddress } from './address-kind.ts';

/** Node's own prefix matcher is the oracle: another implementation of the same ranges. */
const privateRanges = new BlockList();
for (const [network, prefix] of [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['127.0.0.0', 8],
] as const) {
  privateRanges.addSubnet(network, prefix, 'ipv4');
}
privateRanges.addSubnet('fc00::', 7, 'ipv6');
privateRanges.addAddress('::1', 'ipv6');

const edge = fc.constantFrom(9, 10, 11, 126, 127, 128, 172, 191, 192, 193);
const second = fc.constantFrom(15, 16, 31, 32, 167, 168, 169);
const ipv4 = fc.oneof(
  fc.ipV4(),
  fc.tuple(edge, second, fc.nat(255), fc.nat(255)).map((octets) => octets.join('.')),
);
const ipv6 = fc.oneof(
  fc.ipV6(),
  fc
    .tuple(fc.constantFrom('fb', 'fc', 'fd', 'fe'), fc.nat(255))
    .map(([head, low]) => `${head}00::${low.toString(16)}`),
);

test('R9: RFC 1918, unique local and loopback addresses are private, as Node matches the same prefixes', () => {
  fc.assert(
    fc.property(ipv4, (address) => {
      assert.equal(isPrivateAddress(address), privateRanges.check(address, 'ipv4'), address);
      assert.equal(
        isPrivateAddress(`::ffff:${address}`),
        privateRanges.check(address, 'ipv4'),
        `mapped ${address}`,
      );
    }),
    { seed: 9, numRuns: 2000 },
  );
  fc.assert(
    fc.property(
      ipv6.filter((address) => !address.includes('.') && !/^[0:]*ffff:[^:]+:[^:]+$/i.test(address)),
      (address) => assert.equal(isPrivateAddress(address), privateRanges.check(address, 'ipv6'), address),
    ),
    { seed: 9, numRuns: 2000 },
  );
});

test("R9: an installation's own public addresses are public inside private ranges too", () => {
  fc.assert(
    fc.property(ipv4, ipv4, fc.integer({ min: 0, max: 32 }), (address, network, prefix) => {
      const listed = new BlockList();
      listed.addSubnet(network, prefix, 'ipv4');
      const expected = privateRanges.check(address, 'ipv4') && !listed.check(address, 'ipv4');
      assert.equal(isPrivateAddress(address, ['nonsense', `${network}/${prefix}`]), expected);
    }),
    { seed: 9, numRuns: 2000 },
  );
  assert.equal(addressKind('127.0.10.1', ['127.0.10.1']), 'public');
  assert.equal(addressKind('127.0.10.2', ['127.0.10.1']), 'private');
  assert.equal(addressKind('fd00::1', ['fd00::/64', '10.0.0.0/8']), 'public');
  assert.equal(addressKind('10.0.0.1', ['::/0']), 'private');
});

test('addresses that no service has, and texts that are no address, are unusable', () => {
  for (const text of [
    '0.0.0.0',
    '::',
    '224.0.0.1',
    '169.254.1.1',
    'fe80::1',
    '255.255.255.255',
    '',
    'gbl',
    '10.0.0',
    '0x0a.1',
    '10.0.0.256',
  ]) {
    assert.equal(addressKind(text), 'unusable', text);
  }
  for (const text of ['20.1.2.3', '100.64.0.1', '2603:1030::1'])
    assert.equal(addressKind(text), 'public', text);
});
