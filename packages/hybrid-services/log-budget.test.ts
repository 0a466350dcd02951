import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createLogBudget } from './log-budget.ts';
import { hosts, openWorld, type World } from './world.testkit.ts';

test('one source has its share of the log, all sources theirs, and both come back with time', () => {
  let now = 0;
  let suppressed = 0;
  const mayLog = createLogBudget({
    bounds: { logBurst: 30, logPerSecond: 5, logSourceBurst: 10, logSourcePerSecond: 1 },
    sources: 20_000,
    now: () => now,
    onSuppressed: () => {
      suppressed += 1;
    },
  });
  const lines = (source: string, count: number): number =>
    Array.from({ length: count }, () => mayLog(source)).filter(Boolean).length;
  assert.equal(lines('10.0.0.1', 10_000), 10);
  assert.equal(suppressed, 9_990);
  assert.equal(lines('10.0.0.2', 5), 5, 'what one has too much of is not taken from the others');
  const many = Array.from({ length: 10_000 }, (_, n) => lines(`10.1.${n >> 8}.${n & 255}`, 1));
  assert.equal(many.filter(Boolean).length, 15, 'many sources together have a bound, too');
  now = 1_000;
  assert.equal(lines('10.0.0.1', 10), 1);
  now = 3_600_000;
  assert.equal(lines('10.0.0.1', 100), 10);
});

describe('lines that callers cause', () => {
  let world: World;
  before(async () => {
    world = await openWorld({ limits: { logSourceBurst: 10, logSourcePerSecond: 0 } });
  });
  after(() => world.close());

  test('failure logs and refused requests of one source share its bound, and the answers stay', async () => {
    const told = (message: string) => world.log.filter((entry) => entry.message === message).length;
    for (let n = 0; n < 12; n += 1) {
      const log = await world.send({ host: hosts.gbl, method: 'PUT', path: '/log', body: '{"message":"x"}' });
      assert.equal(log.status, 200);
      const beat = await world.send({ host: hosts.his, method: 'POST', path: '/machines/heartbeats' });
      assert.equal(beat.status, 401);
    }
    assert.equal(told('failure log of a machine') + told('refused'), 10);
    assert.equal(told('log lines of callers suppressed'), 1);
  });
});
