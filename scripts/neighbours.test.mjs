/** Two gates at once among neighbours: what is told of them, and that nothing is left of what was started. */

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, test } from 'node:test';
import { outcomeOf, tableOf } from './neighbours-report.mjs';
import { root } from './project-node.mjs';

const scratch = mkdtempSync(join(tmpdir(), 'tombolo-neighbours-test-'));
after(() => rmSync(scratch, { recursive: true, force: true, maxRetries: 3 }));

/** Every program notes that it runs, by its id. */
const note =
  "import { writeFileSync } from 'node:fs';\nwriteFileSync(process.env.NOTES + '/' + process.pid, process.argv.slice(2).join(' '));\n";
const standIns = {
  'scripts/with-setup.mjs': `${note}process.chdir(new URL('..', import.meta.url).pathname);
await import('../' + process.argv[2]);\n`,
  'apps/tombolo/bin.mjs':
    "console.log('{}');\nprocess.on('SIGTERM', () => process.exit());\nsetInterval(() => {}, 60_000);\n",
  'scripts/gate.mjs': `const fails = process.cwd().endsWith('two') && process.env.FAILS;
console.log(fails ? '✖ one thing (1.5ms)\\n1 passed, 1 failed, 0 skipped' : '2 passed, 0 failed, 0 skipped');
if (process.env.HANGS) setInterval(() => {}, 60_000);
else process.exit(fails ? 1 : 0);\n`,
};

/** A repository with these in the place of the real ones. */
const repository = join(scratch, 'repository');
for (const [path, text] of Object.entries(standIns)) {
  mkdirSync(join(repository, dirname(path)), { recursive: true });
  writeFileSync(join(repository, path), text);
}
for (const name of ['neighbours', 'neighbours-report', 'gate-report', 'parent-process', 'project-node'])
  cpSync(join(root, 'scripts', `${name}.mjs`), join(repository, 'scripts', `${name}.mjs`));
const git = (...args) =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example', ...args], { cwd: repository });
git('init', '--quiet');
git('add', '.');
git('commit', '--quiet', '--message', 'all');

let made = 0;
const neighbours = (args, more = {}) => {
  made += 1;
  const notes = join(scratch, `notes-${made}`);
  const temporary = join(scratch, `tmp-${made}`);
  for (const path of [notes, temporary]) mkdirSync(path);
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const child = spawn(process.execPath, [join(repository, 'scripts/neighbours.mjs'), ...args], {
    env: { ...env, TMPDIR: temporary, NOTES: notes, ...more },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.resume();
  const ended = once(child, 'close').then(([code]) => ({ code, stdout }));
  return { child, ended, temporary, started: () => readdirSync(notes).map(Number), notes };
};

const isAlive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
const nothingIsLeft = ({ started, temporary }) => {
  assert.ok(started().length >= 3);
  assert.deepEqual(started().filter(isAlive), []);
  assert.deepEqual(readdirSync(temporary), []);
};

describe('gates among neighbours', () => {
  test('each round has two at once, of the parts that are named; all open: 0, and nothing is left', async () => {
    const run = neighbours(['types', '--times', '2']);
    const { code, stdout } = await run.ended;
    assert.equal(code, 0, stdout);
    assert.deepEqual(
      stdout.split('\n').map((line) => line.replace(/\d+ s$/, 'N s').replace(/ +/g, ' ')),
      [
        'round clone gate passed failed skipped time',
        '1 one open 2 0 0 N s',
        '1 two open 2 0 0 N s',
        '2 one open 2 0 0 N s',
        '2 two open 2 0 0 N s',
        '',
      ],
    );
    const asked = readdirSync(run.notes).map((pid) => readFileSync(join(run.notes, pid), 'utf8'));
    assert.deepEqual(asked.sort(), [
      'apps/tombolo/bin.mjs quickstart --json',
      ...Array.from({ length: 4 }, () => 'scripts/gate.mjs types'),
    ]);
    nothingIsLeft(run);
  });

  test('one that is shut is named with what failed in it, and its log is kept', async () => {
    const run = neighbours(['--times', '1'], { FAILS: 'yes' });
    const { code, stdout } = await run.ended;
    assert.equal(code, 1);
    assert.match(stdout, /^1 +two +shut \(1\) +1 +1 +0 +\d+ s$/m);
    const [, log] = /^Round 1, clone two \((.+)\)\n {2}one thing$/m.exec(stdout);
    assert.match(readFileSync(log, 'utf8'), /✖ one thing/);
    nothingIsLeft(run);
  });

  test('SIGTERM amid a round ends all of it', { timeout: 120_000 }, async () => {
    const run = neighbours(['--times', '9'], { HANGS: 'yes' });
    while (run.started().length < 3) await new Promise((resolve) => setTimeout(resolve, 20));
    run.child.kill('SIGTERM');
    assert.equal((await run.ended).code, 143);
    nothingIsLeft(run);
  });
});

describe('what is told of a gate', () => {
  test('its last totals, and each failure once', () => {
    const text = `✔ good (1ms)
  ✖ bad thing (2.25ms)
3 passed, 1 failed, 9 skipped
✖ failing tests:
✖ bad thing (2.25ms)
✖ e2e/dies.test.ts (10ms)
7 passed, 2 failed, 0 skipped
`;
    assert.deepEqual(outcomeOf(text), {
      passed: '7',
      failed: '2',
      skipped: '0',
      failures: ['bad thing', 'e2e/dies.test.ts'],
    });
    assert.deepEqual(outcomeOf('cut off').passed, '–');
  });

  test('an open one has a line, and no more', () => {
    const gate = {
      round: 1,
      name: 'one',
      code: 0,
      ms: 1_499,
      log: 'l',
      ...outcomeOf('1 passed, 0 failed, 0 skipped'),
    };
    assert.deepEqual(tableOf([gate]), [
      'round  clone  gate  passed  failed  skipped  time',
      '1        one  open       1       0        0   1 s',
    ]);
  });
});
