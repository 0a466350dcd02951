import assert from 'node:assert/strict';
import { test } from 'node:test';
import { watchDescriptors } from './descriptor-watch.ts';

test('descriptors are looked at every ten seconds; that they run out is logged once a minute, and counted', () => {
  let [open, clock] = [900, 0];
  let look = () => {};
  const periods: number[] = [];
  const logged: unknown[] = [];
  const watch = watchDescriptors({
    limit: 1_024,
    open: () => open,
    now: () => clock,
    log: (...entry) => logged.push(entry),
    timers: {
      after: () => assert.fail('nothing is waited for'),
      every: (ms, call) => {
        periods.push(ms);
        look = call;
        return () => {};
      },
    },
  });
  assert.deepEqual(periods, [10_000], 'as the metric says');
  assert.match(watch.metrics(), /Looks, one each 10 s,/);
  look();
  assert.deepEqual(logged, []);
  open = 1_020;
  for (let times = 0; times < 5; times += 1) look();
  assert.deepEqual(logged, [['descriptors run out', { open: 1_020, limit: 1_024, times: 1 }]]);
  // A minute later, and not before.
  clock = 59_999;
  look();
  assert.equal(logged.length, 1);
  clock = 60_000;
  open = Number.POSITIVE_INFINITY;
  look();
  assert.deepEqual(logged.at(-1), ['descriptors run out', { open: 1_024, limit: 1_024, times: 6 }]);
  assert.match(watch.metrics(), /^tombolo_descriptors_open 1024$/m);
  assert.match(watch.metrics(), /^tombolo_descriptors_limit 1024$/m);
  assert.match(watch.metrics(), /^tombolo_descriptors_short_total 7$/m);
});
