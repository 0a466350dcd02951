import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { ending } from './private-endpoint.testkit.ts';
import { resetSocket } from './socket-reset.ts';

const pair = async () => {
  const server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect({
    port: (server.address() as AddressInfo).port,
    host: '127.0.0.1',
    allowHalfOpen: true,
  });
  const [accepted] = (await once(server, 'connection')) as [Socket];
  return { server, client, accepted };
};

test('a reset reaches the peer as ECONNRESET, even over a full send queue', async () => {
  for (const queued of [0, 30_000_000]) {
    const { server, client, accepted } = await pair();
    if (queued > 0) {
      client.pause();
      accepted.write(Buffer.alloc(queued));
    }
    resetSocket(accepted);
    assert.equal(await ending(client), 'ECONNRESET');
    server.close();
    await once(server, 'close');
  }
});

test('a reset in the turn of an end leaves no socket behind', async () => {
  const { server, client, accepted } = await pair();
  const closed = once(accepted, 'close');
  accepted.end();
  resetSocket(accepted);
  await closed;
  assert.ok(accepted.destroyed);
  client.destroy();
  server.close();
  await once(server, 'close');
});

test('resetting twice, or what is closed, is nothing', async () => {
  const { server, client, accepted } = await pair();
  resetSocket(accepted);
  resetSocket(accepted);
  assert.equal(await ending(client), 'ECONNRESET');
  resetSocket(client);
  server.close();
});
