import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Periodic, runPeriodically } from './periodic.ts';

/** Work that the test lets go on, run by run. */
const stepwise = () => {
  const begun: PromiseWithResolvers<void>[] = [Promise.withResolvers<void>()];
  let finish: (next: number | undefined) => void = () => {};
  let fail: (error: Error) => void = () => {};
  let runs = 0;
  return {
    runs: () => runs,
    work: () => {
      runs += 1;
      begun.push(Promise.withResolvers<void>());
      begun[runs - 1]!.resolve();
      return new Promise<number | undefined>((resolve, reject) => {
        finish = resolve;
        fail = reject;
      });
    },
    /** Resolves when this run (from 1) has begun. */
    begun: (run: number) => begun[run - 1]!.promise,
    finish: (next?: number) => finish(next),
    fail: (error: Error) => fail(error),
  };
};

const hourMs = 3_600_000;

describe('work that comes back', () => {
  const using = async (
    everyMs: number,
    body: (steps: ReturnType<typeof stepwise>, periodic: Periodic, errors: unknown[]) => Promise<void>,
  ): Promise<void> => {
    const steps = stepwise();
    const errors: unknown[] = [];
    const periodic = runPeriodically(everyMs, steps.work, (error) => errors.push(error));
    await steps.begun(1);
    await body(steps, periodic, errors);
    const stopped = periodic.stop();
    steps.finish();
    await stopped;
  };

  test('runs at once, and again after its period', () =>
    using(1, async (steps) => {
      steps.finish();
      await steps.begun(2);
    }));

  test('runs again when it asked to, before the period is over', () =>
    using(hourMs, async (steps) => {
      steps.finish(Date.now());
      await steps.begun(2);
    }));

  test('runs when woken', () =>
    using(hourMs, async (steps, periodic) => {
      steps.finish();
      await new Promise(setImmediate);
      periodic.wake();
      await steps.begun(2);
    }));

  test('never overlaps itself: woken often while it runs, it runs once more afterwards', () =>
    using(hourMs, async (steps, periodic) => {
      for (let times = 0; times < 10; times += 1) periodic.wake();
      assert.equal(steps.runs(), 1);
      steps.finish();
      await steps.begun(2);
      steps.finish();
      await new Promise(setImmediate);
      assert.equal(steps.runs(), 2);
    }));

  test('goes on after a failure, which is told', () =>
    using(1, async (steps, _periodic, errors) => {
      steps.fail(new Error('once'));
      await steps.begun(2);
      assert.deepEqual(
        errors.map((error) => (error as Error).message),
        ['once'],
      );
    }));

  test('stop waits for the run that is on, and none comes after it', () =>
    using(1, async (steps, periodic) => {
      let ended = false;
      const stopped = periodic.stop().then(() => {
        ended = true;
      });
      await new Promise(setImmediate);
      assert.ok(!ended);
      steps.finish(Date.now());
      await stopped;
      periodic.wake();
      await new Promise(setImmediate);
      assert.equal(steps.runs(), 1);
    }));
});
