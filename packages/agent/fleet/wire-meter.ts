/** How many bytes connections have carried, TLS and all; what IP and TCP add, and questions to name servers, are not among them. */

import type { Socket } from 'node:net';

export interface WireBytes {
  readonly sent: number;
  readonly received: number;
}

export interface WireMeter {
  readonly onConnection: (socket: Socket) => void;
  readonly read: () => WireBytes;
}

export const createWireMeter = (): WireMeter => {
  const open = new Set<Socket>();
  let [sent, received] = [0, 0];
  return {
    onConnection: (socket) => {
      open.add(socket);
      socket.once('close', () => {
        open.delete(socket);
        sent += socket.bytesWritten;
        received += socket.bytesRead;
      });
    },
    read: () => {
      const total = { sent, received };
      for (const socket of open) {
        total.sent += socket.bytesWritten;
        total.received += socket.bytesRead;
      }
      return total;
    },
  };
};
