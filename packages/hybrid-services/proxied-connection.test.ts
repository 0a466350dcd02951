import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { after, before, describe, test } from 'node:test';
import {
  encodeProxyHeader,
  linkIdentifierTlv,
  maximumProxyHeaderLength,
} from '@tombolo/gateway/proxy-protocol';
import { type ProxyOutcome, readProxyHeader } from './proxied-connection.ts';

const header = encodeProxyHeader({
  command: 'PROXY',
  source: { address: '192.168.7.7', port: 40_000 },
  destination: { address: '10.0.0.4', port: 443 },
  tlvs: [linkIdentifierTlv(12)],
});
const server = createServer();
before(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
after(() => server.close());

/** Both ends of a connection, and what is made of what one of them says. */
const arrive = async (timeoutMs?: number) => {
  const { port } = server.address() as { port: number };
  const accepted = once(server, 'connection');
  const client = connect(port, '127.0.0.1');
  client.setNoDelay(true);
  client.on('error', () => {});
  const [socket] = (await accepted) as [Socket];
  socket.on('error', () => {});
  const outcomes: ProxyOutcome[] = [];
  const done = new Promise<ProxyOutcome>((resolve) =>
    readProxyHeader(
      socket,
      (outcome) => {
        outcomes.push(outcome);
        resolve(outcome);
      },
      timeoutMs,
    ),
  );
  return { client, socket, done, outcomes };
};
const refused = async (send: (client: Socket) => void, timeoutMs?: number): Promise<string> => {
  const { client, socket, done, outcomes } = await arrive(timeoutMs);
  send(client);
  const outcome = await done;
  const closed = socket.closed ? undefined : once(socket, 'close');
  client.destroy();
  socket.destroy();
  await closed;
  assert.equal(outcomes.length, 1, 'said once');
  return 'refused' in outcome ? outcome.refused : 'taken';
};

describe('the PROXY header of a connection', () => {
  test('is read, and what follows it is left to be read', async () => {
    for (const rest of ['', 'the ClientHello']) {
      const { client, socket, done, outcomes } = await arrive();
      client.end(Buffer.concat([header, Buffer.from(rest)]));
      const outcome = await done;
      assert.deepEqual('header' in outcome && outcome.header.command, 'PROXY');
      let text = '';
      for await (const chunk of socket) text += String(chunk);
      assert.equal(text, rest);
      assert.deepEqual(
        ['readable', 'end', 'close'].map((event) =>
          socket.listeners(event).some(({ name }) => /read|ended/.test(name)),
        ),
        [false, false, false],
        'nothing of ours listens any more',
      );
      assert.equal(outcomes.length, 1);
    }
  });

  test('may come in pieces', async () => {
    const { client, socket, done } = await arrive();
    for (const at of [0, 5, 14, 20]) {
      client.write(header.subarray(at, at === 20 ? undefined : { 0: 5, 5: 14, 14: 20 }[at]));
      await new Promise(setImmediate);
    }
    assert.ok('header' in (await done));
    client.destroy();
    socket.destroy();
  });

  test('that is none is refused with the decoder’s reason', async () => {
    assert.match(
      await refused((client) => client.write('GET / HTTP/1.1\r\n\r\n')),
      /^PROXY header refused: /,
    );
    const long = Buffer.from(header);
    long.writeUInt16BE(maximumProxyHeaderLength, 14);
    assert.match(await refused((client) => client.write(long)), /^PROXY header refused: /);
  });

  test('that does not come whole is refused: the connection ended', async () => {
    const ended = 'PROXY header refused: the connection ended before it was whole';
    assert.equal(await refused((client) => client.end(header.subarray(0, 20))), ended);
    assert.equal(await refused((client) => client.end()), ended);
    const { client, socket, done } = await arrive();
    socket.destroy();
    assert.deepEqual(await done, { refused: ended });
    client.destroy();
  });

  test('that does not come in time is refused', async () => {
    assert.equal(
      await refused((client) => client.write(header.subarray(0, 20)), 1),
      'PROXY header refused: too slow',
    );
  });

  test('that came in time leaves no timer behind', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    const before_ = timers();
    const { client, socket, done } = await arrive(1_000_000);
    assert.equal(timers(), before_ + 1);
    client.write(header);
    await done;
    assert.equal(timers(), before_);
    client.destroy();
    socket.destroy();
  });
});
