import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { handmadeHello, serverNameExtension } from './client-hello.testkit.ts';
import { dialTo } from './gateway.ts';
import { address, echoed, start, totals, use, world } from './gateway-world.testkit.ts';
import { admission, ending, listenerAt, listenersWhile, until, World } from './private-endpoint.testkit.ts';
import { linkIdentifierOf } from './proxy-protocol.ts';

describe('the gateway resets', () => {
  test('a name of another member, no name, an IP literal and what is not TLS, and counts each', async () => {
    await start();
    assert.equal(await ending(world.tls(address, 'je.his.arc.azure.com')), 'ECONNRESET');
    assert.equal(await ending(world.tls(address, '')), 'ECONNRESET');
    for (const bytes of ['GET / HTTP/1.1\r\n\r\n', handmadeHello(serverNameExtension(address))]) {
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

  for (const status of ['Pending', 'Rejected', 'Disconnected'])
    test(`R15: everything while ${status}; approval opens it without a restart`, async () => {
      await start();
      await world.gateway.reconcile(listenersWhile(status, address));
      assert.equal(await admission(world.tls(address)), 'ECONNRESET');
      assert.equal(totals().ended['not-approved'], 1);
      assert.equal(world.sessions.length, 0, 'nothing of it reached the services');
      await world.gateway.reconcile(listenersWhile('Approved', address));
      assert.equal(await echoed('open'), 'open');
    });

  test('R15: live connections at rejection, both sides, and approval restores them on the same port', async () => {
    await start();
    const client = world.tls(address);
    await once(client, 'secureConnect');
    const port = world.port(address);
    const ended = ending(client);
    await until(() => world.sessions.length === 1, 'session');
    const serviceSide = ending(world.sessions[0]!);
    void world.gateway.reconcile(listenersWhile('Rejected', address));
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

  test('live connections of the same name made anew: another link identifier is another connection', async () => {
    await start();
    const client = world.tls(address);
    await once(client, 'secureConnect');
    await until(() => world.sessions.length === 1, 'session');
    const ended = ending(client);
    await world.gateway.reconcile([listenerAt(address, { linkIdentifier: 9 })]);
    assert.equal(totals().ended.revoked, 1);
    assert.equal(await ended, 'ECONNRESET');
    assert.equal(await echoed('anew'), 'anew');
    assert.equal(linkIdentifierOf(world.headers.at(-1)!), 9);
  });

  test('a rejection while a reader is slow and data is queued, at once', async () => {
    await start({}, (session) => {
      session.write(randomBytes(30_000_000));
    });
    const client = world.tls(address);
    await once(client, 'secureConnect');
    client.pause();
    await until(() => totals().bytesToClient > 100_000, 'data queued');
    void world.gateway.reconcile(listenersWhile('Rejected', address));
    assert.equal(totals().active, 0);
    assert.equal(await ending(client), 'ECONNRESET');
  });

  test('a client when the service is not there, and says why', async () => {
    await start();
    await world.close();
    use(await World.start({ dial: dialTo(join(world.directory, 'nobody.sock')) }));
    await world.gateway.reconcile([listenerAt(address)]);
    assert.equal(await ending(world.tls(address)), 'ECONNRESET');
    assert.equal(totals().ended['upstream-failed'], 1);
    assert.match(world.gateway.report().listeners[0]?.lastUpstreamFailure ?? '', /ENOENT/);
  });

  test('beyond its limits: by listener, in all, by source', async () => {
    for (const limits of [{ perListener: 1 }, { total: 1 }, { perSource: 1 }]) {
      if (world) await world.close();
      let told = 0;
      await start({ limits, onOverLimit: () => told++ });
      const first = world.tls(address);
      await once(first, 'secureConnect');
      assert.equal(await ending(world.tcp(address)), 'ECONNRESET', JSON.stringify(limits));
      assert.equal(totals().ended['over-limit'], 1);
      assert.equal(told, 1);
      first.destroy();
      await until(() => totals().active === 0, 'room again');
      assert.equal(await echoed('room'), 'room');
    }
  });

  test('R15: a rejection during a shutdown, too', async () => {
    await start();
    const client = world.tls(address);
    await once(client, 'secureConnect');
    await until(() => world.sessions.length === 1, 'session');
    const ended = ending(client);
    const drained = world.gateway.drain(60_000);
    await world.gateway.reconcile(listenersWhile('Rejected', address));
    await drained;
    assert.equal(await ended, 'ECONNRESET');
    assert.equal(totals().ended.revoked, 1);
  });
});
