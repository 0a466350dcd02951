import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { after, before, describe, test } from 'node:test';
import { WebSocket } from 'ws';
import { createMachine } from './machine.testkit.ts';
import { createNotificationChannel } from './notification-channel.ts';
import { identityIdOf } from './projection.ts';
import type { World } from './world.testkit.ts';
import { codeOf, hosts, machineId, openWorldOfTwoScopes } from './world.testkit.ts';

let world: World;
const open = new Set<WebSocket>();
before(async () => {
  world = await openWorldOfTwoScopes();
});
after(async () => {
  for (const socket of open) socket.terminate();
  await world.close();
});

type Machine = Awaited<ReturnType<typeof createMachine>>;

const listen = async (headers: Readonly<Record<string, string>>): Promise<WebSocket> => {
  const connection = await world.open(hosts.relay, { kind: 'public' });
  const socket = new WebSocket(`wss://${hosts.relay}/notifications`, {
    headers,
    createConnection: () => connection,
  });
  open.add(socket);
  return socket;
};
const listening = async (machine: Machine) => {
  const socket = await listen(await machine.authorized('GET', hosts.relay, '/notifications'));
  const heard: string[] = [];
  socket.on('message', (data) => heard.push(String(data)));
  // The first comes by itself: what changed while nobody listened.
  await once(socket, 'message');
  return { socket, heard };
};
const connected = async (name: string, scope?: string): Promise<Machine> => {
  const machine = await createMachine(world, name, scope === undefined ? {} : { scope });
  await machine.connect(scope === undefined ? undefined : 12);
  return machine;
};
const tag = async (id: string, value: string) => {
  const { type, body } = (await world.store.get(id))!;
  await world.put(id, type, { ...body, tags: { value } });
};
const refusedWith = async (socket: WebSocket): Promise<number | undefined> => {
  socket.on('error', () => {});
  const [, response] = await once(socket, 'unexpected-response');
  response.resume();
  socket.terminate();
  return response.statusCode;
};

describe('a machine that listens', () => {
  test('hears of a change of its own, at once, and of nobody else’s', async () => {
    const [lamp, fan] = await Promise.all([connected('lamp'), connected('fan')]);
    const [first, second] = await Promise.all([listening(lamp), listening(fan)]);
    assert.equal(world.server.listening(), 2);
    const told = once(first.socket, 'message');
    await tag(lamp.id, 'a');
    assert.deepEqual(JSON.parse(String((await told)[0])), { kind: 'desiredStateChanged' });
    // What is below it is its desired state, too.
    const again = once(first.socket, 'message');
    await world.put(`${lamp.id}/identities/other`, 'Tombolo/machineIdentities', { properties: {} });
    await again;
    const own = once(second.socket, 'message');
    await tag(fan.id, 'b');
    await own;
    assert.equal(second.heard.length, 2);
  });

  test('R11: may have a scope without public access, as notifications are public', async () => {
    const { socket } = await listening(await connected('shut in', 'closed'));
    assert.equal(socket.readyState, WebSocket.OPEN);
  });

  test('by two connections keeps the newer one', async () => {
    const machine = await connected('twice');
    const older = await listening(machine);
    const ended = once(older.socket, 'close');
    const newer = await listening(machine);
    assert.equal((await ended)[0], 1008);
    assert.equal(newer.socket.readyState, WebSocket.OPEN);
  });

  test('is shown out with its certificate, and when it speaks', async () => {
    const machine = await connected('revoked');
    const ended = once((await listening(machine)).socket, 'close');
    await world.store.commit({ deletes: [identityIdOf(machine.id)] });
    const [code, reason] = await ended;
    assert.deepEqual([code, String(reason)], [1008, 'The machine is no longer registered.']);
    const { socket } = await listening(await connected('talker'));
    const shown = once(socket, 'close');
    socket.send('x');
    assert.equal((await shown)[0], 1008);
  });
});

test('without a proof, with one of another request, or without the certificate nobody listens', async () => {
  const machine = await connected('proven');
  assert.equal(await refusedWith(await listen({})), 401);
  const other = await machine.authorized('GET', hosts.gas, '/configuration');
  assert.equal(await refusedWith(await listen(other)), 401);
  const headers = await machine.authorized('GET', hosts.relay, '/notifications');
  await world.store.commit({ deletes: [identityIdOf(machine.id)] });
  await world.settled();
  assert.equal(await refusedWith(await listen(headers)), 401);
});

test('who is refused and never closes the connection is not waited for', { timeout: 20_000 }, async () => {
  const connection = await world.open(hosts.relay, { kind: 'public' }, { allowHalfOpen: true });
  connection.on('error', () => {});
  const closed = new Promise((resolve) => connection.once('close', resolve));
  const headers = `host: ${hosts.relay}\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13`;
  connection.write(
    `GET /notifications HTTP/1.1\r\n${headers}\r\nsec-websocket-key: ${'A'.repeat(22)}==\r\n\r\n`,
  );
  const [answer] = await once(connection, 'data');
  assert.match(String(answer), /^HTTP\/1.1 401 /);
  // A connection that is held takes all of it, or leaves it lying; one that is over breaks.
  const more = (): void => {
    while (connection.writable && connection.write(Buffer.alloc(65_536)));
  };
  connection.on('drain', more);
  more();
  await closed;
});

test('a request that asks for no WebSocket is 426, and no other path is upgraded', async () => {
  const machine = await connected('plain');
  const answer = await machine.call('GET', hosts.relay, '/notifications');
  assert.deepEqual([answer.status, codeOf(answer)], [426, 'UpgradeRequired']);
  const connection = await world.open(hosts.gns, { kind: 'public' });
  const socket = new WebSocket(`wss://${hosts.gns}/`, { createConnection: () => connection });
  assert.equal(await refusedWith(socket), 400);
});

test('who answers no ping is ended, and beyond the bound nobody is taken', () => {
  const made = (name: string) => {
    const said: string[] = [];
    const socket = Object.assign(new EventEmitter(), {
      bufferedAmount: 0,
      send: () => said.push('message'),
      ping: () => said.push('ping'),
      close: (code: number) => said.push(`close ${code}`),
      terminate: () => said.push('terminate'),
    });
    return {
      said,
      socket: socket as never,
      pong: () => socket.emit('pong'),
      listener: { machineId: () => machineId(name) },
    };
  };
  const channel = createNotificationChannel({ atMost: 2 });
  const [lively, dead, late] = ['lively', 'dead', 'late'].map(made) as [
    ReturnType<typeof made>,
    ReturnType<typeof made>,
    ReturnType<typeof made>,
  ];
  for (const { socket, listener } of [lively, dead, late]) channel.add(socket, listener);
  assert.deepEqual(late.said, ['close 1013']);
  channel.sweep();
  lively.pong();
  channel.sweep();
  assert.deepEqual(lively.said, ['message', 'ping', 'ping']);
  assert.deepEqual(dead.said, ['message', 'ping', 'terminate']);
  assert.equal(channel.size, 1);
  channel.close();
  assert.deepEqual(lively.said.at(-1), 'close 1001');
});
