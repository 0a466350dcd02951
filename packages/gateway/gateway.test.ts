import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, test } from 'node:test';
import fc from 'fast-check';
import { handmadeHello, nodeHello, serverNameExtension, splitRecords } from './client-hello.testkit.ts';
import { FakeClock } from './fake-clock.testkit.ts';
import { dialTo, type GatewayOptions } from './gateway.ts';
import { renderMetrics } from './metrics.ts';
import { ending, listenerAt, name, until, World } from './private-endpoint.testkit.ts';
import { linkIdentifierOf } from './proxy-protocol.ts';

const address = '127.77.1.4';
let world: World;

const start = async (
  options: Partial<GatewayOptions> = {},
  ...rest: [onSession?: Parameters<typeof World.start>[1]]
) => {
  world = await World.start(options, ...rest);
  await world.gateway.reconcile([listenerAt(address)]);
  return world;
};

const totals = () => world.gateway.report().totals;

/** Every accepted connection is active or has one outcome, and the listeners sum to the totals. */
const assertCountersAddUp = () => {
  const report = world.gateway.report();
  for (const counters of [report.totals, ...report.listeners.map((listener) => listener.counters)]) {
    const ended = Object.values(counters.ended).reduce((sum, count) => sum + count, 0);
    assert.equal(counters.accepted, counters.active + ended);
  }
};

afterEach(async () => {
  assertCountersAddUp();
  await world.close();
  assert.equal(totals().active, 0);
  await until(() => world.upstreamSockets === 0, 'upstream sockets closed');
});

const echoed = async (text: string, servername = name) => {
  const client = world.tls(address, servername);
  await once(client, 'secureConnect');
  client.end(text);
  let back = '';
  for await (const chunk of client) back += chunk;
  return back;
};

describe('the gateway lets through', () => {
  test("the member's own name, in any case, with PROXY header: client, private endpoint at port 443, link identifier", async () => {
    await start();
    assert.equal(await echoed('hello'), 'hello');
    assert.equal(await echoed('again', 'GBL.His.Arc.Azure.Com'), 'again');
    const [header] = world.headers;
    assert.ok(header?.command === 'PROXY');
    assert.equal(header.source.address, '127.0.0.1');
    assert.deepEqual(header.destination, { address, port: 443 });
    assert.equal(linkIdentifierOf(header), 0x12345678);
    await until(() => totals().ended.completed === 2, 'two completed');
    assert.equal(totals().accepted, 2);
  });

  test('a ClientHello that arrives in single bytes', async () => {
    await start();
    const hello = splitRecords(handmadeHello(serverNameExtension(name)), [3, 40]);
    const client = world.tcp(address);
    await once(client, 'connect');
    client.setNoDelay(true);
    for (const byte of hello) {
      client.write(Uint8Array.of(byte));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await until(() => world.headers.length === 1, 'forwarded');
    client.destroy();
  });

  test('an end of either side while the other goes on: half-close both ways', async () => {
    let ended = false;
    await start({}, (session) => {
      // The service answers only after it has seen the client's end, and ends after that.
      session.on('end', () => {
        ended = true;
        session.write('late ');
        session.end('answer');
      });
      session.resume();
    });
    const client = world.tls(address);
    await once(client, 'secureConnect');
    client.end('question');
    let answer = '';
    for await (const chunk of client) answer += chunk;
    assert.equal(answer, 'late answer');
    assert.ok(ended);
    await until(() => totals().ended.completed === 1, 'completed');
  });

  test("the service's end first: the client still sends all that it has", async () => {
    const received: Buffer[] = [];
    let done = false;
    await start({}, (session) => {
      session.end('bye');
      session
        .on('data', (chunk: Buffer) => received.push(chunk))
        .on('end', () => {
          done = true;
        });
    });
    const client = world.tls(address);
    client.resume();
    await once(client, 'end');
    const rest = randomBytes(300_000);
    client.end(rest);
    await until(() => done, 'the service saw the end');
    assert.ok(Buffer.concat(received).equals(rest));
  });

  test('20 MB each way with slow readers: exact bytes, bounded memory between', async () => {
    const size = 20_000_000;
    const [up, down] = [randomBytes(size), randomBytes(size)];
    const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
    const serverHash = createHash('sha256');
    let serverGot = 0;
    let serverDone = false;
    await start({}, (session) => {
      session.write(down);
      session.on('data', (chunk: Buffer) => {
        serverHash.update(chunk);
        serverGot += chunk.length;
        session.pause();
        setImmediate(() => session.resume());
      });
      session.on('end', () => {
        serverDone = true;
        session.end();
      });
    });
    const client = world.tls(address);
    await once(client, 'secureConnect');
    client.end(up);
    // Nobody reads at first: what the gateway takes from the service meanwhile is bounded by socket buffers, not by 20 MB.
    await until(() => serverDone, 'upload done');
    await new Promise((resolve) => setImmediate(resolve));
    assert.ok(
      totals().bytesToClient < 16_000_000,
      `${totals().bytesToClient} bytes taken for a client that doesn't read`,
    );
    const clientHash = createHash('sha256');
    let got = 0;
    for await (const chunk of client) {
      clientHash.update(chunk as Buffer);
      got += (chunk as Buffer).length;
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.deepEqual([serverGot, got], [size, size]);
    assert.equal(serverHash.digest('hex'), digest(up));
    assert.equal(clientHash.digest('hex'), digest(down));
    await until(() => totals().ended.completed === 1, 'completed');
    assert.ok(totals().bytesFromClient > size && totals().bytesToClient > size);
  });
});

describe('the gateway resets', () => {
  test('a name of another member, no name, an IP literal and what is not TLS, and counts each', async () => {
    await start();
    assert.equal(await ending(world.tls(address, 'je.his.arc.azure.com')), 'ECONNRESET');
    assert.equal(await ending(world.tls(address, '')), 'ECONNRESET');
    for (const bytes of ['GET / HTTP/1.1\r\n\r\n', handmadeHello(serverNameExtension('127.77.1.4'))]) {
      const client = world.tcp(address);
      const ended = ending(client);
      client.write(bytes);
      assert.equal(await ended, 'ECONNRESET');
    }
    const { ended, accepted } = totals();
    assert.deepEqual(
      [ended['wrong-server-name'], ended['no-server-name'], ended['bad-hello'], accepted],
      [1, 1, 2, 4],
    );
    assert.equal(world.headers.length, 0);
  });

  test('R15: everything while Pending; approval opens it without a restart', async () => {
    await start();
    await world.gateway.reconcile([listenerAt(address, { status: 'Pending', disposition: 'reset' })]);
    assert.equal(await ending(world.tcp(address)), 'ECONNRESET');
    assert.equal(totals().ended['not-approved'], 1);
    await world.gateway.reconcile([listenerAt(address)]);
    assert.equal(await echoed('open'), 'open');
  });

  test('R15: live connections at rejection, both sides, and approval restores them on the same port', async () => {
    await start();
    const client = world.tls(address);
    await once(client, 'secureConnect');
    const port = world.port(address);
    const ended = ending(client);
    await until(() => world.sessions.length === 1, 'session');
    const serviceSide = once(world.sessions[0] as NodeJS.EventEmitter, 'close');
    void world.gateway.reconcile([listenerAt(address, { status: 'Rejected', disposition: 'reset' })]);
    assert.equal(totals().active, 0, 'before anything is awaited');
    assert.equal(await ended, 'ECONNRESET');
    await serviceSide;
    assert.equal(totals().ended.revoked, 1);
    await world.gateway.reconcile([listenerAt(address)]);
    assert.equal(world.port(address), port);
    assert.equal(await echoed('back'), 'back');
  });

  test('R21: live connections at deletion, and nobody listens there any more', async () => {
    await start();
    const client = world.tls(address);
    await once(client, 'secureConnect');
    // A reset that meets the client's own Finished in flight is swallowed by its kernel's write error.
    await until(() => world.sessions.length === 1, 'session');
    const port = world.port(address);
    const ended = ending(client);
    const report = await world.gateway.reconcile([]);
    assert.equal(await ended, 'ECONNRESET');
    assert.deepEqual(report.listeners, []);
    const free = createServer().listen(port, address);
    await once(free, 'listening');
    free.close();
    assert.equal(totals().ended.revoked, 1, 'totals outlive their listeners');
  });

  test('a rejection while a reader is slow and data is queued, at once', async () => {
    await start({}, (session) => {
      session.write(randomBytes(30_000_000));
    });
    const client = world.tls(address);
    await once(client, 'secureConnect');
    client.pause();
    await until(() => totals().bytesToClient > 100_000, 'data queued');
    void world.gateway.reconcile([listenerAt(address, { status: 'Rejected', disposition: 'reset' })]);
    assert.equal(totals().active, 0);
    assert.equal(await ending(client), 'ECONNRESET');
  });

  test('a client when the service is not there, and says why', async () => {
    await start();
    await world.close();
    world = await World.start({ dial: dialTo({ path: join(world.directory, 'nobody.sock') }) });
    await world.gateway.reconcile([listenerAt(address)]);
    assert.equal(await ending(world.tls(address)), 'ECONNRESET');
    assert.equal(totals().ended['upstream-failed'], 1);
    assert.match(world.gateway.report().listeners[0]?.lastUpstreamFailure ?? '', /ENOENT/);
  });

  test('beyond its limits: by listener, in all, by source', async () => {
    for (const limits of [{ perListener: 1 }, { total: 1 }, { perSource: 1 }]) {
      if (world) await world.close();
      await start({ limits });
      const first = world.tls(address);
      await once(first, 'secureConnect');
      assert.equal(await ending(world.tcp(address)), 'ECONNRESET', JSON.stringify(limits));
      assert.equal(totals().ended['over-limit'], 1);
      first.destroy();
      await until(() => totals().active === 0, 'room again');
      assert.equal(await echoed('room'), 'room');
    }
  });
});

describe('time', () => {
  test('an idle connection is reset after its timeout, and a byte before that keeps it', async () => {
    const clock = new FakeClock();
    await start({ clock, timeouts: { idle: 1000 } });
    const client = world.tls(address);
    await once(client, 'secureConnect');
    await until(() => world.sessions.length === 1, 'session');
    clock.advance(900);
    client.write('x');
    await once(client, 'data');
    clock.advance(900);
    assert.equal(totals().active, 1);
    const ended = ending(client);
    clock.advance(200);
    assert.equal(await ended, 'ECONNRESET');
    assert.equal(totals().ended.idle, 1);
    assert.equal(clock.pending, 0);
  });

  test('a ClientHello that trickles is reset after 5 s in all', async () => {
    const clock = new FakeClock();
    await start({ clock });
    const hello = await nodeHello({ servername: name });
    const client = world.tcp(address);
    client.write(hello.subarray(0, 30));
    await until(() => totals().active === 1, 'accepted');
    clock.advance(4999);
    assert.equal(totals().active, 1);
    const ended = ending(client);
    clock.advance(1);
    assert.equal(await ended, 'ECONNRESET');
    assert.equal(totals().ended['hello-timeout'], 1);
  });

  test('Azure timing: what is not approved is held in silence until the idle bound, however much it sends', async () => {
    const clock = new FakeClock();
    await start({ clock, timeouts: { idle: 1000 } });
    await world.gateway.reconcile([listenerAt(address, { status: 'Pending', disposition: 'drop' })]);
    const client = world.tcp(address);
    let answered = false;
    client.on('data', () => {
      answered = true;
    });
    const ended = ending(client);
    client.write(await nodeHello({ servername: name }));
    await until(() => totals().active === 1, 'held');
    clock.advance(999);
    assert.equal(totals().active, 1);
    clock.advance(1);
    assert.equal(await ended, 'ECONNRESET');
    assert.equal(answered, false);
    assert.equal(totals().ended.dropped, 1);
  });

  test('an upstream that never takes the connection is given up after the connect timeout', async () => {
    const clock = new FakeClock();
    // A name look-up that never answers is a dial that never completes.
    const dial = dialTo({ host: 'never.invalid', port: 1, lookup: () => {} } as never);
    await start({ clock, dial, timeouts: { connect: 700 } });
    const ended = ending(world.tls(address));
    await until(
      () => world.gateway.report({ connections: true }).listeners[0]?.connections?.[0]?.phase === 'dialling',
      'dialling',
    );
    clock.advance(700);
    assert.equal(await ended, 'ECONNRESET');
    assert.equal(totals().ended['upstream-timeout'], 1);
  });

  test('drain lets live connections finish, accepts none, and resets what is left at the deadline', async () => {
    const clock = new FakeClock();
    await start({ clock });
    const [quick, slow] = [world.tls(address), world.tls(address)];
    await Promise.all([once(quick, 'secureConnect'), once(slow, 'secureConnect')]);
    await until(() => world.sessions.length === 2, 'sessions');
    const port = world.port(address);
    const drained = world.gateway.drain(5000);
    const refused = world.tcp(address).destroy();
    assert.ok(refused.destroyed);
    const late = createServer().listen(port, address);
    await once(late, 'listening');
    late.close();
    quick.end('last words');
    let back = '';
    for await (const chunk of quick) back += chunk;
    assert.equal(back, 'last words');
    await until(() => totals().active === 1, 'one left');
    const ended = ending(slow);
    clock.advance(5000);
    await drained;
    assert.equal(await ended, 'ECONNRESET');
    assert.deepEqual([totals().ended.completed, totals().ended['shut-down']], [1, 1]);
  });

  test('drain ends at once when nothing is live', async () => {
    await start({ clock: new FakeClock() });
    await world.gateway.drain(60_000);
    assert.equal(totals().active, 0);
  });
});

describe('addresses', () => {
  test('one that is not on this host is unrealized, with the command that adds it, and others go on', async () => {
    world = await World.start();
    const report = await world.gateway.reconcile([listenerAt('10.255.255.1'), listenerAt(address)]);
    const [missing, there] = report.listeners;
    assert.equal(missing?.state, 'unrealized');
    assert.match(missing?.reason ?? '', /10\.255\.255\.1 is not an address of this host/);
    assert.equal(missing?.fix, 'ip addr add 10.255.255.1/32 dev lo');
    assert.equal(there?.state, 'listening');
    assert.equal(await echoed('on'), 'on');
  });

  test('one that is taken is unrealized, and bound when it is tried again by the timer', async () => {
    const clock = new FakeClock();
    const squatter = createServer().listen(0, address);
    await once(squatter, 'listening');
    const bound = squatter.address();
    const port = typeof bound === 'object' && bound ? bound.port : 0;
    world = await World.start({ port, clock, retryAfter: 1000 });
    const report = await world.gateway.reconcile([listenerAt(address)]);
    assert.equal(report.listeners[0]?.state, 'unrealized');
    assert.match(report.listeners[0]?.fix ?? '', new RegExp(`ss -ltnp 'sport = :${port}'`));
    squatter.close();
    await once(squatter, 'close');
    clock.advance(1000);
    await until(() => world.gateway.report().listeners[0]?.state === 'listening', 'bound again');
    assert.equal(await echoed('mine'), 'mine');
    assert.equal(clock.pending <= 1, true);
  });

  test('one that two networks share stays with the connection that stands there, whichever id sorts first', async () => {
    await start();
    const rival = listenerAt(address, { connectionId: '/a/earlier', linkIdentifier: 9 });
    const both = await world.gateway.reconcile([rival, listenerAt(address)]);
    const state = (id: string) => both.listeners.find((listener) => listener.connectionId === id);
    assert.equal(state('/a/earlier')?.state, 'unrealized');
    assert.match(state('/a/earlier')?.fix ?? '', /gateway of its own/);
    assert.equal(await echoed('first'), 'first');
    const after = await world.gateway.reconcile([rival]);
    assert.equal(after.listeners[0]?.state, 'listening');
    assert.equal(await echoed('second'), 'second');
    assert.equal(linkIdentifierOf(world.headers.at(-1)!), 9);
  });

  test('many changes at once end where the last one points', async () => {
    await start();
    const second = '127.77.1.5';
    const changes = [
      [],
      [listenerAt(address)],
      [listenerAt(second)],
      [],
      [listenerAt(address), listenerAt(second)],
    ];
    await Promise.all(changes.map((desired) => world.gateway.reconcile(desired)));
    const { listeners } = world.gateway.report();
    assert.deepEqual(
      listeners.map(({ state }) => state),
      ['listening', 'listening'],
    );
    assert.equal(await echoed('settled'), 'settled');
  });
});

test('random, cut and mutated hellos leave no socket open, and the gateway goes on', async () => {
  await start();
  const hello = await nodeHello({ servername: name });
  const mutated = fc
    .tuple(fc.nat(hello.length), fc.array(fc.tuple(fc.nat(hello.length - 1), fc.nat(255)), { maxLength: 4 }))
    .map(([length, changes]) => {
      const bytes = Uint8Array.from(hello);
      for (const [at, value] of changes) bytes[at] = value;
      return bytes.subarray(0, length);
    });
  let sent = 0;
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.uint8Array({ maxLength: 60 }), mutated), async (bytes) => {
      sent++;
      const client = world.tcp(address);
      const ended = ending(client);
      client.end(bytes);
      await ended;
      client.destroy();
    }),
    { seed: 20260103, numRuns: 150 },
  );
  await until(() => totals().active === 0 && totals().accepted === sent, 'all ended');
  await until(() => world.upstreamSockets === 0, 'upstream closed');
  assert.equal(await echoed('alive'), 'alive');
});

test('metrics are Prometheus text with the counters of each listener and of all', async () => {
  await start();
  assert.equal(await echoed('count me'), 'count me');
  await ending(world.tls(address, 'other.example'));
  await until(() => totals().active === 0, 'all ended');
  await world.gateway.reconcile([listenerAt(address, { memberName: 'quote " and \\ and\nline' })]);
  const text = renderMetrics(world.gateway.report());
  const labels = `address="${address}",member="quote \\" and \\\\ and\\nline",connection="/scope/privateEndpointConnections/one"`;
  for (const line of [
    '# TYPE tombolo_gateway_all_accepted_total counter',
    'tombolo_gateway_all_accepted_total 2',
    'tombolo_gateway_all_ended_total{outcome="wrong-server-name"} 1',
    `tombolo_gateway_listener_up{${labels}} 1`,
    `tombolo_gateway_listener_ended_total{${labels},outcome="completed"} 1`,
    `tombolo_gateway_all_bytes_total{direction="to_client"} ${totals().bytesToClient}`,
  ]) {
    assert.ok(text.split('\n').includes(line), `${line}\n${text}`);
  }
});
