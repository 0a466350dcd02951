import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createReplayCache } from './replay-cache.ts';

const cacheAt = (maxEntries: number) => {
  const clock = { at: 1_000_000 };
  return { clock, cache: createReplayCache({ maxEntries, now: () => clock.at }) };
};

test('an identifier is good once until its end, and again from then on', () => {
  const { clock, cache } = cacheAt(10);
  assert.equal(cache.use('a', clock.at + 100), 'fresh');
  assert.equal(cache.use('b', clock.at + 100), 'fresh');
  assert.equal(cache.use('a', clock.at + 100), 'replayed');
  clock.at += 99;
  assert.equal(cache.use('a', clock.at + 1), 'replayed');
  clock.at += 1;
  assert.equal(cache.use('a', clock.at + 100), 'fresh');
  assert.equal(cache.use('a', clock.at + 100), 'replayed');
});

test('what has ended is forgotten every thirty seconds, not at every use', () => {
  const { clock, cache } = cacheAt(10);
  cache.use('first', clock.at + 10);
  clock.at += 29_999;
  cache.use('second', clock.at + 100_000);
  assert.equal(cache.size, 2, 'not yet');
  clock.at += 1;
  cache.use('third', clock.at + 100_000);
  assert.equal(cache.size, 2, 'the first is gone, the second is not');
  assert.equal(cache.use('second', clock.at), 'replayed');
});

test('a full cache refuses rather than forgets, and looks for what has ended once a second', () => {
  const { clock, cache } = cacheAt(2);
  cache.use('a', clock.at + 500);
  cache.use('b', clock.at + 5_000);
  assert.equal(cache.use('c', clock.at + 5_000), 'full');
  assert.equal(cache.use('a', clock.at + 500), 'replayed', 'what is known is told all the same');
  clock.at += 999;
  assert.equal(cache.use('c', clock.at + 5_000), 'full', 'a has ended, and is looked for in a millisecond');
  clock.at += 1;
  assert.equal(cache.use('c', clock.at + 5_000), 'fresh');
  assert.equal(cache.size, 2);
  assert.equal(cache.use('d', clock.at + 5_000), 'full');
});

test('one whose end is now has ended', () => {
  const { clock, cache } = cacheAt(1);
  cache.use('a', clock.at + 1_000);
  clock.at += 1_000;
  assert.equal(cache.use('b', clock.at + 1_000), 'fresh');
  assert.equal(cache.size, 1);
});
