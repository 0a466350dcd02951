/** The whole gate: format, lint, types, and beside them unit, contract, conformance and end-to-end tests; prints times and totals. */

import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { withDebianPrograms } from './debian-packages.mjs';
import { filesIn, noCounts, reportOf, testParts, totalsOf } from './gate-report.mjs';
import { longestFirst } from './long-files.mjs';
import { endWithParent, endWithReader } from './parent-process.mjs';
import { compiledCode, noteEndingSignal, root, run } from './project-node.mjs';
import { programsOf, writePrograms } from './test-programs.mjs';

endWithParent();
endWithReader();
process.chdir(root);
const only = process.argv.slice(2);
const bin = (name) => join(root, 'node_modules', '.bin', name);
const plainEnv = { ...process.env, NODE_NO_WARNINGS: '1' };
/** Two cores are what the least machine has; while two files wait for a process or an answer, a third one works. */
const filesAtOnce = 3;

const checks = {
  format: [['format and lint', bin('biome'), ['ci', '--colors=off', '.']]],
  types: [
    ['types', bin('tsc'), ['-p', 'tsconfig.json']],
    ['types of the pure packages', bin('tsc'), ['-p', 'tsconfig.pure.json']],
  ],
};
const tests = {
  unit: [
    'unit and contract tests',
    ['packages/**/*.test.ts', 'apps/**/*.test.ts', 'fuzz/*.test.ts', 'scripts/**/*.test.mjs'],
  ],
  conformance: ['conformance', ['conformance/**/*.test.ts']],
  e2e: ['end to end', ['e2e/**/*.test.ts']],
};
const names = [...Object.keys(checks), ...Object.keys(tests)];
const unknown = only.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  console.error(`The gate has no part ${unknown.join(', ')}; it has ${names.join(', ')}.`);
  process.exit(2);
}
/** What is wanted of these parts. */
const wanted = (parts) =>
  Object.entries(parts).flatMap(([name, part]) => (only.length === 0 || only.includes(name) ? [part] : []));

const started = Date.now();
const ended = noteEndingSignal();
const say = (heading) => console.log(`\n== ${heading} (${Math.round((Date.now() - started) / 1000)} s)`);

const runChecks = async () => {
  const parts = [];
  for (const [name, command, args] of wanted(checks).flat()) {
    if (ended() !== undefined) break;
    say(name);
    const began = Date.now();
    const code = await run(command, args, { env: plainEnv });
    parts.push({ name, ms: Date.now() - began, failed: code !== 0 });
  }
  return parts;
};

const pathsOf = (patterns) =>
  patterns.flatMap((pattern) =>
    globSync(pattern, { exclude: (path) => String(path).includes('node_modules') }),
  );

/**
 * All in one queue, by Node's own runner, which ends when this process is gone, and tells its counts and times.
 * @param checked what the checks print stands before it, in one piece
 */
const runTests = async (checked) => {
  const groups = wanted(tests)
    .map(([name, patterns]) => ({ name, programs: programsOf(pathsOf(patterns)) }))
    .filter(({ programs }) => programs.length > 0);
  if (groups.length === 0) return [];
  const programs = groups.flatMap((group) => group.programs);
  writePrograms(programs);
  // Format and types need no programs. Every file is a process that begins with the same modules.
  const env = { NODE_COMPILE_CACHE: compiledCode, ...withDebianPrograms(plainEnv) };
  if (ended() !== undefined) return [];
  let held = [];
  const letGo = checked.then(() => {
    say(groups.map((group) => `${group.name}: ${filesIn(group)} files`).join(', '));
    for (const chunk of held) process.stdout.write(chunk);
    held = undefined;
  });
  let told = { counts: noCounts, files: [] };
  const runner = join(root, 'scripts', 'test-files.mjs');
  const queue = longestFirst(programs);
  const code = await run(process.execPath, [runner, String(filesAtOnce), ...queue], {
    env,
    channel: true,
    output: (chunk) => (held ? held.push(chunk) : process.stdout.write(chunk)),
    message: (sent) => {
      told = sent;
    },
  });
  await letGo;
  return testParts(groups, told, code);
};

const checking = runChecks();
const [checked, tested] = await Promise.all([checking, runTests(checking)]);
if (ended() !== undefined) process.exit(ended());
const parts = [...checked, ...tested];
const failures = parts.filter(({ failed }) => failed).map(({ name }) => name);
if (!existsSync(join(root, 'LICENSE'))) failures.push('LICENSE is missing');

for (const line of reportOf({ parts, failures, ms: Date.now() - started })) console.log(line);
process.exit(failures.length === 0 && (totalsOf(parts).passed > 0 || only.length > 0) ? 0 : 1);
