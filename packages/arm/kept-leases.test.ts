import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Lease } from '@tombolo/store/port';
import { keepLeases } from './kept-leases.ts';

const lease = (operation: string): Lease => ({ operation, token: 1 });

/** Leases of two operations whose renewals are counted; `pass` moves the clock and lets them be renewed. */
const keeping = (lost: readonly string[] = []) => {
  let at = 0;
  let work = () => {};
  const renewed: string[][] = [];
  const kept = keepLeases(
    {
      store: {
        renewLeases: async (leases) => {
          renewed.push(leases.map(({ operation }) => operation));
          return leases.filter(({ operation }) => !lost.includes(operation));
        },
      },
      now: () => at,
      repeat: (_everyMs, given) => {
        work = given;
        return () => {};
      },
    },
    [lease('one'), lease('two')],
  );
  const pass = async (ms: number): Promise<void> => {
    at += ms;
    work();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { kept, renewed, pass };
};

describe('leases of a round of steps', () => {
  test('are renewed however long the round is, as long as no one step hangs', async () => {
    const { kept, renewed, pass } = keeping();
    kept.begin(lease('one'));
    await pass(200_000);
    kept.end(lease('one'));
    kept.begin(lease('two'));
    await pass(200_000);
    assert.deepEqual(renewed, [['one', 'two'], ['two']]);
  });

  test('are not renewed any more for a step that takes longer than one may', async () => {
    const { kept, renewed, pass } = keeping();
    kept.begin(lease('one'));
    await pass(300_001);
    assert.deepEqual(renewed, []);
  });

  test('that were lost let no step begin', async () => {
    const { kept, pass } = keeping(['two']);
    await pass(10_000);
    assert.deepEqual([kept.begin(lease('one')), kept.begin(lease('two'))], [true, false]);
  });
});
