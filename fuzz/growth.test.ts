/** Twice the input is at most about twice the work: steps of our own code are counted, not time. */

import assert from 'node:assert/strict';
import { type Profiler, Session } from 'node:inspector';
import { after, describe, test } from 'node:test';

const session = new Session();
session.connect();
session.post('Profiler.enable');
session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
after(() => session.disconnect());
// After the counters are on: what is compiled before has none.
const { loadTarget, targetNames } = await import('./targets/index.ts');
const { octetsOf } = await import('./target.ts');

const own = ['../apps/', '../packages/'].map((folder) => new URL(folder, import.meta.url).href);

/** How often blocks of our own code ran since the last time. */
const steps = (): number => {
  let scripts: readonly Profiler.ScriptCoverage[] = [];
  session.post('Profiler.takePreciseCoverage', (error, { result }) => {
    if (error) throw error;
    scripts = result;
  });
  return scripts
    .filter(({ url }) => own.some((folder) => url.startsWith(folder)))
    .flatMap(({ functions }) => functions.flatMap(({ ranges }) => ranges.map(({ count }) => count)))
    .reduce((sum, count) => sum + count, 0);
};

/** These make a whole installation for each input; what they parse is a target of its own. */
const worlds = new Set(['resource-body', 'graph-request', 'http-request', 'expand']);
const octets = 2_048;
/** Below it what is done once for every input is most of it. */
const fewSteps = 4_000;

const repeated = (part: Uint8Array, length: number): Buffer =>
  Buffer.concat(Array.from({ length: Math.max(1, Math.floor(length / part.length)) }, () => part));

/** A word of the format again and again: alone, and in the middle of a whole input. */
const shapesOf = (word: Uint8Array, seed: Uint8Array): readonly ((length: number) => Buffer)[] => {
  const middle = seed.length >> 1;
  return [
    (length) => repeated(word, length),
    (length) => Buffer.concat([seed.subarray(0, middle), repeated(word, length), seed.subarray(middle)]),
  ];
};

describe('work grows as the input does', () => {
  for (const name of targetNames.filter((each) => !worlds.has(each)))
    test(name, async () => {
      const target = (await loadTarget(name))!;
      const seeds = target.seeds.map(octetsOf);
      const words = [...target.dictionary, 'a', '/', ' ', '\n', '"', '(', '['].map(octetsOf);
      const stepsOf = async (input: Uint8Array): Promise<number> => {
        // Whether it holds is another test's.
        await Promise.resolve(target.run(Uint8Array.from(input))).catch(() => {});
        return steps();
      };
      steps();
      for (const shape of [
        ...words.filter(({ length }) => length > 0).flatMap((word) => shapesOf(word, seeds[0]!)),
        ...seeds.filter(({ length }) => length > 0).map((seed) => (length: number) => repeated(seed, length)),
      ]) {
        const [once, twice] = [await stepsOf(shape(octets)), await stepsOf(shape(2 * octets))];
        if (once < fewSteps) continue;
        const begins = JSON.stringify(shape(octets).subarray(0, 60).toString());
        assert.ok(twice < 2.6 * once, `${once} steps become ${twice}: ${begins}…`);
      }
    });
});
