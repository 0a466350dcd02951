import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { test } from 'node:test';
import { takeFileLock } from './file-lock.ts';
import { scratchDirectory } from './scratch-directory.testkit.ts';

const scratch = scratchDirectory();

test('a lock has one holder, is for its owner only, and can be taken again once it is released', () => {
  const path = scratch('lock.db');
  const release = takeFileLock(path);
  assert.ok(release);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.equal(takeFileLock(path), undefined);
  release();
  const again = takeFileLock(path);
  assert.ok(again);
  again();
});

test('a lock ends with its holder, also by SIGKILL', async () => {
  const path = scratch('killed.db');
  const program = `
    import { takeFileLock } from ${JSON.stringify(new URL('./file-lock.ts', import.meta.url))};
    if (takeFileLock(process.argv[1])) process.stdout.write('held');
    process.stdin.resume();`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, path], {
    // It reads until this process is gone, however that went.
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  try {
    await once(child.stdout, 'data');
    assert.equal(takeFileLock(path), undefined);
  } finally {
    child.kill('SIGKILL');
  }
  await exited;
  const release = takeFileLock(path);
  assert.ok(release);
  release();
});

test('a file that cannot be made is an error, and no lock', () => {
  assert.throws(() => takeFileLock(scratch('nowhere/lock.db')), /ENOENT/);
});
