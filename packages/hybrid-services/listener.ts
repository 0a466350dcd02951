/** HTTPS entries that all lead to one handler: public TCP addresses, and the gateway's Unix socket, PROXY only. */

import type { IncomingMessage, RequestListener } from 'node:http';
import type { Server } from 'node:https';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { SecureContextOptions } from 'node:tls';
import type { ProxyHeader } from '@tombolo/gateway/proxy-protocol';
import { linkIdentifierOf } from '@tombolo/gateway/proxy-protocol';
import {
  answerClientError,
  boundConnections,
  connectionBounds,
  plainAddress,
  requestBounds,
} from '@tombolo/listener-bounds';
import { minVersion } from '@tombolo/private-link';
import { readProxyHeader } from './proxied-connection.ts';
import type { Arrival } from './request.ts';
import { prepareSocketPath } from './socket-path.ts';

/** `probe`: a LOCAL header, the gateway's own health check. */
type ConnectionArrival = Arrival | { readonly kind: 'probe' };

export interface ServerCredentials {
  /** PEM. */
  readonly key: string;
  /** PEM, leaf first. */
  readonly cert: string;
}

export interface TcpEntry {
  readonly address: string;
  /** 0: any free one. */
  readonly port: number;
}

export interface ListenerOptions {
  readonly credentials: ServerCredentials;
  /** PEM; named to clients as the authorities of acceptable certificates. */
  readonly machineAuthorities: readonly string[];
  readonly publicEntries: readonly TcpEntry[];
  /** A Unix socket in a directory of mode 0700. */
  readonly proxySocketPath?: string;
  readonly handler: RequestListener;
  /** Requests for another protocol on their connection. */
  readonly onUpgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** Why a connection was dropped before it was a request: one of a few fixed words. */
  readonly onDropped?: (reason: string) => void;
  readonly maxConnections?: number;
}

export interface Listener {
  /** In the order of `publicEntries`, with the ports that they got. */
  readonly publicAddresses: readonly TcpEntry[];
  /** How the connection of this request came; undefined never happens, and has to be refused. */
  arrivalOf(request: IncomingMessage): ConnectionArrival | undefined;
  /** For new connections. */
  replaceCredentials(credentials: ServerCredentials): void;
  /** Stops listening, lets requests finish for `graceMs`, then closes all. */
  close(graceMs?: number): Promise<void>;
}

type ConnectionListener = (this: Server, socket: Socket) => void;

const arrivalOfHeader = (header: ProxyHeader): ConnectionArrival | undefined => {
  if (header.command === 'LOCAL') return { kind: 'probe' };
  const linkIdentifier = linkIdentifierOf(header);
  if (linkIdentifier === undefined) return undefined;
  const { source, destination } = header;
  return { kind: 'private', linkIdentifier, source: source.address, destination: destination.address };
};

const listen = (server: Server, where: { path: string } | { host: string; port: number }): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ ...where, ...('host' in where ? { exclusive: true } : {}) }, () => {
      server.removeListener('error', reject);
      resolve();
    });
  });

const addressOf = (server: Server): TcpEntry => {
  const { address, port } = server.address() as AddressInfo;
  return { address, port };
};

const drain = (server: Server, graceMs: number, endAll: () => void): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(() => {
      server.closeAllConnections();
      endAll();
    }, graceMs);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });

/**
 * Opens all entries, or none. TLS 1.2 or later (R16). Client certificates are asked for but not required; what they are
 * worth is judged per request. The entries share one handler and one set of limits.
 * @throws the system's error of the first address that cannot be listened on
 */
export const openListener = async (options: ListenerOptions): Promise<Listener> => {
  const arrivals = new WeakMap<object, ConnectionArrival>();
  const servers: Server[] = [];
  const pending = new Set<Socket>();
  /** All of them: the HTTPS server does not count a connection whose handshake is not over. */
  const accepted = new Set<Socket>();
  const dropped = options.onDropped ?? (() => {});

  /** The first credentials and each later ones are used with the same floor (R16). */
  const secureContextOf = ({ key, cert }: ServerCredentials): SecureContextOptions => ({
    key,
    cert,
    minVersion,
    ca: [...options.machineAuthorities],
  });

  const create = (): Server => {
    const server = createServer(
      {
        ...secureContextOf(options.credentials),
        requestCert: true,
        // Verified by us for each request: a wrong certificate is a 401 with a reason, not a broken handshake.
        rejectUnauthorized: false,
        ALPNProtocols: ['http/1.1'],
        ...requestBounds,
        keepAliveTimeout: 15_000,
      },
      options.handler,
    );
    server.on('clientError', answerClientError);
    if (options.onUpgrade) server.on('upgrade', options.onUpgrade);
    servers.push(server);
    return server;
  };

  const accept = (socket: Socket): void => {
    accepted.add(socket);
    socket.once('close', () => accepted.delete(socket));
  };

  const createPublic = (): Server => {
    const server = create();
    server.on('connection', accept);
    server.prependListener('connection', (socket: Socket) => {
      arrivals.set(socket, { kind: 'public', source: plainAddress(socket.remoteAddress ?? '') });
    });
    return server;
  };

  /** The HTTPS server's own `connection` listener runs only after a valid header. */
  const createProxied = (): Server => {
    const server = create();
    const originals = server.listeners('connection') as ConnectionListener[];
    server.removeAllListeners('connection');
    server.on('connection', (socket: Socket) => {
      accept(socket);
      socket.on('error', () => {});
      pending.add(socket);
      readProxyHeader(socket, (outcome) => {
        pending.delete(socket);
        const arrival = 'header' in outcome ? arrivalOfHeader(outcome.header) : undefined;
        if (arrival === undefined) {
          dropped('refused' in outcome ? outcome.refused : 'PROXY header refused: no link identifier');
          socket.destroy();
          return;
        }
        arrivals.set(socket, arrival);
        for (const original of originals) original.call(server, socket);
      });
    });
    return server;
  };

  const close = async (graceMs = 5_000): Promise<void> => {
    for (const socket of pending) socket.destroy();
    const endAll = (): void => {
      for (const socket of accepted) socket.destroy();
    };
    const open = servers.filter((server) => server.listening);
    await Promise.all(open.map((server) => drain(server, graceMs, endAll)));
  };

  try {
    const publicServers = options.publicEntries.map(() => createPublic());
    const proxyServer = options.proxySocketPath === undefined ? undefined : createProxied();
    boundConnections(servers, {
      bounds: connectionBounds(options.maxConnections ?? 20_000),
      onRefused: dropped,
    });
    for (const [index, { address, port }] of options.publicEntries.entries()) {
      await listen(publicServers[index] as Server, { host: address, port });
    }
    if (proxyServer !== undefined && options.proxySocketPath !== undefined) {
      await prepareSocketPath(options.proxySocketPath);
      await listen(proxyServer, { path: options.proxySocketPath });
    }
    return {
      publicAddresses: publicServers.map(addressOf),
      // `_parent` is the accepted socket that the TLS socket wraps; Node has no public name for it, and a test holds it.
      arrivalOf: (request) => {
        const accepted = (request.socket as unknown as { readonly _parent?: object })._parent;
        return accepted && arrivals.get(accepted);
      },
      replaceCredentials: (credentials) => {
        for (const server of servers) {
          server.setSecureContext(secureContextOf(credentials));
        }
      },
      close,
    };
  } catch (error) {
    await close(0);
    throw error;
  }
};
