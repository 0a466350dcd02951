import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import { childOfFile, directoryOfFile } from '@tombolo/testkit/ends-with-file';
import { type Arm, signIn } from '../arm.ts';
import { startServer } from '../server.ts';

const permitted =
  spawnSync('strace', ['-f', '-e', 'trace=write', '-o', '/dev/null', 'true'], { stdio: 'ignore' }).status ===
  0;

const group = (arm: Arm, name: string): string =>
  `${arm.subscription}/resourceGroups/${name}?api-version=2025-04-01`;

/** Every sync of the process fails with EIO, as one of a disk that dies does, until the returned function is called. */
const failSyncs = async (pid: number): Promise<(by?: NodeJS.Signals) => Promise<void>> => {
  const inject = ['fsync', 'fdatasync'].flatMap((call) => ['-e', `inject=${call}:error=EIO`]);
  const child = childOfFile(
    spawn('strace', ['-f', '-o', '/dev/null', '-e', 'trace=fsync,fdatasync', ...inject, '-p', String(pid)], {
      stdio: ['ignore', 'ignore', 'pipe'],
    }),
  );
  const ended = once(child, 'exit');
  // It goes on saying which threads it attaches to: what nobody reads would stop it, and with it what it traces.
  await new Promise<void>((resolve) => {
    child.stderr.on('data', (text) => String(text).includes('attached') && resolve());
  });
  return async (by = 'SIGINT') => {
    child.kill(by);
    await ended;
  };
};

test('a disk whose syncs fail: writes are 503, nothing acknowledged is lost, nothing refused appears, and healed it goes on', {
  skip: permitted ? false : 'strace is absent or not permitted',
}, async (t) => {
  const state = join(directoryOfFile(), 'state');
  const server = await startServer(state);
  const arm = await signIn(server.state, server.ready.resourceManager);
  const acknowledged: string[] = [];
  const refused: string[] = [];
  const write = async (name: string): Promise<number> => {
    const { status, body } = await arm.send('PUT', group(arm, name), { location: 'japaneast' });
    if (status === 201) acknowledged.push(name);
    else {
      assert.equal(body.error?.code, 'ServiceUnavailable', `${status}`);
      refused.push(name);
    }
    return status;
  };
  for (let n = 0; n < 10; n += 1) await write(`before-${n}`);
  let heal = await failSyncs(server.pid('control')!);
  for (let n = 0; n < 10; n += 1) assert.equal(await write(`dying-${n}`), 503);
  assert.equal((await arm.send('GET', group(arm, 'before-0'))).status, 200, 'reads go on');
  assert.match(server.log(), /"event":"store fails".*store\.db/);
  await heal();
  for (let n = 0; n < 10; n += 1) assert.equal(await write(`healed-${n}`), 201);
  heal = await failSyncs(server.pid('control')!);
  for (let n = 0; n < 5; n += 1) assert.equal(await write(`last-${n}`), 503);
  // What is on the disk of the refused ones now is what a start finds.
  await server.killAll();
  await heal('SIGKILL');
  const again = await startServer(state);
  const later = await signIn(again.state, again.ready.resourceManager);
  const names = new Set(
    (await later.list(`${later.subscription}/resourceGroups?api-version=2025-04-01`)).map(({ name }) => name),
  );
  const lost = acknowledged.filter((name) => !names.has(name));
  const risen = refused.filter((name) => names.has(name));
  t.diagnostic(
    `${acknowledged.length} acknowledged, ${lost.length} lost; ${refused.length} refused, ${risen.length} there after a kill`,
  );
  assert.deepEqual(lost, []);
  assert.deepEqual(risen, []);
  assert.equal(await again.stop(), 0);
});
