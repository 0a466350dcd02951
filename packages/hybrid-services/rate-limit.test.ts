import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createRateLimit } from './rate-limit.ts';

const bucket = (
  more: { readonly burst?: number; readonly perSecond?: number; readonly maxSources?: number } = {},
) => {
  let now = 0;
  const limit = createRateLimit({ burst: 2, perSecond: 0.25, maxSources: 2, ...more, now: () => now });
  return {
    ...limit,
    at: (time: number) => {
      now = time;
    },
  };
};

describe('a token bucket', () => {
  test('says after how many seconds there is a token again, and takes none meanwhile', () => {
    const { take, peek, at } = bucket();
    assert.deepEqual([take('a'), take('a'), take('a'), take('a'), peek('a')], [0, 0, 4, 4, 4]);
    at(2_000);
    assert.deepEqual([take('a'), peek('a')], [2, 2], 'half of one is there');
    at(3_999);
    assert.equal(peek('a'), 1, 'never less than a second');
    at(4_000);
    assert.deepEqual([peek('a'), take('a'), take('a')], [0, 0, 4]);
  });
  test('holds no more than its size, however long it waits', () => {
    const { take, at } = bucket();
    take('a');
    at(1_000_000);
    assert.deepEqual([take('a'), take('a'), take('a')], [0, 0, 4]);
  });
  test('is refilled by no clock that goes back', () => {
    const { take, at } = bucket();
    at(8_000);
    assert.deepEqual([take('a'), take('a'), take('a')], [0, 0, 4]);
    at(0);
    assert.equal(take('a'), 4);
    at(8_000);
    assert.equal(take('a'), 4, 'nor by coming back to where it was');
  });
  test('of a source is its own; the one not seen for longest is forgotten, and only beyond the bound', () => {
    const { take, peek } = bucket({ burst: 1 });
    assert.deepEqual([take('a'), take('b')], [0, 0]);
    assert.deepEqual([peek('a'), peek('b')], [4, 4], 'two are remembered');
    take('a');
    assert.equal(take('c'), 0);
    assert.deepEqual([peek('a'), peek('b'), peek('c')], [4, 0, 4]);
  });
});
