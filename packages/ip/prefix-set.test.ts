import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { formatPrefix, type Prefix, parsePrefix } from './prefix.ts';
import {
  aggregate,
  difference,
  formatSet,
  intersection,
  isEmpty,
  type PrefixSet,
  parsePrefixSet,
  prefixCount,
  prefixesOf,
  union,
} from './prefix-set.ts';

/**
 * The oracle: a small space of 2^6 addresses somewhere in each family, a set of addresses as a JavaScript Set, and the
 * fewest prefixes found by trying every covering of the binary tree.
 */
const BITS = 6;
interface Space {
  readonly base: Prefix;
  readonly full: number;
}
const spaces: readonly Space[] = [
  { base: { version: 4, start: 0, length: 32 - BITS }, full: 32 },
  { base: { version: 4, start: 2 ** 32 - 2 ** BITS, length: 32 - BITS }, full: 32 },
  { base: { version: 6, start: 0x2001_0db8n << 96n, length: 128 - BITS }, full: 128 },
  { base: { version: 6, start: (1n << 128n) - BigInt(2 ** BITS), length: 128 - BITS }, full: 128 },
  // Not at the end of the address: a step of the space is a /12 or a /38.
  { base: { version: 4, start: 0x4000_0000, length: 6 }, full: 12 },
  { base: { version: 6, start: 0x2603_0000n << 96n, length: 32 }, full: 38 },
];

const at = (space: Space, offset: number, length: number): Prefix =>
  space.base.version === 4
    ? { version: 4, start: space.base.start + offset * 2 ** (32 - space.full), length }
    : { version: 6, start: space.base.start + (BigInt(offset) << BigInt(128 - space.full)), length };

const stepsOf = (space: Space, prefix: Prefix): number[] => {
  const first =
    prefix.version === 4
      ? (prefix.start - (space.base.start as number)) / 2 ** (32 - space.full)
      : Number((prefix.start - (space.base.start as bigint)) >> BigInt(128 - space.full));
  return Array.from({ length: 2 ** (space.full - prefix.length) }, (_, n) => first + n);
};
const members = (space: Space, set: PrefixSet): Set<number> => {
  const steps = prefixesOf(set).flatMap((prefix) => stepsOf(space, prefix));
  assert.equal(new Set(steps).size, steps.length, 'disjoint');
  return new Set(steps);
};
const fewest = (wanted: ReadonlySet<number>, from = 0, size = 2 ** BITS): number => {
  let inside = 0;
  for (let n = from; n < from + size; n++) if (wanted.has(n)) inside++;
  if (inside === 0) return 0;
  if (inside === size) return 1;
  return fewest(wanted, from, size / 2) + fewest(wanted, from + size / 2, size / 2);
};

const subPrefix = fc
  .tuple(fc.nat(BITS), fc.nat(2 ** BITS - 1))
  .map(([bits, seed]) => ({ bits, offset: seed - (seed % 2 ** (BITS - bits)) }));
const list = fc.array(subPrefix, { maxLength: 40 });
const inSpace = (space: Space, parts: readonly { bits: number; offset: number }[]) =>
  parts.map(({ bits, offset }) => at(space, offset, space.full - BITS + bits));
const anySpace = fc.constantFrom(...spaces);
const naive = (space: Space, prefixes: readonly Prefix[]) =>
  new Set(prefixes.flatMap((prefix) => stepsOf(space, prefix)));
const sortedText = (set: ReadonlySet<number>) => [...set].sort((a, b) => a - b).join(' ');
const isCanonical = (space: Space, set: PrefixSet) => {
  const found = members(space, set);
  assert.equal(prefixCount(set), fewest(found), 'fewest');
  const starts = prefixesOf(set).map((prefix) => prefix.start);
  for (let n = 1; n < starts.length; n++) assert.ok(starts[n - 1]! < starts[n]!, 'ascending');
  return found;
};

describe('prefix sets against a naive oracle over small spaces of both families', () => {
  test('aggregate covers exactly the same addresses with the fewest prefixes', () => {
    fc.assert(
      fc.property(anySpace, list, (space, parts) => {
        const prefixes = inSpace(space, parts);
        const found = isCanonical(space, aggregate(prefixes));
        assert.equal(sortedText(found), sortedText(naive(space, prefixes)));
      }),
      { seed: 3, numRuns: 1500 },
    );
  });
  test('union, difference and intersection are those of the addresses', () => {
    fc.assert(
      fc.property(anySpace, list, list, (space, one, other) => {
        const [a, b] = [inSpace(space, one), inSpace(space, other)];
        const [setA, setB] = [aggregate(a), aggregate(b)];
        const [naiveA, naiveB] = [naive(space, a), naive(space, b)];
        const check = (set: PrefixSet, wanted: Set<number>) =>
          assert.equal(sortedText(isCanonical(space, set)), sortedText(wanted));
        check(union(setA, setB), new Set([...naiveA, ...naiveB]));
        check(difference(setA, setB), new Set([...naiveA].filter((step) => !naiveB.has(step))));
        check(intersection(setA, setB), new Set([...naiveA].filter((step) => naiveB.has(step))));
      }),
      { seed: 4, numRuns: 1500 },
    );
  });
});

test('whole address spaces: two halves make /0, and nothing is left of it without itself', () => {
  const all = parsePrefixSet(['128.0.0.0/1', '0.0.0.0/1', '8000::/1', '::/1']);
  assert.deepEqual(formatSet(all), ['0.0.0.0/0', '::/0']);
  assert.ok(isEmpty(difference(all, all)));
  const hole = difference(all, parsePrefixSet(['10.1.2.3', '2001:db8::1']));
  assert.equal(hole.v4.length, 32);
  assert.equal(hole.v6.length, 128);
  assert.deepEqual(union(hole, parsePrefixSet(['10.1.2.3', '2001:db8::1'])), all);
});

test('a list in order, in reverse and doubled gives one result, and the input is not changed', () => {
  const texts = [
    '10.0.0.0/24',
    '10.0.1.0/24',
    '10.0.2.0/23',
    '192.0.2.1/32',
    '2001:db8::/33',
    '2001:db8:8000::/33',
  ];
  const prefixes = texts.map(parsePrefix);
  const expected = ['10.0.0.0/22', '192.0.2.1/32', '2001:db8::/32'];
  assert.deepEqual(formatSet(aggregate(prefixes)), expected);
  assert.deepEqual(formatSet(aggregate(prefixes.toReversed())), expected);
  assert.deepEqual(formatSet(aggregate([...prefixes, ...prefixes])), expected);
  assert.deepEqual(prefixes.map(formatPrefix), texts);
});
