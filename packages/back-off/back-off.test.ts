import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { backOffMs } from './index.ts';

const bounds = { baseMs: 500, capMs: 60_000 };
/** Written out, and not computed: what is waited at most after so many failures. */
const ceilings = [500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000];

describe('the wait after failures', () => {
  test('doubles to its cap, and stays there however many there are', () => {
    const whole = (failures: number) => backOffMs(failures, 0, { ...bounds, spread: 0 });
    assert.deepEqual(
      ceilings.map((_, index) => whole(index + 1)),
      ceilings,
    );
    assert.equal(whole(10_000), 60_000);
  });

  test('lies within the share that is drawn by lot, in whole milliseconds', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: ceilings.length }),
        fc.double({ min: 0, max: 0.999999, noNaN: true }),
        fc.constantFrom(0.5, 1),
        (failures, random, spread) => {
          const ceiling = ceilings[failures - 1]!;
          const wait = backOffMs(failures, random, { ...bounds, spread });
          assert.ok(Number.isInteger(wait) && wait < ceiling && wait >= ceiling * (1 - spread));
        },
      ),
      { seed: 9 },
    );
  });

  test('uses all of its share: from its beginning nearly to its end', () => {
    assert.equal(backOffMs(1, 0, { ...bounds, spread: 1 }), 0);
    assert.equal(backOffMs(1, 0, { ...bounds, spread: 0.5 }), 250);
    assert.equal(backOffMs(1, 0.999, { ...bounds, spread: 0.5 }), 499);
  });
});
