import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openMemoryStore } from '../memory/memory-store.ts';
import { waitForFollowers } from './wait-for-followers.ts';

describe('waiting for followers', () => {
  test('names those that are behind when the deadline comes', async () => {
    const store = openMemoryStore();
    await store.acknowledge({ name: 'dns', through: 5, at: 1, report: {} });
    const deadline = new AbortController();
    const waiting = waitForFollowers(store, 5, ['dns', 'gateway'], deadline.signal);
    await store.acknowledge({ name: 'gateway', through: 4, at: 2, report: {} });
    deadline.abort();
    const { behind, followers } = await waiting;
    assert.deepEqual(behind, ['gateway']);
    assert.equal(followers.get('gateway')?.through, 4);
  });

  test('ends at once when all are there, and with the last acknowledgement otherwise', async () => {
    const store = openMemoryStore();
    const never = new AbortController().signal;
    const waiting = waitForFollowers(store, 1, ['dns'], never);
    await store.acknowledge({ name: 'dns', through: 1, at: 1, report: {} });
    assert.deepEqual((await waiting).behind, []);
    assert.deepEqual((await waitForFollowers(store, 1, ['dns'], never)).behind, []);
  });
});
