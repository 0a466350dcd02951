import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CommandError } from './command-error.ts';
import { runProgram } from './foreground-program.ts';

const options = { env: process.env, fix: 'Install it.', quiet: true } as const;
const script = (text: string) => runProgram('sh', ['-c', text], options);

test('its exit code is the program’s own; of one that a signal ended, as a shell tells it', async () => {
  assert.deepEqual(await script('echo out; echo err >&2; exit 7').then(({ code }) => code), 7);
  assert.equal((await script('kill -TERM $$')).code, 128 + 15);
});

test('what it prints is returned, not shown, and bounded', async () => {
  assert.equal((await script('echo words')).said, 'words\n');
  const { said } = await script(
    'i=0; while [ $i -lt 3000 ]; do echo 0123456789; i=$((i+1)); done; echo last',
  );
  assert.equal(said.length, 20_000);
  assert.ok(said.endsWith('last\n'));
});

test('one that is not there is said so, with what helps', async () => {
  await assert.rejects(runProgram('no-such-program-here', [], options), (error) => {
    assert.ok(error instanceof CommandError);
    assert.match(error.message, /^no-such-program-here is not on the PATH/);
    assert.equal(error.fix, 'Install it.');
    return true;
  });
});
