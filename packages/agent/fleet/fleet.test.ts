import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { refusalOf } from '../extensions/obedience.ts';
import { createMemoryState } from './memory-state.ts';
import { createSchedule } from './schedule.ts';

/** Each turn ends when it is told to, with what it is told. */
const gated = (atOnce: number) => {
  const begun: string[] = [];
  const ends = new Map<string, (inMs: number | undefined) => void>();
  const waiting = new Set<() => void>();
  const clock = { at: 0 };
  const schedule = createSchedule<string>({
    atOnce,
    now: () => clock.at,
    perform: (member) => {
      begun.push(member);
      for (const look of [...waiting]) look();
      return new Promise((resolve) => ends.set(member, resolve));
    },
  });
  const count = (wanted: number): Promise<readonly string[]> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (begun.length >= wanted && waiting.delete(look)) resolve([...begun]);
      };
      waiting.add(look);
      look();
    });
  return { schedule, begun, count, clock, end: (name: string, inMs?: number) => ends.get(name)?.(inMs) };
};

describe('turns of many', () => {
  test('come in the order in which they are due, as many at once as may be', async () => {
    const { schedule, begun, count, clock, end } = gated(2);
    clock.at = -10;
    for (const [name, inMs] of [
      ['third', 9],
      ['first', 1],
      ['second', 5],
      ['fourth', 10],
    ] as const)
      schedule.add(name, inMs);
    assert.deepEqual(begun, []);
    clock.at = 0;
    assert.deepEqual(await count(2), ['first', 'second']);
    end('second');
    assert.deepEqual(await count(3), ['first', 'second', 'third']);
    end('first', 0);
    assert.deepEqual(await count(4), ['first', 'second', 'third', 'fourth']);
    end('third');
    assert.equal((await count(5))[4], 'first');
    end('first');
    end('fourth');
    await schedule.stop();
  });

  test('who has something to say comes at once, also where it was under way; after the end nobody does', async () => {
    const { schedule, begun, count, end } = gated(8);
    schedule.add('waits', 3_600_000);
    schedule.hasten('waits');
    assert.deepEqual(await count(1), ['waits']);
    schedule.hasten('waits');
    end('waits', 3_600_000);
    assert.deepEqual(await count(2), ['waits', 'waits']);
    const stopped = schedule.stop();
    end('waits', 0);
    await stopped;
    schedule.add('late', 0);
    assert.deepEqual(begun, ['waits', 'waits']);
  });
});

test('a simulated machine runs no program of whoever may send one to it', async () => {
  const state = createMemoryState();
  const refusal = refusalOf('Microsoft.Azure.Extensions/CustomScript', await state.readConfiguration());
  assert.equal(refusal?.code, 'ExtensionsDisabled');
  await assert.rejects(state.writeSettings({ 'extensions.enabled': true }), /stand as they are/);
});
