/** The whole gate: format, lint, types, then unit, contract, conformance and end-to-end tests; prints times and totals. */

import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { withDebianPrograms } from './debian-packages.mjs';
import { reportOf, totalsOf } from './gate-report.mjs';
import { longestFirst } from './long-files.mjs';
import { endWithParent, endWithReader } from './parent-process.mjs';
import { compiledCode, noteEndingSignal, root, run } from './project-node.mjs';

endWithParent();
endWithReader();
process.chdir(root);
const only = process.argv.slice(2);
const bin = (name) => join(root, 'node_modules', '.bin', name);
const plainEnv = { ...process.env, NODE_NO_WARNINGS: '1' };
/** Fetched by the first group of tests: format and types need nothing. */
let testEnv;
/** Two cores are what the least machine has; what waits for a process leaves room for the other file. */
const filesAtOnce = 2;

const started = Date.now();
const seconds = () => `${Math.round((Date.now() - started) / 1000)} s`;
const failures = [];
const parts = [];

/** Notes how long the work of a part took, and what it has to tell of its tests. */
const part = async (name, work) => {
  const began = Date.now();
  const { failed, ...told } = await work();
  if (failed) failures.push(name);
  parts.push({ name, ms: Date.now() - began, ...told });
};

const check = (name, command, args) =>
  part(name, async () => {
    console.log(`\n== ${name} (${seconds()})`);
    return { failed: (await run(command, args, { env: plainEnv })) !== 0 };
  });

/** Node's own runner, which ends when this process is gone, and tells its counts and times. */
const tests = async (name, patterns) => {
  const paths = patterns.flatMap((pattern) =>
    globSync(pattern, { exclude: (path) => String(path).includes('node_modules') }),
  );
  if (paths.length === 0) return;
  // Every file is a process that begins with the same modules.
  testEnv ??= { NODE_COMPILE_CACHE: compiledCode, ...withDebianPrograms(plainEnv) };
  await part(name, async () => {
    console.log(`\n== ${name}: ${paths.length} files (${seconds()})`);
    let told = { counts: { passed: 0, failed: 0, skipped: 0 }, files: [] };
    const runner = join(root, 'scripts', 'test-files.mjs');
    const code = await run(process.execPath, [runner, String(filesAtOnce), ...longestFirst(paths)], {
      env: testEnv,
      channel: true,
      output: (chunk) => process.stdout.write(chunk),
      message: (sent) => {
        told = sent;
      },
    });
    return { failed: code !== 0, ...told };
  });
};

const groups = {
  format: () => check('format and lint', bin('biome'), ['ci', '--colors=off', '.']),
  types: async () => {
    await check('types', bin('tsc'), ['-p', 'tsconfig.json']);
    await check('types of the pure packages', bin('tsc'), ['-p', 'tsconfig.pure.json']);
  },
  unit: () =>
    tests('unit and contract tests', [
      'packages/**/*.test.ts',
      'apps/**/*.test.ts',
      'fuzz/*.test.ts',
      'scripts/**/*.test.mjs',
    ]),
  conformance: () => tests('conformance', ['conformance/**/*.test.ts']),
  e2e: () => tests('end to end', ['e2e/**/*.test.ts']),
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

for (const line of reportOf({ parts, failures, ms: Date.now() - started })) console.log(line);
process.exit(failures.length === 0 && (totalsOf(parts).passed > 0 || only.length > 0) ? 0 : 1);
