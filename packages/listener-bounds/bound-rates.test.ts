import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage, RequestListener } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { describe, type TestContext, test } from 'node:test';
import { connect, type TLSSocket } from 'node:tls';
import { createAuthority, issueServerCertificate } from '@tombolo/identity';
import { boundRates, type RateBounds } from './bound-rates.ts';

const authority = await createAuthority({ name: 'rates', now: Date.now() });
const issued = await issueServerCertificate(authority, { names: ['localhost'], now: Date.now() });
const megabyte = 1024 * 1024;
const rates: RateBounds = {
  bodyBytesPerSecond: 240,
  bodyWindowMs: 5_000,
  answerBytesPerSecond: megabyte,
  answerGraceMs: 1_000,
  waitingBytes: 100 * megabyte,
};

/** Nothing is swept unless the test says so, and the clock is its own. */
const open = async (context: TestContext, handler: RequestListener, more: Partial<RateBounds> = {}) => {
  const refused: string[] = [];
  let clock = 0;
  let sweep = () => {};
  let stopped = false;
  const requests: IncomingMessage[] = [];
  const server = createServer({ key: issued.privateKey, cert: issued.certificate }, handler);
  boundRates([server], {
    onRefused: (reason) => refused.push(reason),
    rates: { ...rates, ...more },
    now: () => clock,
    repeat: (call) => {
      sweep = call;
      return () => {
        stopped = true;
      };
    },
  });
  server.on('request', (request) => requests.push(request));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const clients: TLSSocket[] = [];
  context.after(async () => {
    for (const client of clients) client.destroy();
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
    assert.ok(stopped, 'nothing sweeps for a server that is closed');
  });
  return {
    refused,
    requests,
    at: (ms: number) => {
      clock = ms;
      sweep();
    },
    client: async (text: string) => {
      const { port } = server.address() as AddressInfo;
      const client = connect({ port, host: '127.0.0.1', servername: 'localhost', ca: [...authority.chain] });
      clients.push(client);
      client.on('error', () => {});
      await once(client, 'secureConnect');
      client.write(text);
      return client;
    },
  };
};
const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
};
const head = (length: number) => `POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${length}\r\n\r\n`;

describe('a body', () => {
  test('that comes byte by byte is answered 408 after one window, and one that keeps the rate comes whole', async (context) => {
    const bodies: number[] = [];
    const world = await open(context, (request, response) => {
      let size = 0;
      request.on('error', () => {});
      request.on('data', (part: Buffer) => {
        size += part.length;
      });
      request.on('end', () => {
        bodies.push(size);
        response.end('well');
      });
    });
    const [slow, quick] = [await world.client(head(9_000)), await world.client(head(3_000))];
    await until(() => world.requests.length === 2);
    const received = (count: number) =>
      until(() => world.requests.some(({ socket }) => socket.bytesRead >= count));
    slow.write('a');
    quick.write('b'.repeat(1_300));
    await received(1_300);
    world.at(4_999);
    assert.deepEqual(world.refused, []);
    world.at(5_000);
    assert.deepEqual(world.refused, ['slow body']);
    const [answer] = await once(slow, 'data');
    assert.match(String(answer), /^HTTP\/1\.1 408 /);
    quick.write('b'.repeat(1_300));
    await received(2_600);
    world.at(10_000);
    quick.write('b'.repeat(400));
    const [well] = await once(quick, 'data');
    assert.match(String(well), /^HTTP\/1\.1 200 /);
    assert.deepEqual([bodies, world.refused], [[3_000], ['slow body']]);
  });

  test('that burst and then stops is cut off in a later window', async (context) => {
    const world = await open(context, (request) => request.on('error', () => {}).resume());
    const client = await world.client(`${head(90_000)}${'a'.repeat(50_000)}`);
    await until(
      () => (world.requests[0]?.socket.bytesRead ?? 0) >= 50_000 && world.requests[0]!.readableLength === 0,
    );
    world.at(5_000);
    assert.deepEqual(world.refused, []);
    world.at(10_000);
    assert.deepEqual(world.refused, ['slow body']);
    client.resume();
    await once(client, 'close');
  });

  test('that nobody here reads is not its sender’s fault', async (context) => {
    const world = await open(context, () => {});
    await world.client(`${head(9_000)}some of it`);
    await until(() => (world.requests[0]?.readableLength ?? 0) > 0);
    world.at(60_000);
    assert.deepEqual(world.refused, []);
  });
});

describe('an answer', () => {
  const large: RequestListener = (_, response) => response.end('x'.repeat(32 * megabyte));
  const get = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n';
  /** Has asked, and takes nothing. */
  const idle = async (world: Awaited<ReturnType<typeof open>>) => {
    const before = world.requests.length;
    const client = await world.client(get);
    client.pause();
    await until(() => world.requests.length > before);
  };

  test('that is not taken in its time ends with its connection', async (context) => {
    const world = await open(context, large);
    await idle(world);
    world.at(0);
    world.at(32_000);
    assert.deepEqual(world.refused, []);
    world.at(33_100);
    assert.deepEqual(world.refused, ['slow reader']);
    await until(() => world.requests[0]!.socket.destroyed);
  });

  test('waits beside others within bounds: beyond them who has waited longest makes room', async (context) => {
    const world = await open(context, large, { waitingBytes: 70 * megabyte });
    for (let count = 0; count < 3; count += 1) await idle(world);
    world.at(0);
    assert.deepEqual(world.refused, ['answers waiting']);
    assert.deepEqual(
      world.requests.map(({ socket }) => socket.destroyed),
      [true, false, false],
    );
  });
});
