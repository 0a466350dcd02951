import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { didYouMean, nearestNames } from './nearest-names.ts';

/** The definition itself, without a table: slow, and so only for short words. */
const edits = (left: string, right: string): number => {
  if (left === '' || right === '') return left.length + right.length;
  const rest = [left.slice(1), right.slice(1)] as const;
  if (left[0] === right[0]) return edits(...rest);
  return 1 + Math.min(edits(...rest), edits(rest[0], right), edits(left, rest[1]));
};

describe('nearest names', () => {
  test('the meant name comes first, whatever its case', () => {
    const regions = ['westeurope', 'japanwest', 'japaneast', 'eastus'];
    assert.deepEqual(nearestNames('JapanEats', regions), ['japaneast', 'japanwest']);
    assert.deepEqual(nearestNames('eastus', regions), ['eastus']);
    assert.equal(didYouMean(nearestNames('JapanEats', regions)), 'Did you mean japaneast, japanwest? ');
  });

  test('a part of three letters tells the name; fewer, and what shares less than half with it, tell none', () => {
    const formats = ['nftables', 'nsg', 'bind'];
    assert.deepEqual(nearestNames('nft', formats), ['nftables']);
    assert.deepEqual(nearestNames('the-nsg-format', formats), ['nsg']);
    for (const name of ['n', 'nf', 'b', '', 'atlantis'])
      assert.deepEqual(nearestNames(name, formats), [], name);
    assert.deepEqual([nearestNames('ab', ['ac']), nearestNames('abc', ['abd'])], [[], ['abd']]);
    assert.equal(didYouMean([]), '');
  });

  test('is bounded, has no repetition, and no candidates give no names', () => {
    assert.deepEqual(nearestNames('x', []), []);
    assert.deepEqual(nearestNames('aaa', ['aab', 'aab', 'aac', 'aad', 'aae']), ['aab', 'aac', 'aad']);
    assert.equal(nearestNames('y'.repeat(1_000_000), ['x', 'yyy'])[0], 'yyy');
  });

  test('costs twice as much for twice as many candidates, and no more for a longer name', () => {
    const work = (length: number, count: number): number => {
      let compared = 0;
      const candidates = Array.from({ length: count }, (_, index) => `${index}${'c'.repeat(1_000)}`);
      nearestNames('n'.repeat(length), candidates, (left, right) => {
        assert.ok(left.length <= 253 && right.length <= 253);
        compared += left.length * right.length;
        return 0;
      });
      return compared;
    };
    assert.equal(work(1_000_000, 4), work(253, 4));
    assert.equal(work(253, 8), 2 * work(253, 4));
  });

  test('orders as the definition of edit distance does, and leaves out what is no nearer than half', () => {
    const isPart = (left: string, right: string) => left.length > 2 && right.includes(left);
    const isNear = (left: string, right: string) =>
      edits(left, right) < Math.max(left.length, right.length) / 2 ||
      isPart(left, right) ||
      isPart(right, left);
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 5 });
    fc.assert(
      fc.property(word, fc.uniqueArray(word, { minLength: 1, maxLength: 5 }), (name, candidates) => {
        const found = nearestNames(name, candidates).map((entry) => edits(name, entry));
        assert.deepEqual(
          found,
          candidates
            .filter((entry) => isNear(name, entry))
            .map((entry) => edits(name, entry))
            .sort((left, right) => left - right)
            .slice(0, 3),
        );
      }),
      { seed: 3, numRuns: 200 },
    );
  });
});
