import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { describe, test } from 'node:test';
import { nodeHello } from './client-hello.testkit.ts';
import { FakeClock } from './fake-clock.testkit.ts';
import { address, start, totals, world } from './gateway-world.testkit.ts';
import { ending, listenerAt, name, until } from './private-endpoint.testkit.ts';

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
    const dial = () => connect({ host: 'never.invalid', port: 1, lookup: () => {} });
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
