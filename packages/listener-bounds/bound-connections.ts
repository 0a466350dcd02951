/** Admits connections of a TLS server within bounds, and ends those that do not become one. */

import type { Server } from 'node:https';
import type { Socket } from 'node:net';
import { boundRates } from './bound-rates.ts';

export interface ConnectionBounds {
  readonly total: number;
  /** By remote address; connections without one (Unix sockets) count in the total only. */
  readonly perSource: number;
}

export interface BoundConnectionsOptions {
  readonly bounds: ConnectionBounds;
  /**
   * `connections`: over the total; `connections of one source`; `handshake`: none within the time, or none that is TLS as
   * wanted here; `accept`: the system had one and could not hand it over; and those of `boundRates`.
   */
  readonly onRefused: (reason: string) => void;
}

type ConnectionListener = (this: Server, socket: Socket) => void;

/** `::ffff:10.0.0.1` and `10.0.0.1` are one source. */
export const plainAddress = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '');

/** Servers bound by one call of this share its counts. To be called when the `connection` listeners are complete. */
export const boundConnections = (servers: readonly Server[], options: BoundConnectionsOptions): void => {
  const { bounds, onRefused } = options;
  boundRates(servers, { onRefused });
  const bySource = new Map<string, number>();
  let total = 0;

  const refusal = (source: string | undefined): string | undefined => {
    if (total >= bounds.total) return 'connections';
    if (source !== undefined && (bySource.get(source) ?? 0) >= bounds.perSource)
      return 'connections of one source';
    return undefined;
  };

  const admit = (socket: Socket): boolean => {
    const source = socket.remoteAddress === undefined ? undefined : plainAddress(socket.remoteAddress);
    const refused = refusal(source);
    if (refused !== undefined) {
      onRefused(refused);
      socket.destroy();
      return false;
    }
    total += 1;
    if (source !== undefined) bySource.set(source, (bySource.get(source) ?? 0) + 1);
    socket.once('close', () => {
      total -= 1;
      if (source === undefined) return;
      const left = (bySource.get(source) ?? 1) - 1;
      if (left === 0) bySource.delete(source);
      else bySource.set(source, left);
    });
    return true;
  };

  for (const server of servers) {
    const originals = server.listeners('connection') as ConnectionListener[];
    server.removeAllListeners('connection');
    server.on('connection', (socket: Socket) => {
      if (admit(socket)) for (const original of originals) original.call(server, socket);
    });
    // Without a listener an accept that fails (no descriptor, no memory) would end the process.
    server.on('error', (error: NodeJS.ErrnoException) => {
      if (error.syscall === 'accept') onRefused('accept');
    });
    // Before the HTTP server's own: an answer in HTTP to who has not finished the handshake would wait for it for ever.
    server.prependListener('tlsClientError', (_error, socket) => {
      onRefused('handshake');
      socket.destroy();
    });
  }
};
