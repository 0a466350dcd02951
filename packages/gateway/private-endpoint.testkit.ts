/** A private endpoint to test against: a gateway on a loopback address, and a TLS server that reads PROXY headers on a Unix socket. */

import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect as connectTcp, createServer as createNetServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls, createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { connectionType } from '@tombolo/private-link';
import { dialTo, Gateway, type GatewayOptions } from './gateway.ts';
import { type DesiredListener, projectListeners } from './projection.ts';
import { decodeProxyHeader, type ProxyHeader } from './proxy-protocol.ts';

export const name = 'gbl.his.arc.azure.com';

export const listenerAt = (address: string, change: Partial<DesiredListener> = {}): DesiredListener => ({
  address,
  connectionId: '/scope/privateEndpointConnections/one',
  privateEndpointId: '/pe/one',
  virtualNetworkId: '/vnet',
  subnetId: '/vnet/subnets/default',
  groupId: 'hybridcompute',
  memberName: 'HybridCompute.Global',
  fqdns: [name],
  linkIdentifier: 0x12345678,
  status: 'Approved',
  disposition: 'accept',
  ...change,
});

/** What the gateway makes of the connection's document in this state: the address may be accepted, reset or held there. */
export const listenersWhile = (status: string, address: string): readonly DesiredListener[] => {
  const { listeners, problems } = projectListeners([
    {
      id: listenerAt(address).connectionId,
      type: connectionType,
      version: 1,
      body: {
        properties: {
          privateEndpoint: { id: '/pe/one' },
          privateLinkServiceConnectionState: { status },
          linkIdentifier: 0x12345678,
          members: [{ memberName: 'HybridCompute.Global', fqdns: [name], privateIpAddress: address }],
          virtualNetworkId: '/vnet',
        },
      },
    },
  ]);
  if (problems.length > 0 || listeners.length !== 1) throw new Error(JSON.stringify(problems));
  return listeners;
};

/** Once per process: a key and a self-signed certificate. */
const makeCertificate = () => {
  const directory = mkdtempSync(join(tmpdir(), 'gateway-'));
  const [key, cert] = [join(directory, 'key'), join(directory, 'cert')];
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-days',
      '2',
      '-subj',
      `/CN=${name}`,
      '-keyout',
      key,
      '-out',
      cert,
    ],
    { stdio: 'ignore' },
  );
  const pair = { key: readFileSync(key), cert: readFileSync(cert) };
  rmSync(directory, { recursive: true });
  return pair;
};
let certificate: ReturnType<typeof makeCertificate> | undefined;

export class World {
  readonly gateway: Gateway;
  readonly directory: string;
  readonly headers: ProxyHeader[] = [];
  /** Decrypted connections as the service sees them. */
  readonly sessions: TLSSocket[] = [];
  readonly #front: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(gateway: Gateway, directory: string, onSession: (socket: TLSSocket) => void) {
    this.gateway = gateway;
    this.directory = directory;
    certificate ??= makeCertificate();
    const tls = createTlsServer({ ...certificate, allowHalfOpen: true }, (session) => {
      this.sessions.push(session);
      session.on('error', () => {});
      onSession(session);
    });
    tls.on('tlsClientError', () => {});
    this.#front = createNetServer({ allowHalfOpen: true }, (socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => {}).on('close', () => this.#sockets.delete(socket));
      let bytes = Buffer.alloc(0);
      const onData = (chunk: Buffer) => {
        bytes = Buffer.concat([bytes, chunk]);
        const decoded = decodeProxyHeader(bytes);
        if (decoded.status === 'need-more') return;
        if (decoded.status === 'error') throw new Error(decoded.reason);
        this.headers.push(decoded.header);
        socket.off('data', onData).pause();
        socket.unshift(bytes.subarray(decoded.length));
        tls.emit('connection', socket);
      };
      socket.on('data', onData);
    });
  }

  static async start(
    options: Partial<GatewayOptions> = {},
    onSession: (socket: TLSSocket) => void = (session) => session.pipe(session),
  ): Promise<World> {
    const directory = mkdtempSync(join(tmpdir(), 'gateway-'));
    const path = join(directory, 'service.sock');
    const world = new World(new Gateway({ port: 0, dial: dialTo(path), ...options }), directory, onSession);
    world.#front.listen(path);
    await once(world.#front, 'listening');
    return world;
  }

  get upstreamSockets(): number {
    return this.#sockets.size;
  }

  port(address: string): number {
    const found = this.gateway.report().listeners.find((listener) => listener.address === address);
    return found?.port ?? 0;
  }

  /** A TLS client through the gateway. `servername: ''` sends no SNI. */
  tls(address: string, servername = name): TLSSocket {
    // `allowHalfOpen` is documented for tls.connect, and missing in its type.
    const options = {
      host: address,
      port: this.port(address),
      servername,
      rejectUnauthorized: false,
      allowHalfOpen: true,
    };
    return connectTls(options);
  }

  tcp(address: string): Socket {
    return connectTcp({ host: address, port: this.port(address), allowHalfOpen: true });
  }

  async close(): Promise<void> {
    await this.gateway.close();
    for (const socket of this.#sockets) socket.destroy();
    this.#front.close();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** Was a client let in: `accepted` at the end of its handshake, or the code with which it was refused. */
export const admission = (client: TLSSocket): Promise<string> =>
  new Promise((resolve) => {
    client.once('secureConnect', () => {
      client.destroy();
      resolve('accepted');
    });
    ending(client).then(resolve);
  });

/** How a client's connection ended: the error's code, or `end`. */
export const ending = (socket: Socket): Promise<string> =>
  new Promise((resolve) => {
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    socket.on('end', () => resolve('end')).on('close', () => resolve('close'));
    socket.resume();
  });

/** Waits for what nothing announces, for a minute at most. */
export const until = async (condition: () => boolean, what: string): Promise<void> => {
  for (let attempt = 0; !condition(); attempt++) {
    if (attempt > 12_000) throw new Error(`never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};
