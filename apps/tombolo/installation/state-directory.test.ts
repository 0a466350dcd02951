import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, describe, test } from 'node:test';
import {
  findStateDirectory,
  inStateDirectory,
  lockStateDirectory,
  makeRuntimeDirectory,
  openStateDirectory,
  processNames,
  removeInstallation,
  runningProcess,
  writePrivateFile,
} from './state-directory.ts';

const scratch = mkdtempSync(join(tmpdir(), 'tombolo-state-'));
after(() => rmSync(scratch, { recursive: true, force: true }));
let made = 0;
const newPath = (...names: readonly string[]): string => {
  made += 1;
  return join(scratch, String(made), ...names);
};
const modeOf = (path: string): number => lstatSync(path).mode & 0o777;

describe('a state directory', () => {
  test('is made with its parents and parts, for this user only', () => {
    const state = openStateDirectory(newPath('deep', 'er'));
    assert.deepEqual([...readdirSync(state.path)].sort(), [...processNames].sort());
    for (const path of [state.path, join(state.path, '..'), ...processNames.map((name) => state.of(name))])
      assert.equal(modeOf(path), 0o700, path);
  });

  test('is refused where others may read it, and left as it is', () => {
    const path = newPath();
    mkdirSync(path);
    chmodSync(path, 0o750);
    assert.throws(() => openStateDirectory(path), {
      code: 'StateDirectory',
      message: /readable by others/,
      fix: /chmod 700/,
    });
    assert.deepEqual(readdirSync(path), []);
  });

  for (const [why, path] of [
    ['below a file', () => join(newFile(), 'below')],
    ['that is a file', () => newFile()],
    ['where the kernel makes none', () => '/proc/tombolo/state'],
  ] as const) {
    test(`${why} is refused`, () =>
      assert.throws(() => openStateDirectory(path()), { code: 'StateDirectory', message: /cannot be used/ }));
  }
  const newFile = (): string => {
    const path = newPath();
    writeFileSync(path, '', { mode: 0o600 });
    return path;
  };

  test('without an installation is not running', () =>
    assert.throws(() => findStateDirectory(newPath()), { code: 'NotRunning' }));
});

describe('the lock', () => {
  test('is held once, and names its holder until it is released', () => {
    const state = openStateDirectory(newPath());
    assert.equal(runningProcess(state), undefined);
    const release = lockStateDirectory(state);
    assert.equal(runningProcess(state), process.pid);
    assert.throws(() => lockStateDirectory(state), {
      code: 'AlreadyRunning',
      message: `Process ${process.pid} already runs on ${state.path}.`,
    });
    release();
    release();
    assert.equal(runningProcess(state), undefined);
    lockStateDirectory(state)();
  });

  test('ends with its holder, even by SIGKILL', async () => {
    const state = openStateDirectory(newPath());
    const module = JSON.stringify(new URL('./state-directory.ts', import.meta.url));
    const program = `const { openStateDirectory, lockStateDirectory } = await import(${module});
      lockStateDirectory(openStateDirectory(${JSON.stringify(state.path)})); globalThis.gc(); console.log('held'); process.stdin.resume();`;
    const child = spawn(process.execPath, ['--expose-gc', '--input-type=module', '-e', program], {
      // It reads until this process is gone, however that went.
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    after(() => child.kill('SIGKILL'));
    await once(createInterface({ input: child.stdout }), 'line');
    assert.equal(runningProcess(state), child.pid);
    assert.throws(() => lockStateDirectory(state), { code: 'AlreadyRunning' });
    child.kill('SIGKILL');
    await once(child, 'exit');
    assert.ok(existsSync(state.file('lock')), 'the number of the dead is still there');
    assert.equal(runningProcess(state), undefined);
    lockStateDirectory(state)();
  });
});

describe('the directory of the sockets', () => {
  test('is made anew each time, beside the rest', () => {
    const state = openStateDirectory(newPath());
    const path = makeRuntimeDirectory(state);
    assert.equal(path, join(state.path, 'run'));
    writeFileSync(join(path, 'stale.sock'), '');
    assert.equal(makeRuntimeDirectory(state), path);
    assert.deepEqual(readdirSync(path), []);
    assert.equal(modeOf(path), 0o700);
    assert.equal(state.runtime, path);
  });

  test('is never what somebody else’s file or a copied directory names', () => {
    const victim = newPath();
    mkdirSync(victim, { recursive: true });
    writeFileSync(join(victim, 'keep'), 'precious');
    const state = openStateDirectory(newPath());
    writeFileSync(join(state.path, 'runtime'), victim);
    assert.equal(state.runtime, join(state.path, 'run'));
    assert.equal(makeRuntimeDirectory(state), join(state.path, 'run'));
    assert.deepEqual(readdirSync(victim), ['keep']);
    // A copy, made while the original runs, names the original's.
    const long = openStateDirectory(newPath('d'.repeat(120)));
    const original = makeRuntimeDirectory(long);
    const copy = openStateDirectory(newPath('e'.repeat(120)));
    writeFileSync(join(copy.path, 'runtime'), readFileSync(join(long.path, 'runtime')));
    assert.notEqual(copy.runtime, original);
    const own = makeRuntimeDirectory(copy);
    assert.ok(existsSync(original) && own !== original);
    for (const path of [original, own]) rmSync(path, { recursive: true });
  });

  test('is elsewhere where the path is too long for a socket', () => {
    const state = openStateDirectory(newPath('d'.repeat(120)));
    const path = makeRuntimeDirectory(state);
    assert.ok(path.length <= 80 && !path.startsWith(state.path), path);
    assert.equal(modeOf(path), 0o700);
    assert.equal(state.runtime, path);
    const again = makeRuntimeDirectory(state);
    assert.ok(!existsSync(path) || again === path, 'the one of before is gone');
    rmSync(again, { recursive: true, force: true });
  });
});

test('a private file is for this user only, whole, and leaves no temporary one', () => {
  const state = openStateDirectory(newPath());
  const path = state.file('secret.json');
  writeFileSync(path, 'of before, readable by others', { mode: 0o644 });
  writePrivateFile(path, 'new');
  assert.equal(readFileSync(path, 'utf8'), 'new');
  assert.equal(modeOf(path), 0o600);
  assert.ok(readdirSync(state.path).every((name) => !name.endsWith('.tmp')));
});

describe('work in a state directory that is refused', () => {
  const refused = (path: string, work: () => void = () => {}) =>
    assert.rejects(
      inStateDirectory(path, async () => {
        work();
        throw new Error('refused');
      }),
      /refused/,
    );

  test('leaves nothing of what was made for it, with what is above it', async () => {
    const above = newPath();
    await refused(join(above, 'deep', 'state'));
    assert.ok(!existsSync(above));
  });

  test('leaves what was there, and what has come into it', async () => {
    const path = newPath();
    mkdirSync(path, { mode: 0o700 });
    writeFileSync(join(path, 'letter.txt'), '');
    await refused(path);
    assert.deepEqual(readdirSync(path), ['letter.txt']);
    const fresh = newPath();
    await refused(fresh, () => writeFileSync(join(fresh, 'control', 'theirs'), ''));
    assert.deepEqual(readdirSync(fresh), ['control']);
  });
});

describe('a stopped installation is removed', () => {
  const installed = (path: string) => {
    const state = openStateDirectory(path);
    for (const name of ['installation.json', 'credentials.json', 'ca.pem', 'control/store.db', 'lock.db'])
      writeFileSync(join(state.path, name), 'ours');
    return state;
  };

  test('with its directory, where nothing else is in it', () => {
    const state = installed(newPath());
    assert.deepEqual(removeInstallation(state), []);
    assert.ok(!existsSync(state.path));
  });

  test('and what is not ours stays', () => {
    const state = installed(newPath());
    writeFileSync(join(state.path, 'letter.txt'), 'precious');
    assert.deepEqual(removeInstallation(state), ['letter.txt']);
    assert.deepEqual(readdirSync(state.path), ['letter.txt']);
  });

  test('through a symbolic link: its keys are gone, not the link alone', () => {
    const state = installed(newPath());
    const link = newPath();
    symlinkSync(state.path, link);
    assert.deepEqual(removeInstallation(openStateDirectory(link)), []);
    assert.ok(!existsSync(state.path) && !existsSync(link));
  });
});
