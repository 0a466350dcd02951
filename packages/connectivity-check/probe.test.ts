/** Endpoints that are broken in the ways in which networks break them, on real sockets. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { createSecureContext, createServer as createTlsServer } from 'node:tls';
import { createAuthority } from '@tombolo/identity/certificate-authority';
import { issueServerCertificate } from '@tombolo/identity/server-certificate';
import { minVersion } from '@tombolo/private-link';
import { serveUpTo } from '@tombolo/private-link/tls-floor.testkit';
import { type CheckedEndpoint, isFailure, judgeEndpoint } from './judgement.ts';
import { type ProbeOptions, probeAll, type Way } from './probe.ts';
import type { ExpectedEndpoint } from './question.ts';
import { checkDocument, checkJUnit, checkText } from './report.ts';

const names = [
  'good.test',
  'expired.test',
  'wrong.test',
  'inspected.test',
  'old.test',
  'cut.test',
  'hangs.test',
  'closed.test',
  'nowhere.test',
  'silent.test',
] as const;
type Name = (typeof names)[number];

const ports = new Map<Name, number>();
const closing: (() => unknown)[] = [];
let options: ProbeOptions;
/** Of those that hang: over when all of them are connected. */
let late = new AbortController();
let hanging = 1;

const listening = async (name: Name, server: Server): Promise<void> => {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket.on('error', () => {})));
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ports.set(name, (server.address() as AddressInfo).port);
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
};

/** Names have the addresses that they are to have, and lead to our ports. */
const way: Way = {
  resolve: async (name) => {
    if (name === 'nowhere.test') throw Object.assign(new Error('queryA ENOTFOUND'), { code: 'ENOTFOUND' });
    if (name === 'silent.test') throw Object.assign(new Error('queryA ESERVFAIL'), { code: 'ESERVFAIL' });
    return { addresses: ['198.51.100.7'], aliases: [] };
  },
  proxyStatusOf: () => 'not used',
  open: async (host) => {
    const socket = connect(ports.get(host as Name)!, '127.0.0.1');
    await once(socket, 'connect');
    if (host === 'hangs.test' && --hanging === 0) setImmediate(() => late.abort());
    return socket;
  },
};

before(async () => {
  const now = Date.now();
  const day = 86_400_000;
  const [authority, inspector] = await Promise.all(
    ['site', 'Inspecting Proxy CA'].map((name) => createAuthority({ name, now: now - 400 * day })),
  );
  const certified = async (name: string, by = authority!, at = now) => {
    const { privateKey, certificate } = await issueServerCertificate(by, { names: [name], now: at });
    return { key: privateKey, cert: certificate };
  };
  const [good, expired, wrong, inspected] = await Promise.all([
    certified('good.test'),
    certified('expired.test', authority, now - 399 * day),
    certified('another.test'),
    certified('inspected.test', inspector),
  ]);
  await listening('good.test', createTlsServer(good));
  await listening('expired.test', createTlsServer(expired));
  await listening('wrong.test', createTlsServer(wrong));
  await listening('inspected.test', createTlsServer(inspected));
  const old = await serveUpTo('TLSv1.1', good);
  closing.push(old.close);
  ports.set('old.test', old.port);
  await listening(
    'cut.test',
    createServer((socket) => socket.once('data', () => socket.destroy())),
  );
  await listening('hangs.test', createServer());
  const unused = createServer().listen(0, '127.0.0.1');
  await once(unused, 'listening');
  ports.set('closed.test', (unused.address() as AddressInfo).port);
  unused.close();
  options = {
    way,
    secureContext: createSecureContext({ ca: [authority!.chain.join('\n')], minVersion }),
    startDeadline: (host) => (host === 'hangs.test' ? late.signal : new AbortController().signal),
    monotonic: () => performance.now(),
  };
});
after(() => Promise.all(closing.map((close) => close())));

const endpoint = (host: string, more: Partial<ExpectedEndpoint> = {}): ExpectedEndpoint => ({
  ...{ host, port: 443, pattern: false, tls: true, required: true, useCases: ['servers'] },
  ...more,
});
const judged = async (host: Name): Promise<CheckedEndpoint> =>
  judgeEndpoint(endpoint(host), (await probeAll([endpoint(host)], options))[0], []);

describe('an endpoint that is tried', () => {
  test('is reachable, with the protocol and who the certificate is from', async () => {
    const seen = await judged('good.test');
    assert.deepEqual(
      [seen.reachable, seen.private, seen.tls, seen.proxyStatus, seen.problem, isFailure(seen)],
      [true, false, 'TLS 1.3', 'not used', undefined, false],
    );
    assert.match(seen.certificate!.issuer, /site/);
    assert.ok(Date.parse(seen.certificate!.validTo) > Date.now());
  });

  for (const [host, code, said] of [
    ['expired.test', 'CertificateExpired', /^The certificate of expired\.test is not valid now \(until 20/],
    ['wrong.test', 'WrongName', /certificate for other names/],
    ['inspected.test', 'NotTrusted', /issuer [^,]*Inspecting Proxy CA/],
    ['old.test', 'TlsTooOld', /no TLS 1\.2 or later/],
    ['cut.test', 'Reset', /cut during the TLS handshake/],
    ['hangs.test', 'NoAnswer', /no answer in \d+\.\d s/],
    ['closed.test', 'Refused', /nothing listens/],
    ['nowhere.test', 'NameNotFound', /has no address/],
    ['silent.test', 'ResolverFailed', /ESERVFAIL/],
  ] as const)
    test(`${host}: ${code}`, async () => {
      const seen = await judged(host);
      assert.deepEqual([seen.reachable, seen.problem?.code, isFailure(seen)], [false, code, true]);
      assert.match(seen.problem!.message, said);
      assert.ok(seen.problem!.fix.length > 20);
    });
});

test('many at once are each what they are alone, in their order, and told as they end', async () => {
  const list = Array.from({ length: 200 }, (_, index) =>
    endpoint(index % 50 === 7 ? 'hangs.test' : 'good.test', { port: 1000 + index }),
  );
  late = new AbortController();
  hanging = 4;
  const told: number[] = [];
  const seen = await probeAll(list, options, (_, __, done) => told.push(done));
  assert.deepEqual(
    seen.map(({ fault }) => fault?.code),
    list.map(({ host }) => (host === 'hangs.test' ? 'ETIMEDOUT' : undefined)),
  );
  assert.deepEqual(
    told,
    Array.from({ length: 200 }, (_, index) => index + 1),
  );
});

test('a name that only the proxy can resolve is reached all the same, and whether it is private is unknown', async () => {
  const proxied: Way = {
    ...way,
    resolve: (name) => Promise.reject(Object.assign(new Error(`no ${name}`), { code: 'ENOTFOUND' })),
    proxyStatusOf: () => 'used',
  };
  const seen = judgeEndpoint(
    endpoint('good.test', { private: true }),
    (await probeAll([endpoint('good.test')], { ...options, way: proxied }))[0],
    [],
  );
  assert.deepEqual([seen.reachable, seen.private, seen.problem], [true, 'unknown', undefined]);
});

describe('what is shown', () => {
  const seenAt = (addresses: readonly string[]) =>
    ({ step: 'done', proxyStatus: 'not used', addresses, aliases: [], tls: 'TLS 1.3', took: 4 }) as const;
  const judge = (more: Partial<ExpectedEndpoint>, addresses: readonly string[]) =>
    judgeEndpoint(endpoint('gbl.his.arc.azure.com', more), seenAt(addresses), ['127.9.9.9']);
  const pattern = judgeEndpoint(endpoint('*.his.arc.azure.com', { pattern: true }), undefined, []);

  test('a public address where a private one is expected, and the reverse', () => {
    assert.equal(judge({ private: true }, ['203.0.113.9']).problem?.code, 'NotPrivate');
    assert.equal(judge({ private: true }, ['10.0.0.4']).problem, undefined);
    assert.equal(judge({ private: false }, ['10.0.0.4']).problem?.code, 'Private');
    assert.equal(judge({}, ['10.0.0.4']).problem, undefined);
    // An installation's public services may be on loopback.
    assert.equal(judge({ private: false }, ['127.9.9.9']).problem, undefined);
    assert.equal(judge({ private: true }, []).private, 'unknown');
  });

  test('what could not be tried is unknown, never false, in each form', () => {
    const checked = [pattern, judge({ required: false, private: false }, ['10.0.0.4'])];
    const text = checkText(checked, []);
    assert.match(text, /\*\.his\.arc\.azure\.com +\| unknown +\| true +\| unknown/);
    assert.match(text, /WARN {4}gbl/);
    assert.match(text, /Every required endpoint that could be tried/);
    const shown = checkDocument(checked) as Record<string, Record<string, unknown>>;
    const row = shown['https://*.his.arc.azure.com']!;
    assert.deepEqual([row.reachable, row.private, row.required], [null, null, true]);
    assert.match(checkJUnit(checked), /tests="2" failures="0" errors="0" skipped="1"/);
  });

  test('JUnit escapes what a certificate says of itself', () => {
    const hostile = judgeEndpoint(
      endpoint('a.test'),
      {
        ...seenAt(['198.51.100.7']),
        untrusted: 'SELF_SIGNED_CERT_IN_CHAIN',
        certificate: {
          ...{ subject: 'x', validFrom: '', validTo: '', serialNumber: '1' },
          issuer: `"]]><script>&\u0000\ud800`,
        },
      },
      [],
    );
    const text = checkJUnit([hostile]);
    assert.ok(text.includes('&quot;]]&gt;&lt;script&gt;&amp;\ufffd\ufffd'), text);
    assert.ok(!text.includes('<script') && !text.includes('\u0000'));
  });
});
