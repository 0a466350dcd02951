import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHeartbeatBuffer } from './heartbeat-buffer.ts';
import type { RecordedHeartbeat } from './registration-authority.ts';

const heartbeat = (at: number): RecordedHeartbeat => ({
  ...{ machineId: '/machines/m', serial: 's', agentVersion: '1.50', value: {} },
  at,
});

test('what could not be recorded is kept, unless a newer one of the machine has come meanwhile', async () => {
  const recorded: number[] = [];
  let isDown = true;
  const buffer = createHeartbeatBuffer({
    record: async (batch) => {
      if (isDown) {
        buffer.add(heartbeat(2));
        throw new Error('control is down');
      }
      recorded.push(...batch.map(({ at }) => at));
    },
    flushMs: 1_000,
    batchSize: 10,
    maxEntries: 10,
    after: () => () => {},
  });
  buffer.add(heartbeat(1));
  await buffer.flush();
  isDown = false;
  await buffer.flush();
  assert.deepEqual(recorded, [2]);
});
