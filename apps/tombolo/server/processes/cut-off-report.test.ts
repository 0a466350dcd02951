import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '@tombolo/store/port';
import { createCutOffReport } from './cut-off-report.ts';

test('what is cut off comes with each report, and by itself once there is more of it', () => {
  const counts = new Map<string, number>();
  const told: JsonObject[] = [];
  let look = () => {};
  const cutOff = createCutOffReport({
    counts: () => counts,
    tell: (report) => told.push(report),
    timers: {
      every: (ms, call) => {
        assert.equal(ms, 10_000);
        look = call;
        return () => {};
      },
    },
  });
  counts.set('handshake', 1);
  look();
  assert.deepEqual(told, [], 'there is no report yet that it could come with');
  counts.clear();
  assert.deepEqual(cutOff.with({ problems: [] }), { problems: [] }, 'nothing was cut off');
  look();
  assert.deepEqual(told, []);
  counts.set('handshake', 300).set('connections', 2);
  look();
  look();
  assert.deepEqual(told, [{ problems: [], cutOff: { handshake: 300, connections: 2 } }], 'told once');
  assert.deepEqual(cutOff.with({}), { cutOff: { handshake: 300, connections: 2 } });
});
