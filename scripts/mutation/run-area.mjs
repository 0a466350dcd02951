/** One area: its mutants, which tests reach each, and whether one of them notices. */

import { mkdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { root } from '../project-node.mjs';
import { sourcesOf, testkitsOf, testsOf } from './areas.mjs';
import { instrument, sha } from './instrument.mjs';
import { runTest } from './run-test.mjs';
import { drawn, isEnough } from './score.mjs';
import { stillHolds } from './state.mjs';

/** Longer than a test may take beside another one on a busy machine. */
const patience = (ms) => 3 * ms + 5_000;
/** A mutant that runs so many times as often as the code did is an endless loop. */
const loops = 100;

/** Does something with every item, `jobs` at a time, until `enough`. */
const eachOf = async (items, jobs, work, enough = () => false) => {
  const queue = items[Symbol.iterator]();
  await Promise.all(
    Array.from({ length: jobs }, async () => {
      for (const item of queue) {
        if (enough()) return;
        await work(item);
      }
    }),
  );
};

/** Test file → what it reaches and how long it takes, with no mutant on. Throws where it is red without one. */
const reach = async (tests, versions, { map, fingerprint }, settings) => {
  const { state, directory, cwd, jobs, running, say } = settings;
  const reached = new Map();
  await eachOf(tests, jobs, async (file) => {
    const key = `reach ${fingerprint} ${file} ${versions.get(file)}`;
    let entry = state.get(key);
    if (entry === undefined) {
      const coverage = join(directory, `reached-${sha(file)}.json`);
      const { outcome, ms } = await runTest(file, { map, coverage }, { cwd, timeoutMs: 300_000, running });
      if (outcome !== 'passed') throw new Error(`${file} is red without a mutant: mend it first`);
      entry = { key, hits: JSON.parse(readFileSync(coverage, 'utf8')), ms };
      state.put(entry);
      say(`${file} reaches ${Object.keys(entry.hits).length} mutants in ${ms} ms`);
    }
    reached.set(file, entry);
  });
  return reached;
};

/** The tests that reach a mutant: its file's own first, then the quick ones. */
const coveringOf = ({ id, file }, reached) => {
  const own = basename(file).replace(/\.ts$/, '.test.ts');
  return [...reached]
    .filter(([, { hits }]) => hits[id] !== undefined)
    .sort(
      ([a, { ms: one }], [b, { ms: other }]) =>
        Number(basename(b) === own) - Number(basename(a) === own) || one - other,
    )
    .map(([test]) => test);
};

/** Resolves to what is known of each mutant that was taken. */
export const runArea = async (area, settings) => {
  const { state, cwd = root, jobs, running, seed, only, say } = settings;
  const directory = join(settings.cache, area.name);
  mkdirSync(directory, { recursive: true });
  const made = await instrument(sourcesOf(area, cwd), directory, cwd);
  const shared = testkitsOf(area, cwd).map((path) => readFileSync(join(cwd, path), 'utf8'));
  const tests = testsOf(area, cwd);
  const versions = new Map(
    tests.map((path) => [path, sha(readFileSync(join(cwd, path), 'utf8'), ...shared)]),
  );
  const reached = await reach(tests, versions, made, { ...settings, cwd, directory });
  const wanted = made.mutants.filter(({ file }) => only === undefined || file.includes(only));
  const results = [];

  const judge = async (mutant) => {
    const covering = coveringOf(mutant, reached);
    const before = state.get(mutant.key);
    if (stillHolds(before, covering, versions)) return before;
    let entry = {
      key: mutant.key,
      outcome: 'survived',
      tests: Object.fromEntries(covering.map((file) => [file, versions.get(file)])),
    };
    for (const file of covering) {
      const { hits, ms } = reached.get(file);
      const setting = { map: made.map, mutant: mutant.id, hitLimit: loops * hits[mutant.id] };
      const { outcome } = await runTest(file, setting, { cwd, timeoutMs: patience(ms), running });
      if (outcome === 'passed') continue;
      entry = { key: mutant.key, outcome, tests: { [file]: versions.get(file) } };
      break;
    }
    state.put(entry);
    return entry;
  };
  const counts = () => {
    const killed = results.filter(({ outcome }) => outcome !== 'survived').length;
    return { killed, taken: results.length };
  };
  const sampled = area.take === 'sample' && only === undefined;
  const order = sampled ? drawn(wanted, seed) : wanted;
  const enough = () => sampled && isEnough(counts().killed, results.length, wanted.length);
  await eachOf(
    order,
    jobs,
    async (mutant) => {
      const { outcome, tests: by } = await judge(mutant);
      results.push({ ...mutant, outcome, reached: outcome !== 'survived' || Object.keys(by).length > 0 });
      if (results.length % 50 === 0)
        say(
          `${area.name}: ${results.length} of ${sampled ? `at most ${order.length}` : order.length} mutants, ${counts().killed} killed`,
        );
    },
    enough,
  );
  return { name: area.name, sampled, of: wanted.length, ...counts(), results };
};
