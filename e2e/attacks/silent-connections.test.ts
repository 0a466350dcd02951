import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { signIn } from '../arm.ts';
import { scratchDirectory, startServer } from '../server.ts';

const scratch = scratchDirectory();
const count = 300;

const descriptors = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length;

/** `count` TCP connections that say nothing. */
const silent = async (host: string, port: number): Promise<readonly Socket[]> => {
  const sockets = Array.from({ length: count }, () => connect({ host, port }).on('error', () => {}));
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  return sockets;
};

test('silent connections to ARM and to the services are cut off, and their descriptors come back', async (t) => {
  const server = await startServer(join(scratch, 'silent'));
  const arm = await signIn(server.state, server.ready.resourceManager);
  const about = `${arm.subscription}?api-version=2022-12-01`;
  const [services, servicesPort] = server.ready.services.split(':') as [string, string];
  const { port } = new URL(server.ready.resourceManager);
  const listeners = [
    ['control', '127.0.0.1', Number(port)],
    ['hybrid', services, Number(servicesPort)],
  ] as const;
  await arm.send('GET', about);
  await Promise.all(
    listeners.map(async ([name, host, at]) => {
      const pid = server.pid(name)!;
      const before = descriptors(pid);
      const held = await silent(host, at);
      assert.equal((await arm.send('GET', about)).status, 200, 'others are served meanwhile');
      // Half close at once: the kernel shows these as CLOSE-WAIT until the process closes its side.
      for (const socket of held.slice(0, count / 2)) socket.end();
      await Promise.all(held.map((socket) => socket.closed || once(socket, 'close')));
      await arm.send('GET', about);
      const after = descriptors(pid);
      t.diagnostic(`${name}: ${before} descriptors before, ${after} after ${count} silent connections`);
      assert.ok(after <= before + 5, `${name} holds ${after - before} descriptors more`);
      assert.match(server.log(), new RegExp(`"process":"${name}".*"connections dropped".*"handshake"`));
    }),
  );
  arm.close();
  assert.equal(await server.stop(), 0);
});
