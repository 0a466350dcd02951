/** One area: its mutants, which tests reach each, and whether one of them notices. */

import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { root } from '../project-node.mjs';
import { sourcesOf, testkitsOf, testsOf } from './areas.mjs';
import { instrument, sha } from './instrument.mjs';
import { createProgress } from './progress.mjs';
import { drawn, isEnough } from './score.mjs';
import { stillHolds } from './state.mjs';
import { createTestHost } from './test-host.mjs';

/** Longer than a test may take beside another one on a busy machine. */
const patience = (ms) => 4 * ms + 3_000;
/** A mutant that runs so many times as often as the code did is an endless loop. */
const loops = 100;

/** Does something with every item, one at a time on each host, until `enough`. */
const eachOf = async (items, hosts, work, enough = () => false) => {
  const queue = items[Symbol.iterator]();
  await Promise.all(
    hosts.map(async (host) => {
      for (const item of queue) {
        if (enough()) return;
        await work(item, host);
      }
    }),
  );
};

/** What files hold, each read once. */
const createTree = () => {
  const read = new Map();
  return (files) => {
    for (const path of files)
      if (!read.has(path)) read.set(path, existsSync(path) ? sha(readFileSync(path, 'utf8')) : 'gone');
    return sha(...files.map((path) => read.get(path)));
  };
};

/** Test file → what it reaches and how long it takes, with no mutant on. Throws where it is red without one. */
const reach = async (tests, versions, fingerprint, { state, hosts, say }) => {
  const reached = new Map();
  const treeOf = createTree();
  await eachOf(tests, hosts, async (file, host) => {
    const key = `reach ${fingerprint} ${file} ${versions.get(file)}`;
    let entry = state.get(key);
    // What the file loads may be red by now, or reach other mutants.
    if (entry?.tree === undefined || entry.tree !== treeOf(entry.files)) {
      const { outcome, reason = outcome, ms, cpuMs, hits, files } = await host.run({ file }, 300_000);
      if (outcome !== 'passed') throw new Error(`${file} is red without a mutant: mend it first\n${reason}`);
      entry = { key, hits, ms, cpuMs, files, tree: treeOf(files) };
      state.put(entry);
      say(`${file} reaches ${Object.keys(entry.hits).length} mutants in ${ms} ms`);
    }
    reached.set(file, entry);
  });
  return reached;
};

/** Throws once one of these files is not as it was: a mutant is not noticed by what somebody writes meanwhile. */
const guardOf = (files) => {
  const stamp = (path) => {
    try {
      return statSync(path).mtimeMs;
    } catch {
      return 'gone';
    }
  };
  const before = new Map(files.map((path) => [path, stamp(path)]));
  return () => {
    const changed = files.find((path) => stamp(path) !== before.get(path));
    if (changed !== undefined)
      throw new Error(
        `${changed} was changed while it was tested. Run again: what was known before is kept.`,
      );
  };
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
  const { state, cwd = root, jobs, running, seed, sample, only, apart, say } = settings;
  const directory = join(settings.cache, area.name);
  mkdirSync(directory, { recursive: true });
  const { map, fingerprint, mutants } = await instrument(sourcesOf(area, cwd), directory, cwd);
  const shared = testkitsOf(area, cwd).map((path) => readFileSync(join(cwd, path), 'utf8'));
  const tests = testsOf(area, cwd);
  const versions = new Map(
    tests.map((path) => [path, sha(readFileSync(join(cwd, path), 'utf8'), ...shared)]),
  );
  const hosts = Array.from({ length: jobs }, () => createTestHost({ map, cwd, running, apart }));
  try {
    const reached = await reach(tests, versions, fingerprint, { state, hosts, say });
    const unchanged = guardOf([...new Set([...reached.values()].flatMap(({ files }) => files))]);
    return await judged(area, mutants, {
      unchanged,
      reached,
      versions,
      hosts,
      state,
      seed,
      sample,
      only,
      say,
    });
  } finally {
    for (const host of hosts) host.close();
  }
};

const judged = async ({ name }, mutants, settings) => {
  const { unchanged, reached, versions, hosts, state, seed, sample, only, say } = settings;
  const wanted = mutants.filter(({ file }) => only === undefined || file.includes(only));
  const sampled = sample === true && only === undefined;
  const order = sampled ? drawn(wanted, seed) : wanted;
  const results = [];
  const progress = createProgress(name, { of: order.length, sampled, say });

  const judge = async (mutant, host) => {
    const covering = coveringOf(mutant, reached);
    const before = state.get(mutant.key);
    if (stillHolds(before, covering, versions)) return before;
    const entry = {
      key: mutant.key,
      outcome: 'survived',
      tests: Object.fromEntries(covering.map((file) => [file, versions.get(file)])),
      cpuMs: 0,
    };
    for (const file of covering) {
      const { hits, ms } = reached.get(file);
      const request = { file, mutant: mutant.id, hitLimit: loops * hits[mutant.id] };
      const { outcome, cpuMs } = await host.run(request, patience(ms));
      entry.cpuMs += cpuMs;
      if (outcome === 'passed') continue;
      Object.assign(entry, { outcome, tests: { [file]: versions.get(file) } });
      break;
    }
    unchanged();
    state.put(entry);
    progress.worked();
    return entry;
  };
  const killed = () => results.filter(({ outcome }) => outcome !== 'survived').length;
  const enough = () => sampled && isEnough(killed(), results.length, wanted.length);
  await eachOf(
    order,
    hosts,
    async (mutant, host) => {
      const { outcome, tests, cpuMs } = await judge(mutant, host);
      const isReached = outcome !== 'survived' || Object.keys(tests).length > 0;
      results.push({ ...mutant, outcome, cpuMs, reached: isReached });
      progress.known(killed(), results.length);
    },
    enough,
  );
  const cpuMs = [...reached.values(), ...results].reduce((sum, { cpuMs: own = 0 }) => sum + own, 0);
  const timeouts = results.filter(({ outcome }) => outcome === 'timeout').length;
  return {
    name,
    sampled,
    of: wanted.length,
    killed: killed(),
    taken: results.length,
    timeouts,
    cpuMs,
    results,
  };
};
