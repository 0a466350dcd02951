/** Mutation run: changes what decides, one place at a time, and prints what no test noticed. No part of the gate. */

import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { areas } from './mutation/areas.mjs';
import { reportOf } from './mutation/report.mjs';
import { runArea } from './mutation/run-area.mjs';
import { openState } from './mutation/state.mjs';
import { root } from './project-node.mjs';

const help = `npm run mutate [-- AREA…] [options]

Areas: ${areas.map(({ name }) => name).join(', ')}; none: all of them.

  --only TEXT   mutants of files whose path contains it
  --jobs N      test files at the same time (${Math.min(2, availableParallelism())})
  --sample      of each area as many, drawn at random, as its score needs to be known to ±3 points
  --seed TEXT   draws the samples ("1")
  --apart       a process for every run: slower, and nothing is left from one mutant to the next
  --fresh       forget what is known from earlier runs

What is known is in .cache/mutation: a run that was ended goes on, and one after a change runs what the change touches.`;

// Node says of each experimental function that it is one; what is said here is the run's progress.
process.removeAllListeners('warning');

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string' },
    jobs: { type: 'string', default: String(Math.min(2, availableParallelism())) },
    sample: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
    apart: { type: 'boolean', default: false },
    fresh: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
const unknown = positionals.filter((name) => !areas.some((area) => area.name === name));
const jobs = Number(values.jobs);
if (values.help || unknown.length > 0 || !Number.isInteger(jobs) || jobs < 1 || jobs > 64) {
  if (unknown.length > 0) console.error(`There is no area ${unknown.join(', ')}.\n`);
  console.log(help);
  process.exit(values.help ? 0 : 2);
}

const cache = join(root, '.cache', 'mutation');
const state = openState(join(cache, 'results.jsonl'), { fresh: values.fresh });
const running = new Set();
for (const signal of ['SIGINT', 'SIGTERM'])
  process.on(signal, () => {
    for (const end of running) end();
    process.exit(130);
  });

const say = (text) => console.error(text);
const wanted = areas.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
const done = [];
for (const area of wanted) {
  say(`${area.name}: making its mutants`);
  done.push(await runArea(area, { ...values, cache, state, running, jobs, say }));
}
console.log(reportOf(done));
