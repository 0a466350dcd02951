/** Connections of the local identity endpoint: any program of the machine may open them, and none may keep the others out. */

import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

const mostOpen = 128;

/** Beyond the bound it is the oldest that has asked nothing yet which goes: who means to ask does so at once. */
export const boundLocal = (server: Server): void => {
  /** Oldest first. */
  const silent = new Set<Socket>();
  const asking = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    const room = silent.size + asking.size < mostOpen;
    const [oldest] = silent;
    if (!room && oldest === undefined) return void socket.destroy();
    if (!room && oldest !== undefined) {
      silent.delete(oldest);
      oldest.destroy();
    }
    silent.add(socket);
    socket.once('close', () => {
      silent.delete(socket);
      asking.delete(socket);
    });
  });
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    if (silent.delete(socket)) asking.add(socket);
    response.once('close', () => {
      if (asking.delete(socket) && !socket.destroyed) silent.add(socket);
    });
  });
};
