/** `npm run fuzz -- [TARGET…]`: coverage-guided inputs for every parser; prints what was run, reached and found. No part of the gate. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { keepInput, readCorpus, replaceCorpus } from './corpus.ts';
import { faultIn } from './fault.ts';
import { smallCorpus } from './small-corpus.ts';
import { loadTarget, targetNames } from './targets/index.ts';
import { runWatched } from './watched-run.ts';

const root = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');

const help = `npm run fuzz [-- TARGET…] [options]

Targets: ${targetNames.join(', ')}; none: all of them.

  --minutes N   for each target (1)
  --inputs N    end a target after as many (no bound)
  --seed N      draws the inputs (1)
  --input FILE  run this one input, of one target, and say what is wrong with it
  --keep        replace fuzz/corpus/TARGET by the smallest inputs that reach what is reached

What was reached is in .cache/fuzz/corpus, what was found in .cache/fuzz/found. It ends with 1 where something was found.`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: 'string', default: '1' },
    inputs: { type: 'string', default: String(Number.MAX_SAFE_INTEGER) },
    seed: { type: 'string', default: '1' },
    input: { type: 'string' },
    keep: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
const unknown = positionals.filter((name) => !targetNames.includes(name));
const numbers = [values.minutes, values.inputs, values.seed].map(Number);
const wanted = targetNames.filter((name) => positionals.length === 0 || positionals.includes(name));
const bad =
  unknown.length > 0 ||
  numbers.some((number) => !(number >= 0)) ||
  (values.input && positionals.length !== 1);
if (values.help || bad) {
  if (unknown.length > 0) console.error(`There is no target ${unknown.join(', ')}.\n`);
  console.log(help);
  process.exit(values.help ? 0 : 2);
}

if (values.input !== undefined) {
  const fault = await faultIn((await loadTarget(wanted[0]!))!, Uint8Array.from(readFileSync(values.input)));
  console.log(fault === undefined ? 'Nothing is wrong with it.' : fault.text);
  process.exit(fault === undefined ? 0 : 1);
}

const [minutes, most, seed] = numbers as [number, number, number];
const rows: (readonly unknown[])[] = [];
let found = 0;
for (const name of wanted) {
  const kept = join(root, 'fuzz', 'corpus', name);
  const cached = join(root, '.cache', 'fuzz', 'corpus', name);
  const corpus = [...readCorpus(kept), ...readCorpus(cached)];
  const order = {
    name,
    targets: import.meta.resolve('./targets/index.ts'),
    root,
    seed,
    milliseconds: minutes * 60_000,
    most,
    corpus,
  };
  let faults = 0;
  const outcome = await runWatched(order, (fault, input) => {
    faults += 1;
    const path = keepInput(join(root, '.cache', 'fuzz', 'found', name), input);
    console.error(`\n${name}: ${fault.key}\n${fault.text}\n  npm run fuzz -- ${name} --input ${path}\n`);
  });
  for (const input of outcome.corpus) keepInput(cached, input);
  if (values.keep && outcome.corpus.length > 0) replaceCorpus(kept, smallCorpus(outcome.corpus));
  found += faults;
  rows.push([name, outcome.inputs, outcome.blocks ?? 'not ended', faults]);
  console.error(`${name}: ${outcome.inputs} inputs, ${outcome.blocks ?? '?'} blocks, ${faults} found`);
}
console.log(
  [
    '| target | inputs | blocks | found |',
    '|---|---|---|---|',
    ...rows.map(([name, ...cells]) => `| \`${name}\` | ${cells.join(' | ')} |`),
  ].join('\n'),
);
process.exit(found === 0 ? 0 : 1);
