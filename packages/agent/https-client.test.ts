import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer as createProxy } from 'node:http';
import { createServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createAuthority } from '@tombolo/identity/certificate-authority';
import { issueServerCertificate } from '@tombolo/identity/server-certificate';
import { directoryOfFile, endsWithFile } from '@tombolo/testkit/ends-with-file';
import { NetworkFault } from './failure.ts';
import { createHttpsClient } from './https-client.ts';
import type { ProxyChoice } from './proxy.ts';

const now = Date.now();
const name = 'gbl.his.arc.azure.com';
const [cloud, inspection] = await Promise.all(
  ['cloud', 'inspection'].map((each) => createAuthority({ name: each, now })),
);
const answering = async (authority: NonNullable<typeof cloud>, who: string): Promise<number> => {
  const { privateKey, certificate } = await issueServerCertificate(authority, { names: [name], now });
  const server = createServer({ key: privateKey, cert: certificate }, (_request, response) =>
    response.end(JSON.stringify({ who })),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  endsWithFile(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
};
/** A proxy that leads every tunnel to this port, whatever was asked for: with the port of another server it inspects. */
const leadingTo = async (port: number): Promise<ProxyChoice> => {
  const sockets = new Set<Socket>();
  const server = createProxy();
  server.on('connect', (_request, socket: Socket) => {
    const behind = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      behind.pipe(socket).pipe(behind);
    });
    for (const each of [socket, behind]) {
      sockets.add(each);
      each.on('error', () => each.destroy());
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  endsWithFile(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const shown = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { address: new URL(shown), shown, carries: () => true };
};
const profile = (certificateAuthorities: readonly string[]) => ({
  ports: { https: 443, dns: 53 },
  certificateAuthorities,
});
const ask = async (authorities: readonly string[], proxy: ProxyChoice) => {
  const client = createHttpsClient(profile(authorities), { proxy });
  try {
    return (await client.send({ method: 'GET', url: `https://${name}/` })).body;
  } finally {
    client.release();
  }
};

test('R18: a proxy that signs anew is trusted by whoever trusts its authority, by the profile or by the system', async () => {
  const proxy = await leadingTo(await answering(inspection!, 'inspection'));
  assert.deepEqual(await ask(inspection!.chain, proxy), { who: 'inspection' });
  await assert.rejects(
    ask(cloud!.chain, proxy),
    (error) => error instanceof NetworkFault && /SELF_SIGNED|UNABLE_TO/.test(error.reason),
  );
  // The system's store is read when a process begins to use it: another one, with another file.
  const file = join(directoryOfFile(), 'authorities.pem');
  writeFileSync(file, inspection!.chain.join('\n'));
  const program = `
    import { createHttpsClient } from ${JSON.stringify(fileURLToPath(new URL('./https-client.ts', import.meta.url)))};
    const shown = '${proxy.shown}';
    const proxy = { address: new URL(shown), shown, carries: () => true };
    const client = createHttpsClient(${JSON.stringify(profile([]))}, { proxy });
    const { body } = await client.send({ method: 'GET', url: 'https://${name}/' });
    console.log(body.who);
    client.release();`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], {
    env: { PATH: process.env.PATH, SSL_CERT_FILE: file, SSL_CERT_DIR: '/nowhere' },
  });
  assert.equal(stdout.trim(), 'inspection');
});

test('what the proxy refuses, and a proxy that is not there, are told from what is behind it', async () => {
  const server = createProxy();
  let answer = '403 Forbidden';
  server.on('connect', (_request, socket: Socket) => socket.end(`HTTP/1.1 ${answer}\r\n\r\n`));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const proxy = (at: number): ProxyChoice => ({
    address: new URL(`http://127.0.0.1:${at}`),
    authorization: 'Basic s3cret',
    shown: `http://127.0.0.1:${at}`,
    carries: () => true,
  });
  const refusedBy = (at: number) =>
    ask(cloud!.chain, proxy(at)).then(
      () => assert.fail('it answered'),
      (error: NetworkFault) => {
        assert.ok(!error.message.includes('s3cret'), error.message);
        assert.ok(error.message.includes(`http://127.0.0.1:${at}`), error.message);
        return error.reason;
      },
    );
  assert.equal(await refusedBy(port), 'ProxyRefused');
  // It would: the name is one that it does not resolve, say.
  answer = '503 Service Unavailable';
  assert.equal(await refusedBy(port), 'ProxyFailed');
  server.close();
  await once(server, 'close');
  assert.equal(await refusedBy(port), 'ProxyUnreachable');
});

test('a certificate with a negative serial number is told, once for its host, and taken', async (t) => {
  const [key, certificate] = ['key.pem', 'certificate.pem'].map((file) => join(directoryOfFile(), file));
  const made = spawnSync('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
    ...['-set_serial', '-11', '-subj', '/CN=inspection', '-addext', `subjectAltName=DNS:${name}`],
    ...['-keyout', key!, '-out', certificate!],
  ]);
  if (made.status !== 0) return t.skip('openssl is not on this machine');
  const cert = readFileSync(certificate!, 'utf8');
  const server = createServer({ key: readFileSync(key!), cert }, (_request, response) => response.end('{}'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy = await leadingTo((server.address() as AddressInfo).port);
  const said: string[] = [];
  const client = createHttpsClient(profile([cert]), { proxy, onNotice: (message) => said.push(message) });
  for (const _ of [1, 2]) {
    assert.equal((await client.send({ method: 'GET', url: `https://${name}/` })).status, 200);
    client.release();
  }
  server.closeAllConnections();
  server.close();
  assert.equal(said.length, 1);
  assert.match(
    said[0]!,
    /'inspection' in the chain of gbl\.his\.arc\.azure\.com has a negative serial number/,
  );
});
