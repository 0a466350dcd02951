/** One connection between two streams that the test holds, on a clock that it moves: every end there is. */

import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { type Duplex, duplexPair } from 'node:stream';
import { describe, test } from 'node:test';
import { handmadeHello, serverNameExtension } from './client-hello.testkit.ts';
import { GatewayConnection } from './connection.ts';
import { Counters, type Outcome, outcomes } from './counters.ts';
import { FakeClock } from './fake-clock.testkit.ts';
import { listenerAt, name } from './private-endpoint.testkit.ts';
import type { DesiredListener } from './projection.ts';
import { decodeProxyHeader } from './proxy-protocol.ts';

const hello = Buffer.from(handmadeHello(serverNameExtension(name)));
const turn = () => new Promise((resolve) => setImmediate(resolve));
/** Streams tell each other of data, ends and closes within a few turns of the loop. */
const settled = async () => {
  for (let turns = 0; turns < 10; turns += 1) await turn();
};

/** A stream in a socket's clothes, with its other side, which remembers what it got. */
const createSocket = (more: object = {}) => {
  const [own, peer] = duplexPair({ highWaterMark: 1_024 });
  let resets = 0;
  const socket = Object.assign(own, {
    connecting: false,
    remoteAddress: '192.168.0.7',
    remotePort: 40_000,
    resetAndDestroy: () => {
      resets += 1;
      own.destroy();
      peer.destroy();
    },
    ...more,
  }) as Duplex as Socket;
  const got: Buffer[] = [];
  let isEnded = false;
  peer.on('end', () => {
    isEnded = true;
  });
  peer.on('error', () => {});
  return {
    socket,
    peer,
    read: () => peer.on('data', (chunk: Buffer) => got.push(chunk)),
    got: () => Buffer.concat(got),
    isEnded: () => isEnded,
    resets: () => resets,
  };
};

const open = (route: Partial<DesiredListener> = {}, socket: object = {}) => {
  const clock = new FakeClock();
  clock.advance(5_000);
  const counters = new Counters();
  counters.accept();
  const client = createSocket(socket);
  client.read();
  client.socket.pause();
  const upstreams: ReturnType<typeof createSocket>[] = [];
  const failures: string[] = [];
  let ends = 0;
  let dialError: unknown;
  const connection = new GatewayConnection(client.socket, listenerAt('10.0.0.4', route), {
    dial: () => {
      if (dialError !== undefined) throw dialError;
      const upstream = createSocket({ connecting: true });
      upstreams.push(upstream);
      return upstream.socket;
    },
    clock,
    timeouts: { hello: 100, connect: 200, idle: 1_000 },
    logicalPort: 443,
    counters,
    onUpstreamFailure: (message) => failures.push(message),
    onEnd: () => {
      ends += 1;
    },
  });
  const outcome = (): Outcome | undefined => {
    const { ended } = counters.report();
    const found = outcomes.filter((each) => ended[each] > 0);
    assert.ok(found.length <= 1 && ends === found.length, 'it ends once, and says so once');
    return found[0];
  };
  return {
    clock,
    counters,
    connection,
    client,
    upstreams,
    failures,
    outcome,
    failDial: (error: unknown) => {
      dialError = error;
    },
    send: async (bytes: Uint8Array) => {
      client.peer.write(bytes);
      await settled();
    },
    /** The upstream takes the connection. */
    take: async ({ read = true } = {}) => {
      const upstream = upstreams.at(-1)!;
      if (read) upstream.read();
      Object.assign(upstream.socket, { connecting: false }).emit('connect');
      await settled();
      return upstream;
    },
  };
};
type World = ReturnType<typeof open>;
const forwarding = async (how: { readonly read?: boolean } = {}) => {
  const world = open();
  await world.send(hello);
  return { ...world, upstream: await world.take(how) };
};
const phase = ({ connection }: World) => connection.report().phase;

describe('a connection', () => {
  test('waits for the whole hello, dials, and hands over a PROXY header and the hello in one write', async () => {
    const world = open();
    await world.send(hello.subarray(0, 3));
    await world.send(hello.subarray(3, 20));
    assert.deepEqual([world.upstreams.length, phase(world)], [0, 'hello']);
    await world.send(hello.subarray(20));
    assert.deepEqual([world.upstreams.length, phase(world)], [1, 'dialling']);
    await world.send(Buffer.from('early'));
    const chunks: Buffer[] = [];
    world.upstreams[0]!.peer.on('data', (chunk: Buffer) => chunks.push(chunk));
    const upstream = await world.take({ read: false });
    const header = decodeProxyHeader(chunks[0]!);
    assert.ok(header.status === 'header' && header.header.command === 'PROXY');
    assert.deepEqual(header.header.source, { address: '192.168.0.7', port: 40_000 });
    assert.deepEqual(header.header.destination, { address: '10.0.0.4', port: 443 });
    assert.deepEqual(chunks[0]!.subarray(header.length), hello);
    assert.equal(Buffer.concat(chunks.slice(1)).toString(), 'early', 'what came while it dialled follows');
    assert.equal(upstream.resets(), 0);
  });

  test('reports where it stands', async () => {
    const { connection, clock, send, take, upstreams } = open();
    const report = { source: '192.168.0.7 port 40000', bytesFromClient: 0, bytesToClient: 0 };
    clock.advance(7);
    assert.deepEqual(connection.report(), { ...report, phase: 'hello', serverName: null, age: 7 });
    await send(hello);
    assert.deepEqual(connection.report(), { ...report, phase: 'dialling', serverName: name, age: 7 });
    await take();
    upstreams[0]!.peer.write('12345');
    await send(Buffer.from('123'));
    assert.deepEqual(connection.report(), {
      source: report.source,
      phase: 'forwarding',
      serverName: name,
      age: 7,
      bytesFromClient: hello.length + 3,
      bytesToClient: 5,
    });
  });

  test('passes bytes and ends on, each way by itself, and is complete when both have ended', async () => {
    for (const first of ['client', 'upstream'] as const) {
      const { client, upstream, send, outcome, counters, clock } = await forwarding();
      upstream.peer.write('down');
      await send(Buffer.from('up'));
      assert.equal(client.got().toString(), 'down');
      assert.equal(upstream.got().subarray(-2).toString(), 'up');
      const [one, other] = first === 'client' ? [client, upstream] : [upstream, client];
      one.peer.end();
      await settled();
      assert.ok(other.isEnded() && outcome() === undefined, 'half closed');
      other.peer.write('later');
      await settled();
      assert.match(one.got().toString(), /later$/);
      other.peer.end();
      await settled();
      assert.equal(outcome(), 'completed');
      assert.deepEqual([client.resets(), upstream.resets(), clock.pending], [0, 0, 0]);
      assert.equal(counters.report().bytesFromClient, hello.length + 2 + (first === 'upstream' ? 5 : 0));
    }
  });

  test('takes no more than the upstream takes of the hello itself', async () => {
    const long = Buffer.from(
      handmadeHello([...serverNameExtension(name), 0, 21, 8, 0, ...Array<number>(2_048).fill(0)]),
    );
    const world = open();
    await world.send(long);
    world.client.peer.write(Buffer.alloc(900));
    await world.take({ read: false });
    assert.equal(world.connection.report().bytesFromClient, long.length, 'the rest waits');
    world.upstreams[0]!.read();
    await settled();
    assert.equal(world.connection.report().bytesFromClient, long.length + 900);
  });

  test('takes no more from one side than the other takes', async () => {
    for (const from of ['client', 'upstream'] as const) {
      const world = await forwarding({ read: from === 'upstream' });
      const { client, upstream, outcome } = world;
      if (from === 'upstream') client.peer.pause();
      const [source, sink] = from === 'client' ? [client, upstream] : [upstream, client];
      for (let at = 0; at < 100; at += 1) source.peer.write(Buffer.alloc(1_000));
      await settled();
      const { bytesFromClient, bytesToClient } = world.connection.report();
      assert.ok((from === 'client' ? bytesFromClient : bytesToClient) < 20_000, 'held back');
      if (from === 'client') sink.read();
      else sink.peer.resume();
      for (let at = 0; at < 100; at += 1) await settled();
      const { bytesFromClient: up, bytesToClient: down } = world.connection.report();
      assert.equal(from === 'client' ? up - hello.length : down, 100_000, 'and goes on');
      assert.equal(outcome(), undefined);
    }
  });
});

describe('a client', () => {
  const cases: readonly (readonly [string, Uint8Array, Outcome])[] = [
    [
      'with another member’s name',
      handmadeHello(serverNameExtension('je.his.arc.azure.com')),
      'wrong-server-name',
    ],
    ['without a name', handmadeHello([]), 'no-server-name'],
    ['with an address for a name', handmadeHello(serverNameExtension('10.0.0.4')), 'bad-hello'],
    ['that speaks something else', Buffer.from('GET / HTTP/1.1'), 'bad-hello'],
  ];
  for (const [what, bytes, expected] of cases)
    test(`${what} is reset: ${expected}`, async () => {
      const { send, outcome, client, upstreams, clock } = open();
      await send(bytes);
      assert.deepEqual([outcome(), client.resets(), upstreams.length, clock.pending], [expected, 1, 0, 0]);
    });

  test('that ends, breaks or closes before it is forwarded is gone', async () => {
    for (const leave of [
      ({ client }: World) => client.peer.end(),
      ({ client }: World) => client.socket.destroy(),
      ({ client }: World) => client.socket.destroy(new Error('broken')),
    ]) {
      const world = open();
      leave(world);
      await settled();
      assert.equal(world.outcome(), 'client-gone');
      const dialling = open();
      await dialling.send(hello);
      if (leave.toString().includes('end()')) continue;
      leave(dialling);
      await settled();
      assert.equal(dialling.outcome(), 'client-gone');
    }
  });

  test('of which the address is not known any more is gone at once', () => {
    const { outcome, clock } = open({}, { remoteAddress: undefined, remotePort: undefined });
    assert.deepEqual([outcome(), clock.pending], ['client-gone', 0]);
  });

  test('that breaks while it is forwarded takes the upstream with it, and the other way round', async () => {
    const broken = await forwarding();
    broken.client.socket.destroy(new Error('reset'));
    await settled();
    assert.deepEqual([broken.outcome(), broken.upstream.resets()], ['client-reset', 1]);
    const upstream = await forwarding();
    upstream.upstream.socket.destroy(new Error('reset'));
    await settled();
    assert.deepEqual([upstream.outcome(), upstream.client.resets()], ['upstream-reset', 1]);
  });

  test('or an upstream that closes without an end took the other with it', async () => {
    const gone = await forwarding();
    gone.client.socket.destroy();
    await settled();
    assert.deepEqual([gone.outcome(), gone.upstream.resets()], ['client-gone', 1]);
    const lost = await forwarding();
    lost.upstream.socket.destroy();
    await settled();
    assert.deepEqual([lost.outcome(), lost.client.resets()], ['upstream-reset', 1]);
  });
});

describe('time', () => {
  test('bounds the hello as a whole', async () => {
    const { send, clock, outcome, client } = open();
    await send(hello.subarray(0, 10));
    clock.advance(60);
    await send(hello.subarray(10, 20));
    clock.advance(39);
    assert.equal(outcome(), undefined);
    clock.advance(1);
    assert.deepEqual([outcome(), client.resets()], ['hello-timeout', 1]);
  });

  test('bounds the dial, and says so', async () => {
    const { send, clock, outcome, failures, take } = open();
    await send(hello);
    clock.advance(199);
    assert.deepEqual([outcome(), failures], [undefined, []]);
    clock.advance(1);
    assert.deepEqual([outcome(), failures], ['upstream-timeout', ['no connection within 200 ms']]);
    const late = await take();
    assert.equal(late.got().length, 0, 'one that is taken after that is handed nothing');
  });

  test('ends what is idle: since the last byte of either side', async () => {
    for (const side of ['client', 'upstream'] as const) {
      const { clock, outcome, client, upstream } = await forwarding();
      clock.advance(900);
      (side === 'client' ? client : upstream).peer.write('x');
      await settled();
      clock.advance(999);
      assert.equal(outcome(), undefined, side);
      clock.advance(1);
      assert.deepEqual([outcome(), client.resets(), upstream.resets()], ['idle', 1, 1], side);
    }
    const silent = open();
    await silent.send(hello);
    silent.clock.advance(150);
    await silent.take();
    silent.clock.advance(999);
    assert.equal(silent.outcome(), undefined, 'counted from the moment it was forwarded');
    silent.clock.advance(1);
    assert.equal(silent.outcome(), 'idle');
  });

  test('a side that takes what was waiting is not idle', async () => {
    const { clock, outcome, client, upstream } = await forwarding({ read: false });
    client.peer.write(Buffer.alloc(5_000));
    await settled();
    clock.advance(900);
    upstream.read();
    await settled();
    clock.advance(999);
    assert.equal(outcome(), undefined);
  });
});

describe('an upstream', () => {
  test('that cannot be dialled is said, and the client reset', async () => {
    for (const [error, message] of [
      [new Error('no such file'), 'no such file'],
      ['odd', 'odd'],
    ]) {
      const world = open();
      world.failDial(error);
      await world.send(hello);
      assert.deepEqual(
        [world.outcome(), world.failures, world.client.resets()],
        ['upstream-failed', [message], 1],
      );
    }
  });

  test('that refuses is said', async () => {
    const { send, upstreams, outcome, failures } = open();
    await send(hello);
    upstreams[0]!.socket.emit('error', Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }));
    assert.deepEqual([outcome(), failures], ['upstream-failed', ['refused']]);
    upstreams[0]!.socket.emit('error', new Error('again'));
    assert.deepEqual(failures, ['refused'], 'once');
  });

  test('whose queue is full is dialled again after a moment, within the same bound', async () => {
    const { send, upstreams, outcome, clock, take, failures } = open();
    const full = () =>
      upstreams.at(-1)!.socket.emit('error', Object.assign(new Error('full'), { code: 'EAGAIN' }));
    await send(hello);
    full();
    clock.advance(19);
    assert.equal(upstreams.length, 1);
    clock.advance(1);
    assert.deepEqual([upstreams.length, outcome()], [2, undefined]);
    const upstream = await take();
    assert.ok(upstream.got().length > hello.length);
    assert.deepEqual(failures, []);
    const other = open();
    await other.send(hello);
    for (let time = 0; time < 10; time += 1) {
      other.upstreams.at(-1)!.socket.emit('error', Object.assign(new Error('full'), { code: 'EAGAIN' }));
      other.clock.advance(20);
    }
    assert.equal(other.outcome(), 'upstream-timeout');
    assert.equal(other.upstreams.length, 10);
    other.clock.advance(1_000);
    assert.equal(other.upstreams.length, 10, 'who is gone is not dialled for');
  });

  test('that fails after the client is gone is nobody’s failure', async () => {
    const { send, upstreams, connection, outcome, failures } = open();
    await send(hello);
    connection.end('revoked');
    upstreams[0]!.socket.emit('error', new Error('late'));
    assert.deepEqual([outcome(), failures], ['revoked', []]);
  });
});

describe('an end from outside', () => {
  test('resets both sides at once, and the first counts', async () => {
    const { connection, client, upstream, outcome, clock } = await forwarding();
    connection.end('revoked');
    connection.end('idle');
    assert.deepEqual([outcome(), client.resets(), upstream.resets(), clock.pending], ['revoked', 1, 1, 0]);
    await settled();
    assert.equal(outcome(), 'revoked');
  });

  test('destroys an upstream that is still being dialled', async () => {
    const { send, connection, upstreams } = open();
    await send(hello);
    connection.end('revoked');
    assert.ok(upstreams[0]!.socket.destroyed);
    assert.equal(upstreams[0]!.resets(), 0, 'nobody is there to be told');
  });
});

describe('what is held in silence (Azure timing)', () => {
  const held = () => open({ disposition: 'drop' });
  test('is never answered or dialled for, takes all that comes, and ends at the idle bound from the start', async () => {
    const world = held();
    assert.equal(phase(world), 'held');
    for (let at = 0; at < 20; at += 1) await world.send(Buffer.alloc(1_000));
    assert.ok(world.client.peer.writableLength < 1_024, 'it is read');
    world.clock.advance(999);
    assert.deepEqual([world.outcome(), world.client.got().length, world.upstreams.length], [undefined, 0, 0]);
    world.clock.advance(1);
    assert.deepEqual([world.outcome(), world.client.resets()], ['dropped', 1]);
  });
  test('is dropped however it ends, but by a shutdown', async () => {
    const ended = held();
    ended.client.peer.end();
    await settled();
    assert.equal(ended.outcome(), 'dropped');
    for (const [by, expected] of [
      ['revoked', 'dropped'],
      ['shut-down', 'shut-down'],
    ] as const) {
      const world = held();
      world.connection.end(by);
      assert.equal(world.outcome(), expected);
    }
  });
});
