/** Clients in this process reach this machine and nothing else: what asks for another is cut off, and noted. */

import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, isIP, type Socket } from 'node:net';
import { endsWithFile } from '@tombolo/testkit/ends-with-file';

export interface LeakGuard {
  /** Names and addresses beyond this machine that were asked for since the last call. */
  readonly asked: () => readonly string[];
}

/** A Unix socket's path is no address. */
const isHere = (address: string): boolean =>
  isIP(address) === 0 || /^(127\.|::1$|::ffff:127\.)/.test(address);

/** For every connection of this process, whatever opens it; a test file fails at its end where something was asked for. */
export const guardThisProcess = (): LeakGuard => {
  const found = new Set<string>();
  const cutOff = (socket: Socket, name: string): void => {
    found.add(name);
    const error = new Error(`The conformance tests reach this machine only, and ${name} is not on it.`);
    // Not while the attempt is being made: Node goes on with the handle after it has told of it.
    process.nextTick(() => socket.destroy(error));
  };
  const watch = (message: unknown): void => {
    const { socket } = message as { readonly socket: Socket };
    socket.on('lookup', (error: Error | null, address: string, _family: unknown, host: string) => {
      if (error || !isHere(address)) cutOff(socket, host);
    });
    socket.on('connectionAttempt', (address: string) => {
      if (!isHere(address) && !socket.destroyed) cutOff(socket, address);
    });
  };
  subscribe('net.client.socket', watch);
  const asked = (): readonly string[] => {
    const names = [...found];
    found.clear();
    return names;
  };
  endsWithFile(() => {
    unsubscribe('net.client.socket', watch);
    assert.deepEqual(asked(), [], 'a client asked for something beyond this machine');
  });
  return { asked };
};

/** For a program: a proxy that lets nothing through and notes who was asked for. */
export interface GuardProxy extends LeakGuard {
  /** Variables by which the program uses it for all but this machine. */
  readonly environment: Readonly<Record<string, string>>;
}

export const openGuardProxy = async (): Promise<GuardProxy> => {
  const found = new Set<string>();
  const server = createServer((request, response) => {
    found.add(request.url ?? '');
    response.writeHead(403).end();
  });
  server.on('connect', (request, socket) => {
    found.add(request.url ?? '');
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const here = 'localhost,127.0.0.1,::1';
  endsWithFile(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    environment: {
      HTTPS_PROXY: proxy,
      https_proxy: proxy,
      HTTP_PROXY: proxy,
      http_proxy: proxy,
      NO_PROXY: here,
      no_proxy: here,
    },
    asked: () => {
      const names = [...found];
      found.clear();
      return names;
    },
  };
};
