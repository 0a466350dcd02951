/** The gate's parts: only those that are named run, programs are fetched only for tests, and what it says at its end. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, beforeEach, describe, test } from 'node:test';
import { reportOf, testParts } from './gate-report.mjs';
import { longestFirst, longFiles } from './long-files.mjs';
import { root } from './project-node.mjs';
import { programsOf } from './test-programs.mjs';

const scripts = [
  'gate',
  'gate-report',
  'long-files',
  'test-files',
  'test-programs',
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
  writeFileSync(file, `#!/bin/sh\necho '${name} said'\n: > '${join(clone, `${name} ran`)}'\nexit ${code}\n`);
  chmodSync(file, 0o755);
};

const gate = (...parts) => {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  return spawnSync(process.execPath, [join(clone, 'scripts/gate.mjs'), ...parts], {
    env: { ...env, PATH: join(clone, 'bin') },
    encoding: 'utf8',
  });
};

/** A repository with one test, checks that only note that they ran, and nothing to be fetched. */
const makeClone = () => {
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
};

describe('the gate', () => {
  beforeEach(makeClone);

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

  test('a check that fails shuts it; what tests say beside the checks stands below what these say, by files', () => {
    // It ends only when the test beside it has run.
    const file = join(clone, 'node_modules/.bin/biome');
    writeFileSync(
      file,
      `#!/bin/sh\nwhile ! [ -e '${join(clone, 'one ran')}' ]; do /bin/sleep 0.05; done\necho 'biome said'\nexit 1\n`,
    );
    writeFileSync(
      join(clone, 'apps/one.test.ts'),
      `import { writeFileSync } from 'node:fs';
import { test } from 'node:test';
test('one', () => writeFileSync(${JSON.stringify(join(clone, 'one ran'))}, ''));
`,
    );
    const { status, stdout } = gate();
    assert.equal(status, 1, stdout);
    const said = [
      '== format and lint',
      'biome said',
      '== types (',
      'tsc said',
      '== types of the pure packages',
      '== unit and contract tests: 1 files',
      '✔ one',
      'ℹ apps/one.test.ts',
      'The gate is shut: format and lint (',
    ];
    const places = said.map((words) => stdout.indexOf(words));
    assert.deepEqual([places.includes(-1), places], [false, places.toSorted((a, b) => a - b)], stdout);
  });

  test('a part that it does not have shuts it', () => {
    const { status, stderr } = gate('format', 'tpyes');
    assert.deepEqual([status, noted('biome')], [2, false]);
    assert.match(stderr, /no part tpyes; it has format, types, unit, conformance, e2e/);
  });
});

describe('test files that share a process', () => {
  const texts = {
    'packages/ip/a.test.ts': "test('a', () => {});",
    'packages/ip/b.test.ts': "describe('b', () => {\n  beforeEach(() => {});\n});",
    'packages/ip/hooks.test.ts': 'beforeEach(() => {});',
    'packages/ip/counts.test.ts': "import { workOf } from '@tombolo/testkit/work';",
    'packages/ip/ends.test.ts': "import { world } from './world.testkit.ts';\n",
    'packages/ip/world.testkit.ts': 'afterEach(() => world.close());',
    'scripts/c.test.mjs': "test('c', () => {});",
    'conformance/d.test.ts': 'const world = await shareWorld();',
    'conformance/e.test.ts': 'const world = await openWorld();',
  };

  test('are of one package, and none that is about its process; of conformance those that share an installation', () => {
    assert.deepEqual(
      programsOf(
        Object.keys(texts).filter((path) => path.includes('.test.')),
        (path) => texts[path],
      ).map(({ files }) => files),
      [
        ['packages/ip/a.test.ts', 'packages/ip/b.test.ts'],
        ['conformance/d.test.ts'],
        ['packages/ip/hooks.test.ts'],
        ['packages/ip/counts.test.ts'],
        ['packages/ip/ends.test.ts'],
        ['scripts/c.test.mjs'],
        ['conformance/e.test.ts'],
      ],
    );
  });

  test('have networks of their own, where they share an installation', () => {
    const owners = new Map();
    for (const path of globSync('conformance/*.test.ts', { cwd: root })) {
      const text = readFileSync(join(root, path), 'utf8');
      if (!text.includes('shareWorld()')) continue;
      for (const [network] of text.matchAll(/\b127\.(?!0\.)\d+/g))
        owners.set(network, new Set([...(owners.get(network) ?? []), path]));
    }
    assert.ok(owners.size > 20);
    assert.deepEqual(
      [...owners].filter(([, paths]) => paths.size > 1),
      [],
    );
  });

  test('of this repository are all in one program each', () => {
    const found = ['{apps,packages,conformance,e2e,fuzz}/**/*.test.ts', 'scripts/**/*.test.mjs'].flatMap(
      (pattern) => globSync(pattern, { cwd: root, exclude: (path) => String(path).includes('node_modules') }),
    );
    const programs = programsOf(found);
    assert.deepEqual(programs.flatMap(({ files }) => files).sort(), found.toSorted());
    assert.ok(programs.length < found.length / 2);
  });

  test('are all there, once each, so many at most', () => {
    const paths = Array.from({ length: 60 }, (_, at) => `packages/ip/${at + 10}.test.ts`);
    const programs = programsOf(paths, () => '');
    assert.deepEqual(
      programs.map(({ files }) => files.length),
      [20, 20, 20],
    );
    assert.deepEqual(
      programs.flatMap(({ files }) => files),
      paths,
    );
    assert.equal(new Set(programs.map(({ path }) => path)).size, 3);
  });

  test('run and are counted', () => {
    makeClone();
    for (const name of ['a', 'b']) {
      mkdirSync(join(clone, 'packages/p'), { recursive: true });
      const text = `import { test } from 'node:test';\ntest('${name}', () => {});\n`;
      writeFileSync(join(clone, 'packages/p', `${name}.test.ts`), text);
    }
    const { stdout } = gate('unit');
    assert.match(stdout, /✔ a .*\n✔ b .*\nℹ \.cache\/test-programs\/packages-p-1\.test\.mjs\n/);
    assert.match(stdout, /unit and contract tests +3 +3 +0 +0 /);
    assert.match(stdout, /packages-p-1\.test\.mjs \(2 files\)/);
  });
});

describe('the end of the gate', () => {
  test('what the runner told of one queue is told by parts; what no file explains has failed in all of them', () => {
    const one = (path) => ({ path, files: [path] });
    const groups = [
      { name: 'unit', programs: [one('a'), { path: 'b', files: ['x', 'y'] }] },
      { name: 'e2e', programs: [one('c')] },
    ];
    const files = [
      { path: 'c', ms: 5, counts: { passed: 1, failed: 0, skipped: 2 } },
      { path: 'a', ms: 1, counts: { passed: 3, failed: 0, skipped: 0 } },
      { path: 'b', ms: 2, counts: { passed: 0, failed: 1, skipped: 0 } },
    ];
    const counts = { passed: 4, failed: 1, skipped: 2 };
    const failedIn = (told, code) => testParts(groups, told, code).map(({ failed }) => failed);
    assert.deepEqual(
      testParts(groups, { counts, files }, 1).map(({ ran, ...part }) => [part, ran.map(({ path }) => path)]),
      [
        [
          { name: 'unit', ms: 3, files: 3, counts: { passed: 3, failed: 1, skipped: 0 }, failed: true },
          ['a', 'b (2 files)'],
        ],
        [
          { name: 'e2e', ms: 5, files: 1, counts: { passed: 1, failed: 0, skipped: 2 }, failed: false },
          ['c'],
        ],
      ],
    );
    const good = [files[0], files[1]];
    const all = { passed: 4, failed: 0, skipped: 2 };
    assert.deepEqual(failedIn({ counts: all, files: good }, 0), [false, false]);
    assert.deepEqual(failedIn({ counts: all, files: good }, 1), [true, true]);
    assert.deepEqual(failedIn({ counts, files: good }, 0), [true, true]);
  });

  test('the ten files that took longest come from all parts, the longest first', () => {
    const files = (folder, times) =>
      times.map((ms, index) => ({ path: `${folder}/${index}.test.ts`, ms: ms * 1000 }));
    const counts = { passed: 8, failed: 0, skipped: 0 };
    const lines = reportOf({
      parts: [
        { name: 'unit', ms: 12_345, files: 8, ran: files('apps', [3, 30, 1, 2, 4, 11, 7, 8]), counts },
        { name: 'e2e', ms: 4_000, files: 4, ran: files('e2e', [9, 5, 40, 0.04]), counts },
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
    const programs = ['apps/a.test.ts', second, 'e2e/z.test.ts', first].map((path) => ({
      path,
      files: [path],
    }));
    const many = { path: 'p-1.test.mjs', files: ['p/a.test.ts', 'p/b.test.ts'] };
    assert.deepEqual(longestFirst([...programs, many]), [
      first,
      second,
      'p-1.test.mjs',
      'apps/a.test.ts',
      'e2e/z.test.ts',
    ]);
    assert.deepEqual(
      longFiles.filter((path) => !existsSync(join(root, path))),
      [],
    );
  });
});
