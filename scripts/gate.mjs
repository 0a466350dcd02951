/** The whole gate: format, lint, types, then unit, contract, conformance and end-to-end tests; prints the totals. */

import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { withDebianPrograms } from './debian-packages.mjs';
import { endWithParent, endWithReader } from './parent-process.mjs';
import { noteEndingSignal, root, run } from './project-node.mjs';

endWithParent();
endWithReader();
process.chdir(root);
const only = process.argv.slice(2);
const bin = (name) => join(root, 'node_modules', '.bin', name);
const plainEnv = { ...process.env, NODE_NO_WARNINGS: '1' };
/** Fetched by the first group of tests: format and types need nothing. */
let testEnv;

const started = Date.now();
const seconds = () => `${Math.round((Date.now() - started) / 1000)} s`;
const failures = [];
const totals = { pass: 0, fail: 0, skipped: 0 };

const check = async (name, command, args) => {
  console.log(`\n== ${name} (${seconds()})`);
  if ((await run(command, args, { env: plainEnv })) !== 0) failures.push(name);
};

/** Node's own runner, which ends when this process is gone; its closing lines are added up. */
const tests = async (name, patterns, concurrency) => {
  const files = patterns
    .flatMap((pattern) => globSync(pattern, { exclude: (path) => String(path).includes('node_modules') }))
    .sort();
  if (files.length === 0) return;
  testEnv ??= withDebianPrograms(plainEnv);
  console.log(`\n== ${name}: ${files.length} files (${seconds()})`);
  let tail = '';
  const output = (chunk) => {
    process.stdout.write(chunk);
    tail = (tail + chunk).slice(-200_000);
  };
  const runner = join(root, 'scripts', 'test-files.mjs');
  const code = await run(process.execPath, [runner, String(concurrency), ...files], {
    env: testEnv,
    output,
    channel: true,
  });
  for (const key of Object.keys(totals)) {
    const found = [...tail.matchAll(new RegExp(`^. ${key} (\\d+)$`, 'gm'))].at(-1);
    totals[key] += Number(found?.[1] ?? 0);
  }
  if (code !== 0) failures.push(name);
};

const groups = {
  format: () => check('format and lint', bin('biome'), ['ci', '--colors=off', '.']),
  types: async () => {
    await check('types', bin('tsc'), ['-p', 'tsconfig.json']);
    await check('types of the pure packages', bin('tsc'), ['-p', 'tsconfig.pure.json']);
  },
  unit: () =>
    tests(
      'unit and contract tests',
      ['packages/**/*.test.ts', 'apps/**/*.test.ts', 'scripts/**/*.test.mjs'],
      2,
    ),
  conformance: () => tests('conformance', ['conformance/**/*.test.ts'], 2),
  e2e: () => tests('end to end', ['e2e/**/*.test.ts'], 1),
};

const unknown = only.filter((name) => !(name in groups));
if (unknown.length > 0) {
  console.error(`The gate has no part ${unknown.join(', ')}; it has ${Object.keys(groups).join(', ')}.`);
  process.exit(2);
}

const ended = noteEndingSignal();
for (const [name, group] of Object.entries(groups)) {
  if (ended() === undefined && (only.length === 0 || only.includes(name))) await group();
}
if (ended() !== undefined) process.exit(ended());
if (!existsSync(join(root, 'LICENSE'))) failures.push('LICENSE is missing');

console.log(
  `\n${failures.length === 0 ? 'The gate is open' : `The gate is shut: ${failures.join('; ')}`} (${seconds()})`,
);
console.log(`${totals.pass} passed, ${totals.fail} failed, ${totals.skipped} skipped`);
process.exit(failures.length === 0 && totals.pass > 0 ? 0 : failures.length === 0 && only.length > 0 ? 0 : 1);
