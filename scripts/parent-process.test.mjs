/** Processes that end with who started them, and with who reads them. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { root } from './project-node.mjs';

const scratch = mkdtempSync(join(tmpdir(), 'tombolo-parent-'));
after(() => rmSync(scratch, { recursive: true, force: true }));

const from = (name) => `from ${JSON.stringify(pathToFileURL(join(root, 'scripts', name)).href)};`;
/** A module of its own, which the test's own runner does not take for a test of it. */
const script = (name, text) => {
  const path = join(scratch, name);
  writeFileSync(path, text);
  return path;
};
const environment = ({ NODE_TEST_CONTEXT: _, ...env } = process.env) => env;
const start = (args, { env = {}, stdout = 'pipe' } = {}) =>
  spawn(process.execPath, args, { stdio: ['ignore', stdout, 'pipe'], env: { ...environment(), ...env } });
const textOf = (stream) => {
  let text = '';
  stream.on('data', (chunk) => {
    text += chunk;
  });
  return () => text;
};

const waiting = script(
  'waiting.mjs',
  `import { endWithParent } ${from('parent-process.mjs')}
  endWithParent();
  setInterval(() => {}, 1_000);
  console.log('waiting', process.env.TOMBOLO_PARENT_CHANNEL ?? 'as always');`,
);

test('what a script runs with a channel ends when the script is killed', async () => {
  const parent = script(
    'parent.mjs',
    `import { run } ${from('project-node.mjs')}
    await run(process.execPath, [${JSON.stringify(waiting)}], { channel: true });`,
  );
  const child = start([parent]);
  const [said] = await once(child.stdout, 'data');
  assert.equal(String(said), 'waiting as always\n');
  child.kill('SIGKILL');
  // Its standard output is the child's too: it is closed when both are gone.
  await once(child.stdout.resume(), 'close');
});

test('a process whose channel was closed before it could look ends at once; one that was promised none goes on', async () => {
  const late = start([waiting], { env: { TOMBOLO_PARENT_CHANNEL: 'yes' } });
  assert.deepEqual(await once(late, 'exit'), [null, 'SIGTERM']);
  const own = start([waiting]);
  await once(own.stdout, 'data');
  own.kill('SIGKILL');
  assert.deepEqual(await once(own, 'exit'), [null, 'SIGKILL']);
});

test("Node's own test runner, and the files that it runs, end when the gate is killed", async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const file = script(
    'connected.test.mjs',
    `import { connect } from 'node:net';
    connect(${server.address().port}, '127.0.0.1');
    setInterval(() => {}, 1_000);`,
  );
  const gate = script(
    'gate.mjs',
    `import { run } ${from('project-node.mjs')}
    const runner = ${JSON.stringify(join(root, 'scripts/test-files.mjs'))};
    await run(process.execPath, [runner, '1', ${JSON.stringify(file)}], { channel: true, output: () => {} });`,
  );
  const child = start([gate]);
  const [socket] = await once(server, 'connection');
  child.kill('SIGKILL');
  socket.on('error', () => {});
  await once(socket.resume(), 'close');
  server.close();
});

test('a script that runs programs one after another begins no more after a signal, and passes it on', async () => {
  const gate = script(
    'one-after-another.mjs',
    `import { noteEndingSignal, run } ${from('project-node.mjs')}
    const ended = noteEndingSignal();
    for (let n = 0; n < 2 && ended() === undefined; n += 1)
      await run(process.execPath, [${JSON.stringify(waiting)}], { channel: true });
    process.exit(ended());`,
  );
  const child = start([gate]);
  const said = textOf(child.stdout);
  await once(child.stdout, 'data');
  child.kill('SIGTERM');
  assert.deepEqual(await once(child, 'close'), [143, null]);
  assert.equal(said().split('waiting').length, 2);
});

const talking = script(
  'talking.mjs',
  `import { endWithReader } ${from('parent-process.mjs')}
  endWithReader();
  process.stderr.write('beside\\n');
  setImmediate(() => {
    process.stdout.write('result\\n');
    setImmediate(() => process.exit(0));
  });`,
);

test('standard error that nobody reads is no reason to end', async () => {
  const child = start([talking]);
  child.stderr.destroy();
  const said = textOf(child.stdout);
  assert.deepEqual(await once(child, 'close'), [0, null]);
  assert.equal(said(), 'result\n');
});

test('standard output that nobody reads ends with the code of SIGPIPE; one on a full disk says so', async () => {
  const closed = start([talking]);
  closed.stdout.destroy();
  const beside = textOf(closed.stderr);
  assert.deepEqual(await once(closed, 'close'), [141, null]);
  assert.equal(beside(), 'beside\n');
  const full = openSync('/dev/full', 'w');
  const child = start([talking], { stdout: full });
  closeSync(full);
  const said = textOf(child.stderr);
  assert.deepEqual(await once(child, 'close'), [1, null]);
  assert.match(said(), /^beside\nStandard output cannot be written: ENOSPC[^\n]*\.\n$/);
});
