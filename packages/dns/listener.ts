/** One address and port served over UDP and TCP. */

import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { createServer, type Server, type Socket } from 'node:net';
import { serveTcpConnection } from './tcp-connection.ts';

export interface ListenerHandler {
  readonly respond: (
    query: Uint8Array,
    address: string,
    transport: 'udp' | 'tcp',
  ) => Uint8Array | undefined | Promise<Uint8Array>;
  /** May one more TCP connection from this address be taken? Balanced by `released`. */
  readonly admit: (address: string) => boolean;
  readonly released: (address: string) => void;
  /** A packet that could not be answered or sent; never fatal. */
  readonly dropped: (error: unknown) => void;
  /** The sockets failed after they listened. */
  readonly failed: (error: Error) => void;
  readonly idleMs: number;
  readonly maxPipelined: number;
}

export interface Listener {
  readonly port: number;
  close(): Promise<void>;
}

const bindUdp = (address: string, port: number): Promise<UdpSocket> =>
  new Promise((resolve, reject) => {
    const socket = createSocket({
      type: address.includes(':') ? 'udp6' : 'udp4',
      ipv6Only: address.includes(':'),
      recvBufferSize: 1 << 20,
      // Destinations are addresses already: skip the resolver on each send.
      lookup: (host, _options, callback) => callback(null, host, host.includes(':') ? 6 : 4),
    });
    socket.once('error', (error) => {
      socket.close();
      reject(error);
    });
    socket.bind({ address, port, exclusive: true }, () => {
      socket.removeAllListeners('error');
      resolve(socket);
    });
  });

const listenTcp = (server: Server, address: string, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: address, port, exclusive: true, ipv6Only: address.includes(':') }, () => {
      server.removeListener('error', reject);
      resolve();
    });
  });

/** An accept that fails (no descriptor left) is one client's loss: UDP, and those connected, go on. */
export const whenTcpFails =
  ({ dropped, failed }: Pick<ListenerHandler, 'dropped' | 'failed'>) =>
  (error: NodeJS.ErrnoException): void =>
    error.syscall === 'accept' ? dropped(error) : failed(error);

/** A free UDP port may be taken for TCP; then another free one is tried. */
const freePortAttempts = 16;

/** Listens on UDP and TCP at the same port (0: any free one). Rejects with the system's error. */
export const openListener = async (
  address: string,
  port: number,
  handler: ListenerHandler,
): Promise<Listener> => {
  const connections = new Set<Socket>();
  for (let attempt = 1; ; attempt++) {
    const udp = await bindUdp(address, port);
    const bound = udp.address().port;
    const tcp = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      const from = socket.remoteAddress;
      if (from === undefined || !handler.admit(from)) return void socket.destroy();
      connections.add(socket);
      socket.once('close', () => {
        connections.delete(socket);
        handler.released(from);
      });
      const { idleMs, maxPipelined } = handler;
      serveTcpConnection(socket, {
        idleMs,
        maxPipelined,
        respond: (query) => {
          try {
            return handler.respond(query, from, 'tcp');
          } catch (error) {
            handler.dropped(error);
            return undefined;
          }
        },
      });
    });
    try {
      await listenTcp(tcp, address, bound);
    } catch (error) {
      await new Promise<void>((resolve) => udp.close(() => resolve()));
      const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
      if (port === 0 && taken && attempt < freePortAttempts) continue;
      throw error;
    }
    let open = true;
    const send = (answer: Uint8Array, to: { port: number; address: string }): void => {
      if (!open) return;
      udp.send(answer, to.port, to.address, (error) => {
        if (error) handler.dropped(error);
      });
    };
    udp.on('message', (query, from) => {
      // Nothing can listen at port 0: such a source is forged.
      if (from.port === 0) return;
      try {
        const answer = handler.respond(query, from.address, 'udp');
        if (answer instanceof Uint8Array) send(answer, from);
        else if (answer !== undefined) answer.then((later) => send(later, from)).catch(handler.dropped);
      } catch (error) {
        handler.dropped(error);
      }
    });
    udp.on('error', handler.failed);
    tcp.on('error', whenTcpFails(handler));
    return {
      port: bound,
      async close() {
        if (!open) return;
        open = false;
        for (const socket of connections) socket.destroy();
        await Promise.all([
          new Promise<void>((resolve) => udp.close(() => resolve())),
          new Promise<void>((resolve) => tcp.close(() => resolve())),
        ]);
      },
    };
  }
};
