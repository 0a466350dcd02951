import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { get } from 'node:https';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { directoryOfFile } from '@tombolo/testkit/ends-with-file';
import { until } from '@tombolo/testkit/until';
import { signIn } from '../arm.ts';
import { startServer } from '../server.ts';

const scratch = directoryOfFile();
const count = 300;

const descriptors = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length;

/** TCP connections that say nothing. */
const silent = async (
  host: string,
  port: number,
  from: { localAddress?: string; count?: number } = {},
): Promise<readonly Socket[]> => {
  const sockets = Array.from({ length: from.count ?? count }, () =>
    connect({ host, port, ...from }).on('error', () => {}),
  );
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  return sockets;
};

/** Asks for something that needs no token, from this address; rejects where no answer comes. */
const discover = (state: string, port: number, localAddress: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const ca = readFileSync(join(state, 'ca.pem'), 'utf8');
    const path = '/metadata/endpoints?api-version=2022-09-01';
    get({ host: 'localhost', family: 4, port, path, ca, localAddress, agent: false }, (answer) => {
      answer.resume().on('end', () => resolve(answer.statusCode!));
    }).on('error', reject);
  });

// Each waits for the handshake's time limit: side by side, on an installation of its own.
describe('connections that say nothing', { concurrency: 2 }, () => {
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
    await until('status shows them all', async () => {
      const { json } = await server.tomboloHere('status');
      const followers = json.followers as { name: string; report: { cutOff?: Record<string, number> } }[];
      const own = (json.cutOff as Record<string, number>).handshake ?? 0;
      const hybrid = followers.find(({ name }) => name === 'hybrid')?.report.cutOff?.handshake ?? 0;
      return own >= count && hybrid >= count;
    });
    assert.equal(await server.stop(), 0);
  });

  test('with few descriptors one source has its share, others are served, and the log says what was cut off', async (t) => {
    const limit = 256;
    const server = await startServer(join(scratch, 'few'), undefined, { descriptors: limit });
    const pid = server.pid('control')!;
    const port = Number(new URL(server.ready.resourceManager).port);
    const before = descriptors(pid);
    const held = [...(await silent('127.0.0.1', port, { localAddress: '127.0.0.7' }))];
    assert.equal(await discover(server.state, port, '127.0.0.8'), 200, 'another source is served');
    await until('the log tells of the one', () =>
      /"connections dropped".*"connections of one source"/.test(server.log()),
    );
    // So many sources that all of them together reach the whole.
    for (let source = 20; source < 30; source += 1)
      held.push(...(await silent('127.0.0.1', port, { localAddress: `127.0.0.${source}`, count: 50 })));
    await until('the log tells of all', () =>
      /"connections dropped".*"reason":"connections"/.test(server.log()),
    );
    const most = descriptors(pid);
    t.diagnostic(
      `control: ${before} descriptors before, ${most} with ${held.length} connections asked for, of ${limit}`,
    );
    assert.ok(most < limit, 'its own files and sockets are nobody else’s');
    for (const socket of held) socket.destroy();
    await until('their descriptors are back', () => descriptors(pid) <= before + 5);
    assert.equal(await discover(server.state, port, '127.0.0.7'), 200, 'and so is the source');
    assert.equal(await server.stop(), 0);
  });
});
