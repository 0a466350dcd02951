import assert from 'node:assert/strict';
import { test } from 'node:test';
import { activityForgets, type DayMark, feedForgets, markDay } from './forgetting.ts';

const day = 86_400_000;
const now = 1_000 * day;
const kept = { leastNumbers: 10, mostNumbers: 100 };
const none = new Map();
const follower = (through: number, at: number, name = 'dns') => ({ name, through, at, report: {} });
const before = (through: number, ...followers: readonly ReturnType<typeof follower>[]) =>
  feedForgets({ through, followers, progress: none, now }, kept);

test('deletions are forgotten once all have applied them that were there within a week, and some numbers are kept for others', () => {
  assert.equal(before(5), 1);
  assert.equal(before(50), 41);
  assert.equal(before(50, follower(48, now), follower(30, now - 6 * day, 'hybrid')), 31);
  assert.equal(before(50, follower(48, now), follower(30, now - 8 * day, 'hybrid')), 41);
  // It takes in a long round, and has nothing to acknowledge before its end.
  const progress = new Map([['hybrid', { takenAt: now - 1 }]]);
  const followers = [follower(30, now - 8 * day, 'hybrid')];
  assert.equal(feedForgets({ through: 50, followers, progress, now }, kept), 31);
  // Nobody is waited for without end.
  assert.equal(before(500, follower(30, now)), 401);
});

test('activity is forgotten after 90 days that were lived through: not by a clock that jumps', () => {
  let marks: readonly DayMark[] = [];
  for (let hour = 0; hour < 24 * 89; hour += 6) marks = markDay(marks, now + hour * 3_600_000, hour);
  assert.deepEqual([marks.length, activityForgets(marks, now + 89 * day)], [89, 0]);
  const jumped = markDay(marks, now + 9_000 * day, 9_000);
  assert.deepEqual([jumped.length, activityForgets(jumped, now + 9_000 * day)], [90, 0]);
  for (let past = 89; past <= 200; past += 1) marks = markDay(marks, now + past * day, past * 24);
  assert.deepEqual([marks.length, activityForgets(marks, now + 200 * day)], [91, 110 * 24]);
  // It went back: nothing is marked until it is where it was.
  assert.equal(markDay(marks, now, 9_999), marks);
});
