/**
 * Both ends of what a gateway forwards: an upstream that answers the first bytes of a connection with one byte and
 * discards the rest, and clients that begin with a real ClientHello and then stream, or count connections.
 */

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { nodeHello } from '@tombolo/gateway/client-hello.testkit';

export interface Task {
  readonly kind: 'stream' | 'connect';
  readonly port: number;
  readonly seconds: number;
}

export interface Done {
  /** Bytes that arrived upstream, or connections that were answered. */
  readonly count: number;
  readonly seconds: number;
}

let arrived = 0;
const buffer = Buffer.allocUnsafe(1 << 18);

const answerOnce = (socket: Socket): void => {
  socket.once('data', () => {
    socket.write('x');
    socket.on('data', () => {});
  });
  socket.on('data', (chunk) => {
    arrived += chunk.length;
  });
  socket.on('error', () => {});
  socket.on('end', () => socket.end());
};

const upstream = () => createServer({ allowHalfOpen: true, noDelay: true }, answerOnce);

const streaming = async (port: number, hello: Buffer, seconds: number): Promise<Done> => {
  const sockets = Array.from({ length: 4 }, () => connect({ port, host: '127.0.0.1', noDelay: true }));
  for (const socket of sockets) {
    socket.on('error', () => {});
    socket.write(hello);
  }
  // The hello has come through: from here on the bytes only flow.
  await Promise.all(sockets.map((socket) => once(socket, 'data')));
  const before = arrived;
  const start = performance.now();
  for (const socket of sockets) {
    const fill = () => {
      while (!socket.destroyed && socket.write(buffer));
    };
    socket.on('drain', fill);
    fill();
  }
  await pause(seconds * 1000);
  const done = { count: arrived - before, seconds: (performance.now() - start) / 1000 };
  for (const socket of sockets) socket.destroy();
  await pause(100);
  return done;
};

const connecting = async (port: number, hello: Buffer, seconds: number): Promise<Done> => {
  const start = performance.now();
  const until = start + seconds * 1000;
  let count = 0;
  const lane = async (): Promise<void> => {
    while (performance.now() < until) {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true });
      socket.write(hello);
      await once(socket, 'data');
      socket.end();
      await once(socket, 'close');
      count += 1;
    }
  };
  await Promise.all(Array.from({ length: 16 }, lane));
  return { count, seconds: (performance.now() - start) / 1000 };
};

process.once('message', async ({ path, serverName }: { path: string; serverName: string }) => {
  const hello = await nodeHello({ servername: serverName });
  const [local, direct] = [upstream().listen(path), upstream().listen(0, '127.0.0.1')];
  await Promise.all([once(local, 'listening'), once(direct, 'listening')]);
  process.on('message', async ({ kind, port, seconds }: Task) => {
    const run = kind === 'stream' ? streaming : connecting;
    process.send?.(await run(port, hello, seconds));
  });
  process.send?.({ port: (direct.address() as AddressInfo).port });
  process.once('SIGTERM', () => process.exit());
  process.once('disconnect', () => process.exit());
});
