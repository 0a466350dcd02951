/** The gate's parts: only those that are named run, programs are fetched only for tests, and what it says at its end. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, beforeEach, describe, test } from 'node:test';
import { reportOf } from './gate-report.mjs';
import { longestFirst, longFiles } from './long-files.mjs';
import { root } from './project-node.mjs';

const scripts = [
  'gate',
  'gate-report',
  'long-files',
  'test-files',
  'debian-packages',
  'project-node',
  'parent-process',
];
const clone = mkdtempSync(join(tmpdir(), 'tombolo-gate-'));
after(() => rmSync(clone, { recursive: true, force: true }));
const noted = (name) => existsSync(join(clone, `${name} ran`));

/** A program that only notes that it ran, and fails where it is asked to. */
const standIn = (folder, name, code = 0) => {
  const file = join(clone, folder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `#!/bin/sh\n: > '${join(clone, `${name} ran`)}'\nexit ${code}\n`);
  chmodSync(file, 0o755);
};

const gate = (...parts) => {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  return spawnSync(process.execPath, [join(clone, 'scripts/gate.mjs'), ...parts], {
    env: { ...env, PATH: join(clone, 'bin') },
    encoding: 'utf8',
  });
};

describe('the gate', () => {
  beforeEach(() => {
    rmSync(clone, { recursive: true, force: true });
    for (const name of scripts)
      cpSync(join(root, 'scripts', `${name}.mjs`), join(clone, 'scripts', `${name}.mjs`));
    for (const name of ['biome', 'tsc']) standIn('node_modules/.bin', name);
    standIn('bin', 'apt-get', 1);
    writeFileSync(join(clone, 'LICENSE'), '');
    mkdirSync(join(clone, 'apps'));
    writeFileSync(
      join(clone, 'apps/one.test.ts'),
      "import { test } from 'node:test';\ntest('one', () => {});\n",
    );
  });

  test('format and types fetch nothing', () => {
    const { status, stdout } = gate('format', 'types');
    assert.equal(status, 0, stdout);
    assert.deepEqual(['biome', 'tsc', 'apt-get'].map(noted), [true, true, false]);
  });

  test('tests ask for the programs that they use, and run where none can be had', () => {
    const { status, stdout, stderr } = gate('unit');
    assert.equal(status, 0, stdout + stderr);
    assert.deepEqual(['biome', 'tsc', 'apt-get'].map(noted), [false, false, true]);
    assert.match(stderr, /dig cannot be had here: what needs it is skipped by name/);
    assert.match(stdout, /1 passed, 0 failed, 0 skipped\n$/);
  });

  test('what passed, failed and was skipped is counted by part, and each part and file has its time', () => {
    mkdirSync(join(clone, 'e2e'));
    writeFileSync(
      join(clone, 'e2e/two.test.ts'),
      `import { test } from 'node:test';
test('good', () => {});
test('bad', () => { throw new Error('no'); });
test('not here', { skip: true }, () => {});
`,
    );
    writeFileSync(join(clone, 'e2e/dies.test.ts'), 'process.exit(3);\n');
    const { status, stdout } = gate('types', 'unit', 'e2e');
    assert.equal(status, 1, stdout);
    const lines = stdout.split('\n');
    const rows = lines.slice(lines.findIndex((line) => line.startsWith('part ')));
    const withoutTimes = rows.map((line) => line.replace(/\d+(\.\d)? s\b/, 'N s').replace(/ +/g, ' '));
    assert.deepEqual(withoutTimes.slice(0, 5), [
      'part files passed failed skipped time',
      'types N s',
      'types of the pure packages N s',
      'unit and contract tests 1 1 0 0 N s',
      'end to end 2 1 2 1 N s',
    ]);
    assert.equal(withoutTimes[6], 'The files that took longest');
    assert.deepEqual(withoutTimes.slice(7, 10).sort(), [
      'apps/one.test.ts N s',
      'e2e/dies.test.ts N s',
      'e2e/two.test.ts N s',
    ]);
    assert.deepEqual(withoutTimes.slice(10), [
      '',
      'The gate is shut: end to end (N s)',
      '2 passed, 2 failed, 1 skipped',
      '',
    ]);
  });

  test('a part that it does not have shuts it', () => {
    const { status, stderr } = gate('format', 'tpyes');
    assert.deepEqual([status, noted('biome')], [2, false]);
    assert.match(stderr, /no part tpyes; it has format, types, unit, conformance, e2e/);
  });
});

describe('the end of the gate', () => {
  test('the ten files that took longest come from all parts, the longest first', () => {
    const files = (folder, times) =>
      times.map((ms, index) => ({ path: `${folder}/${index}.test.ts`, ms: ms * 1000 }));
    const counts = { passed: 8, failed: 0, skipped: 0 };
    const lines = reportOf({
      parts: [
        { name: 'unit', ms: 12_345, files: files('apps', [3, 30, 1, 2, 4, 11, 7, 8]), counts },
        { name: 'e2e', ms: 4_000, files: files('e2e', [9, 5, 40, 0.04]), counts },
      ],
      failures: [],
      ms: 16_345,
    });
    assert.deepEqual(lines, [
      '',
      'part  files  passed  failed  skipped    time',
      'unit      8       8       0        0  12.3 s',
      'e2e       4       8       0        0   4.0 s',
      '',
      'The files that took longest',
      'e2e/2.test.ts   40.0 s',
      'apps/1.test.ts  30.0 s',
      'apps/5.test.ts  11.0 s',
      'e2e/0.test.ts    9.0 s',
      'apps/7.test.ts   8.0 s',
      'apps/6.test.ts   7.0 s',
      'e2e/1.test.ts    5.0 s',
      'apps/4.test.ts   4.0 s',
      'apps/0.test.ts   3.0 s',
      'apps/3.test.ts   2.0 s',
      '',
      'The gate is open (16 s)',
      '16 passed, 0 failed, 0 skipped',
    ]);
  });

  test('files that are known to take long are begun first, in their order; each of them exists', () => {
    const [first, second] = longFiles;
    assert.deepEqual(longestFirst(['apps/a.test.ts', second, 'e2e/z.test.ts', first]), [
      first,
      second,
      'apps/a.test.ts',
      'e2e/z.test.ts',
    ]);
    assert.deepEqual(
      longFiles.filter((path) => !existsSync(join(root, path))),
      [],
    );
  });
});
