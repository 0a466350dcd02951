import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { MachineStatus } from './machine-status.ts';
import { machineStatus, shownStatus } from './machine-status.ts';

const minute = 60_000;
const day = 86_400_000;
const beat = (at: number, status = 'Connected') => ({ key: 'k', at, value: { status } });

describe('machine status by clock and heartbeat', () => {
  const created = 1000 * day;
  const table: readonly (readonly [string, number | undefined, string, number, MachineStatus])[] = [
    ['never heard of', undefined, '', 0, 'AwaitingConnection'],
    ['never heard of for 45 days', undefined, '', 45 * day, 'AwaitingConnection'],
    ['just beaten', 0, 'Connected', 0, 'Connected'],
    ['14:59 silent', 0, 'Connected', 15 * minute - 1, 'Connected'],
    ['15 minutes silent', 0, 'Connected', 15 * minute, 'Disconnected'],
    ['45 days silent', 0, 'Connected', 45 * day, 'Expired'],
    ['says that it has an error', 0, 'Error', minute, 'Error'],
    ['had an error 15 minutes ago', 0, 'Error', 15 * minute, 'Disconnected'],
    ['says goodbye', 0, 'Disconnecting', 0, 'Disconnected'],
    ['an earlier machine of that id', -minute, 'Connected', 0, 'AwaitingConnection'],
  ];
  for (const [name, beaten, said, later, expected] of table) {
    test(`${name}: ${expected}`, () => {
      const heartbeat = beaten === undefined ? undefined : beat(created + beaten, said);
      assert.equal(machineStatus(created, heartbeat, created + later).status, expected);
    });
  }

  test('between now and `until` nothing changes, and at `until` it does', () => {
    const offsets = fc.integer({ min: 0, max: 50 * day });
    fc.assert(
      fc.property(
        offsets,
        offsets,
        fc.constantFrom('Connected', 'Error', 'Disconnecting'),
        (beaten, wait, said) => {
          const heartbeat = beat(created + beaten, said);
          const now = created + beaten + wait;
          const current = machineStatus(created, heartbeat, now);
          assert.ok(current.since <= now);
          if (current.until === undefined) return assert.equal(current.status, 'Expired');
          assert.equal(machineStatus(created, heartbeat, current.until - 1).status, current.status);
          assert.notEqual(machineStatus(created, heartbeat, current.until).status, current.status);
        },
      ),
      { seed: 20260101, numRuns: 300 },
    );
  });

  test('the time of the last change is when the machine began to say so, fell silent or expired', () => {
    const machine = { body: { systemData: { createdAt: new Date(created).toISOString() } } };
    const said = (since: number) => ({ ...beat(created + 2 * day), value: { status: 'Connected', since } });
    const shownAt = (since: number, now: number) => shownStatus(machine, said(since), now);
    const at = (time: number) => new Date(time).toISOString();
    assert.deepEqual(shownAt(created + minute, created + 2 * day), {
      status: 'Connected',
      lastStatusChange: at(created + minute),
      provisioningState: 'Succeeded',
    });
    assert.deepEqual(shownAt(created + minute, created + 3 * day), {
      status: 'Disconnected',
      lastStatusChange: at(created + 2 * day + 15 * minute),
      provisioningState: 'Succeeded',
    });
    assert.deepEqual(shownAt(created + minute, created + 60 * day), {
      status: 'Expired',
      lastStatusChange: at(created + 47 * day),
      provisioningState: 'Succeeded',
    });
    assert.deepEqual(shownStatus(machine, undefined, created + 60 * day), {
      status: 'AwaitingConnection',
      lastStatusChange: at(created),
      provisioningState: 'Creating',
    });
    assert.equal(
      shownAt(created - day, created + 2 * day).lastStatusChange,
      at(created),
      'not before it was made',
    );
  });
});
