import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { nearMember } from './near-member.ts';

const known = ['location', 'tags', 'properties', 'publicNetworkAccess'];

/** How many characters are compared with how many, for a key of this length. */
const work = (length: number): number => {
  let compared = 0;
  nearMember('n'.repeat(length), known, (left, right) => {
    compared += left.length * right.length;
    return Number.POSITIVE_INFINITY;
  });
  return compared;
};

describe('the member that was meant', () => {
  test('is two edits away at most, without regard to case', () => {
    assert.equal(nearMember('Locaton', known), 'location');
    assert.equal(nearMember('tgas', known), 'tags');
    assert.equal(nearMember('colour', known), undefined);
  });

  test('is not looked for where the key is longer than every name, however long', () => {
    const longest = Math.max(...known.map(({ length }) => length));
    assert.ok(work(longest) > 0);
    for (const length of [longest + 3, 1_000, 1_000_000, 4_000_000]) assert.equal(work(length), 0);
  });

  test('costs no more than our own longest name does', () => {
    const longest = Math.max(...known.map(({ length }) => length)) + 2;
    for (let length = 0; length < 100; length += 1)
      assert.ok(work(length) <= known.length * longest * longest, String(length));
  });
});
