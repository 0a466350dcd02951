/** Test files as whole processes: what a failing test leaves open does not keep its file from ending. */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { directoryOfFile } from './ends-with-file.ts';
import { isAlive } from './processes.ts';
import { until } from './until.ts';

const here = new URL('./', import.meta.url);
const scratch = directoryOfFile();
let made = 0;

interface Ending {
  readonly code: number | null;
  /** What the file said, standard error included. */
  readonly said: string;
}

/** Runs the text as a test file; rejects where it has to be ended after the bound. */
const runFile = (text: string, boundMs = 120_000): Promise<Ending> => {
  made += 1;
  const file = join(scratch, `made-${made}.test.ts`);
  const imports = `
    import assert from 'node:assert/strict';
    import { spawn } from 'node:child_process';
    import { writeFileSync } from 'node:fs';
    import { createServer } from 'node:net';
    import { describe, test } from 'node:test';
    import { childOfFile, directoryOfFile, endsWithFile } from '${new URL('ends-with-file.ts', here)}';`;
  writeFileSync(file, imports + text);
  const env: NodeJS.ProcessEnv = { ...process.env, HELD_OPEN_LIMIT_MS: '100' };
  delete env.NODE_TEST_CONTEXT;
  return new Promise((resolve, reject) => {
    const options = { env, timeout: boundMs };
    const child = execFile(process.execPath, ['--test', file], options, (_error, stdout, stderr) => {
      if (child.signalCode === null) resolve({ code: child.exitCode, said: stdout + stderr });
      else reject(new Error(`It did not end by itself:\n${stdout}${stderr}`));
    });
  });
};

/** Does not obey SIGTERM, and has a child of its own. */
const stubborn = `process.on("SIGTERM", () => {}); console.log(process.pid); setInterval(() => {}, 1_000)`;
/** Resolves when the process that the file named is gone: a signal takes a moment. */
const childIsGone = (said: string) => {
  const pid = Number(/pid (\d+)/.exec(said)?.[1]);
  assert.ok(pid > 0, said);
  return until('the child is gone', () => !isAlive(pid));
};

describe('a test file whose test fails', () => {
  test('ends with the failure: its children, its listeners and its directories have ended with it', async () => {
    const { code, said } = await runFile(`
      const directory = directoryOfFile();
      test('fails', async () => {
        const child = childOfFile(spawn(process.execPath, ['-e', 'setInterval(() => {}, 1_000)'], { stdio: 'pipe' }));
        const holder = createServer().listen(0, '127.0.0.1');
        endsWithFile(() => holder.close());
        console.error('pid ' + child.pid + ' directory ' + directory + ' .');
        assert.equal(1, 2, 'as it was to be');
      });`);
    assert.equal(code, 1);
    assert.match(said, /as it was to be/);
    assert.doesNotMatch(said, /held open/);
    await childIsGone(said);
    assert.ok(!existsSync(/directory (\S+) /.exec(said)![1]!));
  });

  test('which then is held open by what nobody ends, ends all the same and says by what', async () => {
    const { code, said } = await runFile(`
      test('fails', () => {
        createServer().listen(0, '127.0.0.1');
        assert.equal(1, 2, 'as it was to be');
      });`);
    assert.equal(code, 1);
    assert.match(said, /as it was to be/);
    assert.match(said, /held open by: .*TCPServerWrap/);
  });

  test('before its first test, at the top of the file, leaves no child', async () => {
    const { code, said } = await runFile(`
      const child = childOfFile(spawn(process.execPath, ['-e', ${JSON.stringify(stubborn)}], { stdio: 'pipe' }));
      await new Promise((resolve) => child.stdout.once('data', resolve));
      console.error('pid ' + child.pid);
      throw new Error('as it was to be');`);
    assert.equal(code, 1);
    assert.match(said, /as it was to be/);
    await childIsGone(said);
  });
});

test('a file whose tests pass fails where something still holds it open', async () => {
  const { code, said } = await runFile(`
    test('passes', () => void createServer().listen(0, '127.0.0.1'));`);
  assert.equal(code, 1);
  assert.match(said, /held open by: .*TCPServerWrap/);
});

test('what cannot be ended fails the file, and the others end', async () => {
  const { code, said } = await runFile(`
    endsWithFile(() => { throw new Error('cannot end'); });
    const child = childOfFile(spawn(process.execPath, ['-e', 'setInterval(() => {}, 1_000)'], { stdio: 'pipe' }));
    test('passes', () => console.error('pid ' + child.pid));`);
  assert.equal(code, 1);
  assert.match(said, /cannot end/);
  await childIsGone(said);
});
