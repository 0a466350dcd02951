/** The listeners of the services: how a connection came, whose certificate it meets, and how they close. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { type TLSSocket, connect as tlsConnect } from 'node:tls';
import { encodeProxyHeader, linkIdentifierTlv, type Tlv } from '@tombolo/gateway/proxy-protocol';
import { type CertificateAuthority, createAuthority } from '@tombolo/identity/certificate-authority';
import { issueServerCertificate } from '@tombolo/identity/server-certificate';
import { type Listener, type ListenerOptions, openListener } from './listener.ts';

const host = 'gbl.example';
let authority: CertificateAuthority;
let directory: string;
before(async () => {
  authority = await createAuthority({ name: 'test authority', now: Date.now() });
  directory = await mkdtemp(join(tmpdir(), 'tombolo-listener-'));
});
after(() => rm(directory, { recursive: true, force: true }));

const credentials = async () => {
  const issued = await issueServerCertificate(authority, { names: [host], now: Date.now() });
  return { key: issued.privateKey, cert: issued.certificate };
};
let opened: Listener | undefined;
afterEach(async () => {
  await opened?.close(0);
  opened = undefined;
});
const open = async (more: Partial<ListenerOptions> = {}) => {
  const dropped: string[] = [];
  const arrivals: unknown[] = [];
  const listener = await openListener({
    credentials: await credentials(),
    machineAuthorities: [...authority.chain],
    publicEntries: [{ address: '127.0.0.1', port: 0 }],
    handler: (request: IncomingMessage, response: ServerResponse) => {
      arrivals.push(listener.arrivalOf(request));
      response.end('well');
    },
    onDropped: (reason) => dropped.push(reason),
    ...more,
  });
  opened = listener;
  return { listener, dropped, arrivals };
};
const plain = (entry: { readonly address: string; readonly port: number } | string): Socket => {
  const socket = typeof entry === 'string' ? connect(entry) : connect(entry.port, entry.address);
  return socket.on('error', () => {});
};
const secure = async (socket: Socket, more: object = {}): Promise<TLSSocket> => {
  const made = tlsConnect({ socket, servername: host, ca: [...authority.chain], ...more });
  await once(made, 'secureConnect');
  return made;
};
/** Ended in order or not. */
const closed = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    socket.on('error', () => {}).on('close', () => resolve());
    socket.resume();
  });
const get = (connection = 'close') => `GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: ${connection}\r\n\r\n`;
const answered = async (socket: TLSSocket): Promise<string> => {
  socket.write(get());
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  return text;
};
const header = (...tlvs: readonly Tlv[]) =>
  encodeProxyHeader({
    command: 'PROXY',
    source: { address: '192.168.0.7', port: 4_000 },
    destination: { address: '10.0.0.4', port: 443 },
    tlvs,
  });

describe('a connection', () => {
  test('to a public entry is from its peer’s address', async () => {
    const { listener, arrivals } = await open();
    const [entry] = listener.publicAddresses;
    assert.ok(entry!.port > 0 && entry!.address === '127.0.0.1');
    assert.match(await answered(await secure(plain(entry!))), /well$/);
    assert.deepEqual(arrivals, [{ kind: 'public', source: '127.0.0.1' }]);
  });

  test('through a proxied entry is what its header says: a link, or a probe', async () => {
    const proxySocketPath = join(directory, 'p', 'proxy.sock');
    const { arrivals, dropped } = await open({ publicEntries: [], proxySocketPath });
    const arrive = async (bytes: Uint8Array) => {
      const socket = plain(proxySocketPath);
      socket.write(bytes);
      return socket;
    };
    await answered(await secure(await arrive(header(linkIdentifierTlv(7)))));
    await answered(await secure(await arrive(encodeProxyHeader({ command: 'LOCAL' }))));
    assert.deepEqual(arrivals, [
      { kind: 'private', linkIdentifier: 7, source: '192.168.0.7', destination: '10.0.0.4' },
      { kind: 'probe' },
    ]);
    for (const bytes of [header(), Buffer.from('GET / HTTP/1.1\r\n\r\n')]) {
      const socket = await arrive(bytes);
      await closed(socket);
    }
    assert.deepEqual(dropped, [
      'PROXY header refused: no link identifier',
      'PROXY header refused: no PROXY version 2 signature',
    ]);
    assert.equal(arrivals.length, 2, 'none of them reached the handler');
  });

  test('speaks HTTP/1.1, also where the client would rather speak HTTP/2', async () => {
    const { listener } = await open();
    const socket = await secure(plain(listener.publicAddresses[0]!), { ALPNProtocols: ['h2', 'http/1.1'] });
    assert.equal(socket.alpnProtocol, 'http/1.1');
    socket.destroy();
  });

  test('meets the newest credentials; one that is open keeps its own', async () => {
    const { listener } = await open();
    const serial = async () => {
      const socket = await secure(plain(listener.publicAddresses[0]!));
      const { serialNumber } = socket.getPeerCertificate();
      return { socket, serialNumber };
    };
    const before_ = await serial();
    listener.replaceCredentials(await credentials());
    const after_ = await serial();
    assert.notEqual(after_.serialNumber, before_.serialNumber);
    assert.match(await answered(before_.socket), /well$/);
    after_.socket.destroy();
  });

  test('beyond the bound is dropped', async () => {
    const { listener, dropped } = await open({ maxConnections: 1 });
    const first = await secure(plain(listener.publicAddresses[0]!));
    const second = plain(listener.publicAddresses[0]!);
    await closed(second);
    assert.equal(dropped.length, 1);
    assert.match(await answered(first), /well$/);
  });
});

describe('opening', () => {
  test('is of all entries, or none', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    const free = createServer().listen(0, '127.0.0.1');
    await once(free, 'listening');
    const other = (free.address() as { port: number }).port;
    await new Promise((resolve) => free.close(resolve));
    const entries = [
      { address: '127.0.0.1', port: other },
      { address: '127.0.0.1', port },
    ];
    await assert.rejects(open({ publicEntries: entries }), { code: 'EADDRINUSE' });
    const again = createServer().listen(other, '127.0.0.1');
    await once(again, 'listening');
    for (const server of [again, taken]) server.close();
  });

  test('without an entry of a kind listens there for nobody', async () => {
    const { listener } = await open({ publicEntries: [] });
    assert.deepEqual(listener.publicAddresses, []);
  });
});

describe('closing', () => {
  test('lets a request finish, and ends what is idle at once', async () => {
    let finish = () => {};
    const asked = Promise.withResolvers<void>();
    const { listener } = await open({
      handler: (request, response) => {
        if (request.headers.connection === 'keep-alive') return response.end('well');
        finish = () => response.end('late');
        return asked.resolve();
      },
    });
    const { publicAddresses } = listener;
    const idle = await secure(plain(publicAddresses[0]!));
    const busy = await secure(plain(publicAddresses[0]!));
    busy.write(get());
    await asked.promise;
    idle.write(get('keep-alive'));
    await once(idle, 'data');
    const idleClosed = closed(idle);
    const closing = listener.close(600_000);
    await idleClosed;
    let text = '';
    busy.on('data', (chunk) => {
      text += String(chunk);
    });
    finish();
    await closed(busy);
    await closing;
    assert.match(text, /late$/);
    opened = undefined;
  });

  test('ends what does not finish in its time: a request, a handshake, a PROXY header', async () => {
    const proxySocketPath = join(directory, 'q', 'proxy.sock');
    const arrived = Promise.withResolvers<void>();
    const { listener } = await open({ proxySocketPath, handler: () => arrived.resolve() });
    const stuck = await secure(plain(listener.publicAddresses[0]!));
    const ends = [closed(stuck)];
    stuck.write(get());
    await arrived.promise;
    const silent = plain(proxySocketPath);
    ends.push(closed(silent));
    silent.write(header().subarray(0, 10));
    // Connections are taken in their order: when the next one is spoken to, this one has been taken.
    const next = plain(proxySocketPath);
    next.write(encodeProxyHeader({ command: 'LOCAL' }));
    ends.push(closed(await secure(next)));
    const raw = plain(listener.publicAddresses[0]!);
    ends.push(closed(raw));
    ends.push(closed(await secure(plain(listener.publicAddresses[0]!))));
    await listener.close(1);
    await Promise.all(ends);
    const refused = connect(listener.publicAddresses[0]!.port, '127.0.0.1');
    const [error] = await once(refused, 'error');
    assert.equal((error as NodeJS.ErrnoException).code, 'ECONNREFUSED');
    opened = undefined;
  });
});
