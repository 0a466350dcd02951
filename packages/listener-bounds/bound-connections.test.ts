import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, get, type Server } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { after, describe, test } from 'node:test';
import { createAuthority, issueServerCertificate } from '@tombolo/identity';
import { createBites } from './bites.ts';
import { boundConnections, type ConnectionBounds, plainAddress } from './bound-connections.ts';
import { connectionBounds, descriptorLimit, openDescriptors } from './descriptors.ts';

const authority = await createAuthority({ name: 'bounds', now: Date.now() });
const issued = await issueServerCertificate(authority, { names: ['localhost'], now: Date.now() });

const open = async (bounds: ConnectionBounds, more: { handshakeTimeout?: number } = {}) => {
  const refused: string[] = [];
  const sockets = new Set<Socket>();
  const server: Server = createServer(
    { key: issued.privateKey, cert: issued.certificate, ...more },
    (_request, response) => response.end('well'),
  );
  server.on('connection', (socket: Socket) => sockets.add(socket));
  boundConnections([server], { bounds, onRefused: (reason) => refused.push(reason) });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const opened: Socket[] = [];
  after(() => {
    for (const socket of opened) socket.destroy();
    server.closeAllConnections();
    server.close();
  });
  return {
    refused,
    sockets,
    server,
    /** A TCP connection that says nothing. */
    silent: async (localAddress: string) => {
      const socket = connect({ port, host: '127.0.0.1', localAddress });
      opened.push(socket);
      socket.on('error', () => {});
      await once(socket, 'connect');
      return socket;
    },
    ask: (localAddress: string) =>
      new Promise<number>((resolve, reject) => {
        get(
          {
            port,
            host: '127.0.0.1',
            localAddress,
            ca: [...authority.chain],
            servername: 'localhost',
            agent: false,
          },
          (answer) => {
            answer.resume().on('end', () => resolve(answer.statusCode!));
          },
        ).on('error', reject);
      }),
  };
};

describe('connections within bounds', () => {
  test('one source takes its share, and there is room for others', async () => {
    const world = await open({ total: 8, perSource: 2 });
    const held = [await world.silent('127.0.0.1'), await world.silent('127.0.0.1')];
    await assert.rejects(world.ask('127.0.0.1'), /ECONNRESET|socket hang up|disconnected/);
    assert.equal(await world.ask('127.0.0.2'), 200);
    assert.deepEqual([...new Set(world.refused)], ['connections of one source']);
    held[0]!.destroy();
    await Promise.all([...world.sockets].slice(0, 1).map((socket) => socket.closed || once(socket, 'close')));
    assert.equal(await world.ask('127.0.0.1'), 200);
  });

  test('and the whole has a bound', async () => {
    const world = await open({ total: 3, perSource: 2 });
    await Promise.all(['127.0.0.1', '127.0.0.1', '127.0.0.2'].map(world.silent));
    while (world.sockets.size < 3) await new Promise((resolve) => setImmediate(resolve));
    await assert.rejects(world.ask('127.0.0.3'), /ECONNRESET|socket hang up|disconnected/);
    assert.deepEqual([...new Set(world.refused)], ['connections']);
  });

  test('what has ended counts no more, in the whole and by source', async () => {
    const world = await open({ total: 2, perSource: 1 });
    for (let round = 0; round < 5; round += 1) {
      const held = await world.silent(`127.0.0.${1 + (round % 2)}`);
      while (world.sockets.size <= round) {
        assert.deepEqual(world.refused, [], `round ${round}`);
        await new Promise((resolve) => setImmediate(resolve));
      }
      held.destroy();
      const accepted = [...world.sockets].at(-1)!;
      if (!accepted.closed) await once(accepted, 'close');
    }
    assert.equal(await world.ask('127.0.0.1'), 200);
    assert.deepEqual(
      world.refused.filter((reason) => reason.startsWith('connections')),
      [],
    );
  });

  test('an IPv4 client is one source, however the socket writes its address', () => {
    assert.equal(plainAddress('::ffff:10.0.0.1'), '10.0.0.1');
    assert.equal(plainAddress('10.0.0.1'), '10.0.0.1');
    assert.equal(plainAddress('fd00::ffff:1'), 'fd00::ffff:1');
  });

  test('who says nothing is cut off when the time for the handshake is over, and nothing of it is kept', async () => {
    const world = await open({ total: 8, perSource: 8 }, { handshakeTimeout: 50 });
    const silent = await world.silent('127.0.0.1');
    await once(silent, 'close');
    const [accepted] = world.sockets;
    if (!accepted!.closed) await once(accepted!, 'close');
    assert.deepEqual(world.refused, ['handshake']);
  });

  test('an accept that fails is counted and ends nothing', async () => {
    const world = await open({ total: 8, perSource: 8 });
    const failure = Object.assign(new Error('accept EMFILE'), { syscall: 'accept', code: 'EMFILE' });
    world.server.emit('error', failure);
    assert.deepEqual(world.refused, ['accept']);
    assert.equal(await world.ask('127.0.0.1'), 200);
  });

  test('who leaves in the middle of the handshake leaves nothing behind', async () => {
    const world = await open({ total: 8, perSource: 8 });
    const leaver = await world.silent('127.0.0.1');
    leaver.end(Buffer.from([22, 3, 1, 2, 0, 1]));
    while (world.sockets.size < 1) await new Promise((resolve) => setImmediate(resolve));
    const [accepted] = world.sockets;
    if (!accepted!.closed) await once(accepted!, 'close');
    assert.equal(await world.ask('127.0.0.1'), 200);
  });
});

describe('bounds by descriptors', () => {
  test('three quarters of what is left beside the process’s own, a quarter of that for one source', () => {
    assert.deepEqual(connectionBounds(20_000, 1_024), { total: 720, perSource: 180 });
    assert.deepEqual(connectionBounds(20_000, 1_048_576), { total: 20_000, perSource: 5_000 });
    assert.deepEqual(connectionBounds(20_000, 32), { total: 4, perSource: 1 });
    assert.deepEqual(connectionBounds(20_000, 1_024, 2), { total: 360, perSource: 90 });
  });

  test('the limit is read from the system, and unknown where it does not say', () => {
    assert.equal(
      descriptorLimit(
        () =>
          'Limit Soft Hard Units\nMax open files            1024                 4096                 files\n',
      ),
      1024,
    );
    assert.equal(
      descriptorLimit(() => 'Max open files            unlimited'),
      undefined,
    );
    assert.equal(
      descriptorLimit(() => {
        throw new Error('ENOENT');
      }),
      undefined,
    );
  });
});

test('open descriptors are counted, and that none can be had is no error', () => {
  assert.equal(
    openDescriptors(() => ['0', '1', '2']),
    3,
  );
  for (const [code, counted] of [
    ['EMFILE', Infinity],
    ['ENOENT', undefined],
  ] as const)
    assert.equal(
      openDescriptors(() => {
        throw Object.assign(new Error(code), { code });
      }),
      counted,
    );
});

test('what bites is counted, and logged once in a while with how many there were', () => {
  let clock = 0;
  const logged: unknown[] = [];
  const bites = createBites(
    () => clock,
    (...entry) => logged.push(entry),
  );
  for (let index = 0; index < 100; index += 1) bites.add('handshake');
  bites.add('connections');
  clock = 61_000;
  bites.add('handshake');
  assert.deepEqual(logged, [
    ['handshake', 1],
    ['connections', 1],
    ['handshake', 100],
  ]);
  assert.deepEqual(Object.fromEntries(bites.counts()), { handshake: 101, connections: 1 });
});
