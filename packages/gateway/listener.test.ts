/** The life of one listener: binding, judging, changing its mind, and closing, with what it reports of itself. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { afterEach, describe, test } from 'node:test';
import { ownAddress } from '@tombolo/testkit/own-address';
import { Counters } from './counters.ts';
import { FakeClock } from './fake-clock.testkit.ts';
import { GatewayListener } from './listener.ts';
import { ending, listenerAt, until } from './private-endpoint.testkit.ts';
import type { DesiredListener } from './projection.ts';

const address = ownAddress(7);
const opened: GatewayListener[] = [];
afterEach(async () => {
  for (const listener of opened.splice(0)) await listener.close('shut-down');
});

const create = ({ port = 0, ...desired }: Partial<DesiredListener> & { readonly port?: number } = {}) => {
  const sources = new Map<string, number>();
  const totals = new Counters();
  const listener = new GatewayListener(listenerAt(address, desired), {
    port,
    logicalPort: 443,
    dial: () => {
      throw new Error('nobody is there');
    },
    clock: new FakeClock(),
    timeouts: { hello: 1_000, connect: 1_000, idle: 1_000 },
    totals,
    limits: { perListener: 10, total: 10, perSource: 2 },
    sources,
    onOverLimit: () => {},
  });
  opened.push(listener);
  const reach = async (): Promise<Socket> => {
    const client = connect(listener.report().port, address).on('error', () => {});
    await once(client, 'connect');
    return client;
  };
  /** How it ends for who is not let in: he may hear of it before he has heard that he is connected. */
  const refused = () => ending(connect(listener.report().port, address));
  return { listener, sources, totals, reach, refused };
};
/** A port that somebody else has, until he is asked to leave. */
const takenPort = async () => {
  const squatter = createServer().listen(0, address);
  await once(squatter, 'listening');
  const { port } = squatter.address() as { port: number };
  return { port, leave: () => new Promise<void>((resolve) => squatter.close(() => resolve())) };
};

describe('a listener', () => {
  test('binds once, however often it is asked, and reports the port that it got', async () => {
    const { listener } = create();
    assert.deepEqual([listener.state, listener.report().port], ['binding', 0]);
    const [one, two] = await Promise.all([listener.bind(), listener.bind()]);
    assert.deepEqual([one, two, listener.state], [undefined, undefined, 'listening']);
    const { port } = listener.report();
    assert.ok(port > 0);
    assert.equal(await listener.bind(), undefined);
    assert.equal(listener.report().port, port, 'the same');
  });

  test('that finds its port taken says why and what to do, and nothing of it once it is bound', async () => {
    const { port, leave } = await takenPort();
    const { listener } = create({ port });
    assert.equal((await listener.bind())?.code, 'EADDRINUSE');
    const { state, reason, fix, port: wanted } = listener.report();
    assert.deepEqual([state, wanted], ['unrealized', port]);
    assert.match(`${reason} ${fix}`, /EADDRINUSE.*ss -ltnp/);
    await leave();
    assert.equal(await listener.bind(), undefined);
    const report = listener.report();
    assert.deepEqual([report.state, 'reason' in report, 'fix' in report], ['listening', false, false]);
  });

  test('that is refused an address says what it was told', () => {
    const { listener } = create();
    listener.refuse({ reason: 'another stands there', fix: 'none' });
    const { state, reason, fix } = listener.report();
    assert.deepEqual([state, reason, fix], ['unrealized', 'another stands there', 'none']);
  });

  test('reports of its connections only when it is asked to, and of the upstream only when it failed', async () => {
    const { listener, reach } = create();
    await listener.bind();
    const client = await reach();
    await until(() => listener.report().counters.active === 1, 'accepted');
    const report = listener.report();
    assert.ok(!('connections' in report) && !('lastUpstreamFailure' in report));
    const [connection, ...more] = listener.report(true).connections!;
    assert.deepEqual([connection?.phase, more.length], ['hello', 0]);
    client.destroy();
    await until(() => listener.report().counters.active === 0, 'gone');
    assert.deepEqual(listener.report(true).connections, []);
  });
});

describe('a change', () => {
  test('that still accepts leaves what is live; one that does not resets it at once', async () => {
    for (const disposition of ['reset', 'drop'] as const) {
      const { listener, reach } = create();
      await listener.bind();
      const client = await reach();
      await until(() => listener.report().counters.active === 1, 'accepted');
      listener.update(listenerAt(address, { memberName: 'renamed' }));
      assert.deepEqual([listener.report().counters.active, listener.desired.memberName], [1, 'renamed']);
      const ended = ending(client);
      listener.update(listenerAt(address, { disposition, status: 'Rejected' }));
      const { counters, status, disposition: shown } = listener.report();
      assert.deepEqual(
        [counters.active, counters.ended.revoked, status, shown],
        [0, 1, 'Rejected', disposition],
      );
      assert.equal(await ended, 'ECONNRESET');
    }
  });

  test('to one that is not approved resets who comes, and holds him in Azure timing', async () => {
    const { listener, reach, refused, sources } = create({ disposition: 'reset' });
    await listener.bind();
    assert.equal(await refused(), 'ECONNRESET');
    assert.deepEqual([listener.report().counters.ended['not-approved'], sources.size], [1, 0]);
    listener.update(listenerAt(address, { disposition: 'drop' }));
    await reach();
    await until(() => listener.report(true).connections?.[0]?.phase === 'held', 'held');
  });
});

test('a source is counted while it is live, and forgotten with its last connection', async () => {
  const { listener, reach, refused, sources, totals } = create();
  await listener.bind();
  const clients = [await reach(), await reach()];
  await until(() => totals.active === 2, 'two');
  assert.deepEqual([...sources], [['127.0.0.1', 2]]);
  assert.equal(await refused(), 'ECONNRESET');
  assert.deepEqual([...sources], [['127.0.0.1', 2]], 'who is refused is not counted');
  clients[0]!.destroy();
  await until(() => totals.active === 1, 'one');
  assert.deepEqual([...sources], [['127.0.0.1', 1]]);
  clients[1]!.destroy();
  await until(() => totals.active === 0, 'none');
  assert.equal(sources.size, 0);
});

describe('closing', () => {
  test('ends what is live with its outcome, and binds no more', async () => {
    const { listener, reach } = create();
    await listener.bind();
    const client = await reach();
    await until(() => listener.report().counters.active === 1, 'accepted');
    const ended = ending(client);
    const { port } = listener.report();
    const closing = listener.close('shut-down');
    assert.equal(listener.report().counters.ended['shut-down'], 1, 'before anything is awaited');
    await closing;
    assert.deepEqual([await ended, listener.state], ['ECONNRESET', 'closed']);
    assert.equal(await listener.bind(), undefined);
    assert.equal(listener.state, 'closed');
    const free = createServer().listen(port, address);
    await once(free, 'listening');
    free.close();
  });

  test('while it binds leaves nothing bound, and it stays closed, whether it got its port or not', async () => {
    const { listener } = create();
    const binding = listener.bind();
    await listener.stop();
    await binding;
    assert.equal(listener.state, 'closed');
    const { port, leave } = await takenPort();
    const late = create({ port }).listener;
    const failing = late.bind();
    await late.stop();
    assert.equal((await failing)?.code, 'EADDRINUSE');
    const report = late.report();
    assert.deepEqual([report.state, 'reason' in report], ['closed', false]);
    await leave();
  });

  test('by stopping lets what is live go on, until it is drained', async () => {
    const { listener, reach } = create();
    await listener.drained();
    await listener.bind();
    const clients = [await reach(), await reach()];
    await until(() => listener.report().counters.active === 2, 'accepted');
    await listener.stop();
    let isDrained = false;
    const drained = listener.drained().then(() => {
      isDrained = true;
    });
    clients[0]!.destroy();
    await until(() => listener.report().counters.active === 1, 'one left');
    assert.equal(isDrained, false);
    clients[1]!.destroy();
    await drained;
    assert.equal(listener.report().counters.ended['client-gone'], 2);
  });
});
