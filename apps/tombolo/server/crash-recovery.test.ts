import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Recovery, recoveryAfter, recoveryFromDisk, toleratedEnds, windowMs } from './crash-recovery.ts';

/** The recoveries of a process that ends at these times. */
const recoveries = (times: readonly number[], gotReady: boolean): Recovery[] => {
  let ends: readonly number[] = [];
  return times.map((now) => {
    const recovery = recoveryAfter(ends, now, gotReady);
    if (recovery.kind === 'restart') ends = recovery.ends;
    return recovery;
  });
};
const delays = (times: readonly number[], gotReady = true): (number | string)[] =>
  recoveries(times, gotReady).map((recovery) =>
    recovery.kind === 'restart' ? recovery.delayMs : recovery.kind,
  );

describe('a process that ended', () => {
  test('is started again, each time after twice as long', () =>
    assert.deepEqual(delays([0, 1, 2, 3, 4]), [100, 200, 400, 800, 1_600]));

  test('ends the whole when it ended more often than is tolerated within the window', () => {
    const times = Array.from({ length: toleratedEnds + 1 }, (_, index) => (index * windowMs) / 10);
    assert.equal(delays(times).at(-1), 'give up');
    assert.ok(!delays(times.slice(0, -1)).includes('give up'));
  });

  test('for its disk is started again for ever, and that counts for nothing', () =>
    assert.deepEqual(recoveryFromDisk([1, 2, 3, 4, 5]), {
      kind: 'restart',
      delayMs: 5_000,
      ends: [1, 2, 3, 4, 5],
    }));

  test('is forgiven what lies longer back than the window, exactly', () => {
    assert.deepEqual(delays([0, windowMs - 1]), [100, 200]);
    assert.deepEqual(delays([0, windowMs]), [100, 100]);
    const daily = Array.from({ length: 100 }, (_, index) => index * windowMs);
    assert.ok(delays(daily).every((delay) => delay === 100));
  });

  test('ends the whole when it does not even get ready so often, however long each start takes', () => {
    const slow = Array.from({ length: toleratedEnds + 1 }, (_, index) => index * 2 * windowMs);
    assert.deepEqual(delays(slow, false), [100, 200, 400, 800, 1_600, 'give up']);
    assert.deepEqual(delays(slow), Array(slow.length).fill(100));
  });

  test('is forgiven its slow starts once it got ready and stood for the window', () => {
    assert.deepEqual(recoveryAfter([0, windowMs], 3 * windowMs, true), {
      kind: 'restart',
      delayMs: 100,
      ends: [3 * windowMs],
    });
  });
});
