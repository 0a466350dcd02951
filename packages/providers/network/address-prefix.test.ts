import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ArmError } from '@tombolo/arm';
import { contains, overlaps, readAddressPrefix } from '@tombolo/ip/address-prefix';
import fc from 'fast-check';
import { allocateAddresses } from './address-allocation.ts';
import { overlapText, readAddressSpace, readPrefixes } from './address-prefix.ts';
import { checkSubnets } from './networks/subnets/model.ts';

const prefixIn24 = fc
  .integer({ min: 24, max: 32 })
  .chain((length) =>
    fc.record({ length: fc.constant(length), block: fc.integer({ min: 0, max: 2 ** (length - 24) - 1 }) }),
  )
  .map(({ length, block }) => `10.0.0.${block * 2 ** (32 - length)}/${length}`);

/** The oracle: every address of a prefix of 10.0.0.0/24, counted out. */
const addressesOf = (text: string): Set<number> => {
  const [, start, length] = /^10\.0\.0\.(\d+)\/(\d+)$/.exec(text)!;
  return new Set(Array.from({ length: 2 ** (32 - Number(length)) }, (_, index) => Number(start) + index));
};
const meet = (left: string, right: string): boolean =>
  [...addressesOf(left)].some((address) => addressesOf(right).has(address));
const within = (inner: string, outer: string): boolean =>
  [...addressesOf(inner)].every((address) => addressesOf(outer).has(address));

const codeOf = (value: unknown): string => (value instanceof ArmError ? value.code : 'ok');

describe('address prefixes', () => {
  test('overlap and containment agree with counting the addresses out', () => {
    fc.assert(
      fc.property(prefixIn24, prefixIn24, (left, right) => {
        const [a, b] = [readAddressPrefix(left)!, readAddressPrefix(right)!];
        assert.equal(overlaps(a, b), meet(left, right));
        assert.equal(contains(a, b), within(right, left));
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  test('the subnets of a network are refused exactly where two of them share an address', () => {
    const subnets = fc.array(
      prefixIn24.filter((text) => Number(text.split('/')[1]) <= 29),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(subnets, (texts) => {
        const plans = texts.map((addressPrefix, index) => ({
          id: `/n/subnets/s${index}`,
          properties: { addressPrefix },
        }));
        const shared = texts.some((left, index) => texts.slice(index + 1).some((right) => meet(left, right)));
        const refused = checkSubnets('/n', [readAddressPrefix('10.0.0.0/24')!], plans);
        assert.equal(codeOf(refused), shared ? 'NetcfgSubnetRangesOverlap' : 'ok');
      }),
      { seed: 2, numRuns: 300 },
    );
  });

  const texts: readonly [string, string][] = [
    ['10.0.0.0/16', 'ok'],
    ['fd00:db8::/48', 'ok'],
    ['10.0.0.0', 'InvalidAddressPrefixFormat'],
    ['10.0.0.0/33', 'InvalidAddressPrefixFormat'],
    ['10.0.0.0/16/1', 'InvalidAddressPrefixFormat'],
    ['10.0.0/16', 'InvalidAddressPrefixFormat'],
    ['010.0.0.0/8', 'InvalidAddressPrefixFormat'],
    ['0x0a.0.0.0/8', 'InvalidAddressPrefixFormat'],
    ['fe80::1%eth0/64', 'InvalidAddressPrefixFormat'],
    ['10.0.0.1/16', 'InvalidCIDRNotation'],
    ['fd00:db8::1/48', 'InvalidCIDRNotation'],
    ['', 'InvalidAddressPrefixFormat'],
    ['/', 'InvalidAddressPrefixFormat'],
  ];
  for (const [text, code] of texts) {
    test(`'${text}' is ${code}`, () => assert.equal(codeOf(readPrefixes([text], '/n')), code));
  }

  test('a message says what the prefix would be', () => {
    assert.match((readPrefixes(['10.1.2.3/16'], '/n') as ArmError).message, /10\.1\.0\.0\/16/);
    assert.match((readPrefixes(['fd00:db8::1/48'], '/n') as ArmError).message, /fd00:db8::\/48/);
  });

  test('no network has multicast, broadcast, link-local or the platform’s own addresses', () => {
    for (const text of ['224.0.0.0/4', '255.255.255.248/29', '169.254.0.0/16', '168.63.0.0/16', '0.0.0.0/0'])
      assert.equal(codeOf(readAddressSpace([text], '/n', true)), 'AddressPrefixNotAllowed', text);
  });

  test('overlapping pairs are named', () => {
    assert.equal(
      overlapText(['10.0.0.0/16', '10.1.0.0/16'], ['10.1.2.0/24', '10.9.0.0/16']),
      '10.1.0.0/16 and 10.1.2.0/24',
    );
    assert.equal(overlapText(['10.0.0.0/16'], ['fd00::/64']), '');
  });
});

describe('addresses of a subnet', () => {
  const key = (address: string) => ({
    key: `address of /s ${address}`,
    value: '/other',
    holders: ['/other'],
  });

  test('are the lowest free ones, never reserved, taken or given twice', () => {
    const request = fc.record({
      length: fc.integer({ min: 26, max: 29 }),
      taken: fc.uniqueArray(fc.integer({ min: 0, max: 63 }), { maxLength: 40 }),
      own: fc.uniqueArray(fc.integer({ min: 0, max: 63 }), { maxLength: 3 }),
      count: fc.integer({ min: 1, max: 8 }),
    });
    fc.assert(
      fc.property(request, ({ length, taken, own, count }) => {
        const size = 2 ** (32 - length);
        // The oracle: first four and last are reserved, and the installation's own; count what is left, lowest first.
        const free = Array.from({ length: size }, (_, index) => index).filter(
          (index) => index >= 4 && index < size - 1 && !taken.includes(index) && !own.includes(index),
        );
        const given = allocateAddresses({
          subnetId: '/s',
          prefixes: [`10.0.0.0/${length}`],
          taken: taken.map((index) => key(`10.0.0.${index}`)),
          own: own.map((index) => `10.0.0.${index}`),
          wanted: Array<undefined>(count).fill(undefined),
        });
        if (free.length < count) assert.equal(codeOf(given), 'SubnetIsFull');
        else
          assert.deepEqual(
            given,
            free.slice(0, count).map((index) => `10.0.0.${index}`),
          );
      }),
      { seed: 3, numRuns: 300 },
    );
  });

  test('go on in the next prefix, and leave IPv6 prefixes alone', () => {
    const given = allocateAddresses({
      subnetId: '/s',
      prefixes: ['fd00::/64', '10.0.0.0/29', '10.0.8.0/29'],
      taken: [],
      own: [],
      wanted: [undefined, undefined, undefined, undefined],
    });
    assert.deepEqual(given, ['10.0.0.4', '10.0.0.5', '10.0.0.6', '10.0.8.4']);
  });

  test('a static one may not be asked for twice', () => {
    const wanted = ['10.0.0.9', '10.0.0.9'];
    const given = allocateAddresses({
      subnetId: '/s',
      prefixes: ['10.0.0.0/24'],
      taken: [],
      own: [],
      wanted,
    });
    assert.equal(codeOf(given), 'PrivateIPAddressIsAllocated');
  });
});
