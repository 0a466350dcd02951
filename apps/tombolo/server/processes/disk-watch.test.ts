import assert from 'node:assert/strict';
import { test } from 'node:test';
import { watchDisk } from './disk-watch.ts';

test('a disk with little left is told once a minute, with what to do; the metric is what was seen last', async () => {
  let [left, clock]: [number | undefined, number] = [10 * 1024 ** 3, 0];
  let look = () => {};
  const logged: (readonly [string, Readonly<Record<string, unknown>>])[] = [];
  const watch = await watchDisk({
    path: '/state',
    free: async () => left,
    now: () => clock,
    log: (...entry) => logged.push(entry),
    timers: {
      after: () => assert.fail('nothing is waited for'),
      every: (ms, call) => {
        assert.equal(ms, 10_000);
        look = call;
        return () => {};
      },
    },
  });
  const looked = async (): Promise<void> => {
    look();
    await new Promise(setImmediate);
  };
  assert.match(watch.metrics(), /^tombolo_state_free_bytes 10737418240$/m);
  await looked();
  assert.equal(Number(logged.length), 0);
  left = 268_435_455;
  for (let times = 0; times < 5; times += 1) await looked();
  assert.equal(Number(logged.length), 1);
  const [event, fields] = logged[0]!;
  assert.equal(event, 'disk is nearly full');
  assert.equal(fields.freeBytes, 268_435_455);
  assert.match(String(fields.fix), /Free space/);
  clock = 60_000;
  await looked();
  assert.equal(logged.length, 2);
  left = undefined;
  await looked();
  assert.equal(watch.metrics(), '');
});

test('the disk of a directory that is there says how much is free, and one that is not says nothing', async () => {
  const timers = { after: () => () => {}, every: () => () => {} };
  const at = (path: string) => watchDisk({ path, now: () => 0, log: () => {}, timers });
  assert.match((await at('/')).metrics(), /^tombolo_state_free_bytes \d+$/m);
  assert.equal((await at('/is/not/there')).metrics(), '');
});
