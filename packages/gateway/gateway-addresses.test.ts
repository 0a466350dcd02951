import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, test } from 'node:test';
import { ownAddress } from '@tombolo/testkit/own-address';
import { FakeClock } from './fake-clock.testkit.ts';
import { address, echoed, start, use, world } from './gateway-world.testkit.ts';
import { listenerAt, until, World } from './private-endpoint.testkit.ts';
import { linkIdentifierOf } from './proxy-protocol.ts';

describe('addresses', () => {
  test('one that is not on this host is unrealized, with the command that adds it, and others go on', async () => {
    use(await World.start());
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
    use(await World.start({ port, clock, retryAfter: 1000 }));
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
    assert.match(state('/a/earlier')?.fix ?? '', /an address that no other network's endpoint has/);
    assert.equal(await echoed('first'), 'first');
    const after = await world.gateway.reconcile([rival]);
    assert.equal(after.listeners[0]?.state, 'listening');
    assert.equal(await echoed('second'), 'second');
    assert.equal(linkIdentifierOf(world.headers.at(-1)!), 9);
  });

  test('many changes at once end where the last one points', async () => {
    await start();
    const second = ownAddress(5);
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

  test('an address of the installation itself is never bound, whatever is desired', async () => {
    const own = ownAddress(9);
    await start({ ownAddresses: [own] });
    const report = await world.gateway.reconcile([listenerAt(own), listenerAt(address)]);
    const [first, second] = report.listeners.toSorted((a, b) => (a.address < b.address ? 1 : -1));
    assert.deepEqual([first?.state, second?.state], ['unrealized', 'listening']);
    assert.match(first?.reason ?? '', /address of the installation itself/);
    assert.equal(await echoed('others go on'), 'others go on');
  });
});
