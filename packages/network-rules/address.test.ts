import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { union } from '@tombolo/ip/range-set';
import {
  addressSet,
  everyName,
  everything,
  ipv4,
  ipv6,
  nameOffset,
  placedPrefix,
  placedPrefixes,
} from './address.ts';

describe('a prefix of either family', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['10.0.0.4', '10.0.0.4/32'],
    ['10.0.0.77/24', '10.0.0.0/24'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['255.255.255.255/1', '128.0.0.0/1'],
    ['fd00::4', 'fd00::4/128'],
    ['fd00:1:2:3::4/48', 'fd00:1:2::/48'],
    ['::/0', '::/0'],
  ];
  for (const [text, canonical] of cases)
    test(`${text} is ${canonical}`, () => {
      const prefix = placedPrefix(text);
      assert.equal(prefix?.text, canonical);
      assert.equal(prefix?.family, text.includes(':') ? 6 : 4);
      assert.equal(`/${prefix?.length}`, canonical.slice(canonical.indexOf('/')));
    });

  for (const text of [
    '',
    '*',
    'Storage',
    '10.0.0.300',
    '10.0.0.0/33',
    'fd00::/129',
    '10.0.0.0/',
    '10.0.0.0/-1',
    '10.0.0.0/2x',
    '10.0.0.0/x2',
    '10.0.0.0/0024',
    '10.0.0.0/24/24',
  ])
    test(`'${text}' is none`, () => assert.equal(placedPrefix(text), undefined));

  test('lies in its family, and only there', () => {
    assert.deepEqual([placedPrefix('0.0.0.0/0')?.range], ipv4);
    assert.deepEqual([placedPrefix('::/0')?.range], ipv6);
    assert.ok(ipv4[0]!.last < ipv6[0]!.first && ipv6[0]!.last < nameOffset);
    assert.equal(union(everything, ipv4, ipv6, everyName).length, 1);
  });

  test('texts that are none are passed over in a set', () =>
    assert.deepEqual(addressSet(['Storage', '10.0.0.4']), [placedPrefix('10.0.0.4')?.range]));
});

describe('the fewest prefixes that cover a set', () => {
  const between = (first: string, last: string) => [
    { first: placedPrefix(first)!.range.first, last: placedPrefix(last)!.range.last },
  ];
  const texts = (set: Parameters<typeof placedPrefixes>[0]): readonly string[] =>
    placedPrefixes(set).map(({ text }) => text);
  test('of IPv4', () => {
    assert.deepEqual(texts(between('10.0.0.1', '10.0.0.6')), [
      '10.0.0.1/32',
      '10.0.0.2/31',
      '10.0.0.4/31',
      '10.0.0.6/32',
    ]);
    assert.deepEqual(texts(ipv4), ['0.0.0.0/0']);
  });
  test('of IPv6', () => {
    assert.deepEqual(texts(between('fd00::1', 'fd00::8')), [
      'fd00::1/128',
      'fd00::2/127',
      'fd00::4/126',
      'fd00::8/128',
    ]);
    assert.deepEqual(texts(ipv6), ['::/0']);
  });
  test('of both, without the names that have no addresses', () => {
    assert.deepEqual(texts(everything), ['0.0.0.0/0', '::/0']);
    assert.deepEqual(texts(everyName), []);
  });
});
