/** The mutation run, on a package of two functions that is written here. */

import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { areas, sourcesOf, testsOf } from './areas.mjs';
import { reportOf } from './report.mjs';
import { runArea } from './run-area.mjs';
import { drawn, isEnough, margin } from './score.mjs';
import { openState, stillHolds } from './state.mjs';

const scratch = mkdtempSync(join(tmpdir(), 'tombolo-mutation-'));
after(() => rmSync(scratch, { recursive: true, force: true }));

const source = `
export const isAdult = (age: number): boolean => age >= 18;
export const countTo = (end: number): number => {
  let at = 0;
  while (at < end) at += 1;
  return at;
};
export const unasked = (): string => 'nobody asks';
`;
const weak = `
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countTo, isAdult } from './rule.ts';
test('an adult', () => assert.equal(isAdult(30), true));
test('counting', () => assert.equal(countTo(3), 3));
`;
const strong = `${weak}
test('the bound', () => assert.deepEqual([17, 18].map(isAdult), [false, true]));
`;

/** A package in a directory of its own, and a run over it. */
const project = (name, testText, rule = source) => {
  const cwd = join(scratch, name);
  mkdirSync(join(cwd, 'p'), { recursive: true });
  writeFileSync(join(cwd, 'p', 'rule.ts'), rule);
  const write = (file, text) => writeFileSync(join(cwd, 'p', file), text);
  const writeTest = (text) => write('rule.test.ts', text);
  writeTest(testText);
  const area = { name: 'p', sources: ['p/rule.ts'], tests: ['p/*.test.ts'] };
  const statePath = join(cwd, 'cache', 'results.jsonl');
  const run = async (more = {}, how = {}) => {
    const puts = [];
    const opened = openState(statePath);
    const state = {
      get: opened.get,
      put: (entry) => {
        puts.push(entry);
        opened.put(entry);
      },
    };
    const settings = {
      cache: join(cwd, 'cache'),
      state,
      cwd,
      jobs: 2,
      running: new Set(),
      seed: '1',
      say: () => {},
      ...how,
    };
    return { done: await runArea({ ...area, ...more }, settings), puts };
  };
  return { run, write, writeTest, statePath };
};
const survivors = ({ results }) =>
  results
    .filter(({ outcome }) => outcome === 'survived')
    .map(
      ({ original, replacement, reached }) =>
        `${original} → ${replacement}${reached ? '' : ' (not reached)'}`,
    );

describe('a mutation run', () => {
  test('finds what no test notices, and says what none reaches', async () => {
    const { done } = await project('weak', weak).run();
    assert.deepEqual(survivors(done).sort(), [
      '\'nobody asks\' → "" (not reached)',
      // The function is made when the file is loaded, and never called.
      "(): string => 'nobody asks' → () => undefined",
      'age >= 18 → age > 18',
      'age >= 18 → true',
    ]);
    assert.equal(done.killed, done.taken - 4);
    const endless = done.results.filter(
      ({ original, replacement }) => original === 'at += 1' && replacement === 'at -= 1',
    );
    assert.deepEqual(
      endless.map(({ outcome }) => outcome === 'survived'),
      [false],
      'an endless loop is noticed',
    );
    const report = reportOf([done]);
    assert.match(report, /p\/rule\.ts:2:50 EqualityOperator\n {4}age >= 18 {2}→ {2}age > 18/);
    assert.match(
      report,
      /p +\d+\.\d % {2}\(\d+ of \d+ killed, 0 of them by the clock; \d+\.\d min of a processor\)$/,
    );
  });

  test('goes on where it was, and runs again what a changed test could notice now', async () => {
    const { run, writeTest, statePath } = project('again', weak);
    const first = await run();
    const again = await run();
    assert.deepEqual(again.puts, [], 'everything is known');
    assert.equal(again.done.killed, first.done.killed);
    appendFileSync(statePath, '\n{"key":"cut o');
    assert.deepEqual((await run()).puts, [], 'a line that was cut off is passed over');
    writeTest(strong);
    const { done } = await run();
    assert.deepEqual(
      survivors(done).filter((text) => text.includes('age')),
      [],
    );
  });

  test('lets nothing of one mutant be met by the next, and waits for nothing that cannot come', async () => {
    const rule = `
const known = new Map<string, boolean>();
export const isShort = (text: string): boolean => {
  const before = known.get(text);
  if (before !== undefined) return before;
  const is = text.length < 3;
  known.set(text, is);
  return is;
};
export const settled = (now: boolean): Promise<boolean> => new Promise((done) => {
  if (now) done(now);
});
`;
    const tests = `
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { isShort, settled } from './rule.ts';
const seen: string[] = [];
after(() => seen.push('end'));
describe('a suite', () => {
  before(() => seen.push('before'));
  beforeEach(() => seen.push('each'));
  afterEach(() => seen.push('then'));
  after(() => assert.deepEqual(seen, ['before', 'each', 'one', 'then', 'cleaned', 'each', 'then']));
  test('one', (context) => {
    context.after(() => seen.push('cleaned'));
    seen.push('one');
    assert.deepEqual(['ab', 'abc'].map(isShort), [true, false]);
  });
  test('two', async () => assert.equal(await settled(true), true));
  test('left out', { skip: true }, () => assert.fail());
});
`;
    const { run } = project('state', tests, rule);
    const { done } = await run({}, { jobs: 1 });
    assert.deepEqual(survivors(done), [
      'before !== undefined → false',
      'known.set(text, is); → ;',
      // Settling is asked for with true only.
      'now → true',
    ]);
    assert.equal(done.timeouts, 0, 'a promise that nothing settles is no matter of the clock');
    const { done: apart } = await project('apart', tests, rule).run({}, { jobs: 1, apart: true });
    assert.deepEqual(survivors(apart), survivors(done));
  });

  test('stops where a file is changed meanwhile, and keeps nothing of what came of that', async () => {
    const { run, writeTest } = project('meanwhile', weak);
    await assert.rejects(
      run(
        {},
        {
          jobs: 1,
          say: (text) =>
            text.includes('reaches') && setImmediate(() => writeTest(`${weak}\nthrow new Error();`)),
        },
      ),
      /rule\.test\.ts was changed while it was tested/,
    );
    writeTest(weak);
    const { done } = await run();
    assert.equal(done.taken - done.killed, 4, 'no mutant was noticed by the change');
  });

  test('looks again at a test of which something that it loads has changed', async () => {
    const { run, write } = project('loaded', `import './other.ts';\n${weak}`);
    write('other.ts', '');
    await run();
    write('other.ts', 'throw new Error();');
    await assert.rejects(run(), /rule\.test\.ts is red without a mutant/);
  });

  test('stops where a test is red without a mutant', async () => {
    const red = weak.replace('isAdult(30), true', 'isAdult(30), false');
    await assert.rejects(project('red', red).run(), /rule\.test\.ts is red without a mutant/);
  });

  test('takes of a sample as many as the score needs, the same for the same seed', async () => {
    const mutants = Array.from({ length: 2_000 }, (_, index) => ({ key: `mutant ${index}` }));
    assert.deepEqual(drawn(mutants, '1'), drawn(mutants.toReversed(), '1'));
    assert.notDeepEqual(drawn(mutants, '1'), drawn(mutants, '2'));
    let taken = 100;
    while (!isEnough(Math.round(taken * 0.9), taken, 2_000)) taken += 1;
    assert.ok(taken > 300 && taken < 400, `${taken}`);
    assert.equal(isEnough(99, 99, 2_000), false, 'never fewer than a hundred');
    assert.equal(isEnough(20, 20, 20), true, 'unless that is all');
    assert.equal(margin(5, 20, 20), 0);
    // 50 of 100 of many: the textbook's 9.6 points.
    assert.ok(Math.abs(margin(50, 100) - 9.6) < 0.1);
  });
});

describe('an earlier result', () => {
  const versions = new Map([
    ['a', '1'],
    ['b', '2'],
  ]);
  test('of a killed mutant holds while the test that killed it is the same', () => {
    assert.equal(stillHolds({ outcome: 'failed', tests: { a: '1' } }, ['a', 'b'], versions), true);
    assert.equal(stillHolds({ outcome: 'failed', tests: { a: '0' } }, ['a', 'b'], versions), false);
    assert.equal(stillHolds({ outcome: 'timeout', tests: { c: '1' } }, ['a'], versions), false);
  });
  test('of one that survived holds while all tests that reach it are', () => {
    assert.equal(stillHolds({ outcome: 'survived', tests: { a: '1', b: '2' } }, ['a', 'b'], versions), true);
    assert.equal(stillHolds({ outcome: 'survived', tests: { a: '1' } }, ['a', 'b'], versions), false);
    assert.equal(stillHolds({ outcome: 'survived', tests: { a: '1', b: '1' } }, ['a', 'b'], versions), false);
    assert.equal(stillHolds(undefined, [], versions), false);
  });
});

describe('the areas', () => {
  for (const area of areas)
    test(`${area.name}: every glob has files, and none of them is a test of whole processes`, () => {
      for (const glob of area.sources) assert.ok(sourcesOf({ sources: [glob] }).length > 0, glob);
      for (const glob of area.tests) assert.ok(testsOf({ tests: [glob] }).length > 0, glob);
    });
});
