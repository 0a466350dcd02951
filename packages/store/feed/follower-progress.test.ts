import assert from 'node:assert/strict';
import { test } from 'node:test';
import { catchingUp } from './follower-progress.ts';

test('what is left takes as long as what is sent took', () => {
  const round = { sent: 250, of: 1_000, since: 10_000 };
  assert.deepEqual(catchingUp({ takenAt: 0, round }, 14_000), { percent: 25, secondsLeft: 12 });
  assert.deepEqual(catchingUp({ takenAt: 0, round: { ...round, sent: 999 } }, 14_000), {
    percent: 99,
    secondsLeft: 1,
  });
  assert.deepEqual(catchingUp({ takenAt: 0, round: { ...round, sent: 0 } }, 14_000), { percent: 0 });
  assert.deepEqual(catchingUp({ takenAt: 0, round: { sent: 0, of: 0, since: 0 } }, 5), {
    percent: 100,
    secondsLeft: 0,
  });
});

test('between rounds, and without a stream, there is nothing to catch up with', () => {
  assert.equal(catchingUp({ takenAt: 0 }, 1), undefined);
  assert.equal(catchingUp(undefined, 1), undefined);
});
