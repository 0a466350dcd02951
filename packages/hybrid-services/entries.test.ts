import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { connect as tlsConnect } from 'node:tls';
import { encodeProxyHeader, linkIdentifierTlv } from '@tombolo/gateway/proxy-protocol';
import { createMachine } from './machine.testkit.ts';
import { prepareSocketPath } from './socket-path.ts';
import type { World } from './world.testkit.ts';
import { codeOf, hosts, memberAddress, openWorldOfTwoScopes, profile } from './world.testkit.ts';

let world: World;
before(async () => {
  world = await openWorldOfTwoScopes();
});
after(() => world.close());

describe('names and members', () => {
  test("421 for another member's name, another SNI, an unknown name, a region not the machine's", async () => {
    const misdirected = [
      {
        host: hosts.gas,
        via: { kind: 'private', link: 12, destination: memberAddress(12, 'HybridCompute.Global') },
      },
      {
        host: hosts.gns,
        via: { kind: 'private', link: 12, destination: memberAddress(12, 'HybridCompute.Global') },
      },
      { host: hosts.gbl, via: { kind: 'private', link: 12, destination: '127.12.0.200' } },
      { host: hosts.gbl, serverName: hosts.his },
      { host: 'example.org', serverName: hosts.his },
      { host: `xx.${profile.suffixes.his}`, serverName: hosts.his },
    ] as const;
    for (const ask of misdirected) {
      const answer = await world.send({ method: 'GET', path: '/', ...ask });
      assert.equal(answer.status, 421, JSON.stringify(ask));
      assert.equal(codeOf(answer), 'MisdirectedRequest');
    }
    const machine = await createMachine(world, 'abroad', { location: 'westeurope' });
    await machine.putResource();
    await world.settled();
    assert.equal((await machine.register()).status, 421);
  });

  test('gns is public only and always well', async () => {
    const answer = await world.send({ host: hosts.gns, method: 'GET', path: '/' });
    assert.deepEqual(answer.body, { status: 'Healthy' });
  });

  test('bootstrap: regional hosts for a known region, LocationNotFound for another, what is there to download, and 501 where nothing is', async () => {
    const get = (path: string) => world.send({ host: hosts.gbl, method: 'GET', path });
    assert.deepEqual((await get('/regions/Japan%20East')).body.hosts, {
      his: hosts.his,
      ats: hosts.ats,
      gas: hosts.gas,
      dp: hosts.dp,
    });
    assert.equal(codeOf(await get('/regions/atlantis')), 'LocationNotFound');
    const installer = await get('/azcmagent-linux');
    assert.equal(installer.headers['content-type'], 'text/plain; charset=utf-8');
    assert.equal(installer.body, '#!');
    const program = await get('/tombolo-agent-linux-x64');
    assert.equal(program.body, 'longer');
    assert.equal(program.headers['content-length'], '8');
    for (const path of ['/azcmagent-windows', '/tombolo-agent-linux-arm64'])
      assert.equal((await get(path)).status, 501);
    assert.equal((await get('/nothing')).status, 404);
    const wrongVerb = await world.send({ host: hosts.gbl, method: 'DELETE', path: '/log' });
    assert.equal(wrongVerb.status, 405);
  });

  test('two Host or two Authorization headers are refused, whatever they say', async () => {
    const ask = (headers: Record<string, string[]>) =>
      world.send({ host: hosts.gbl, method: 'PUT', path: '/log', body: '{"message":"x"}', headers });
    const twice = { host: [hosts.gbl, hosts.gbl], authorization: ['PoP a', 'PoP a'] };
    for (const [name, values] of Object.entries(twice)) {
      const answer = await ask({ [name]: values });
      assert.equal(answer.status, 400);
      assert.match(answer.body.error.message, /is there twice; send it once/);
    }
    assert.equal((await ask({})).status, 200);
  });

  test('the failure log takes the fields of the onboarding scripts, bounded', async () => {
    const log = (body: string) => world.send({ host: hosts.gbl, method: 'PUT', path: '/log', body });
    assert.equal(
      (await log(JSON.stringify({ messageType: 'DownloadScriptFailed', message: 'no route' }))).status,
      200,
    );
    assert.equal((await log(JSON.stringify({ message: 'x'.repeat(5000) }))).status, 400);
    assert.equal((await log('{')).status, 400);
    assert.equal((await log('x'.repeat(70_000))).status, 413);
    const chunked = {
      host: hosts.gbl,
      method: 'PUT',
      path: '/log',
      headers: { 'transfer-encoding': 'chunked' },
    };
    assert.equal((await world.send({ ...chunked, body: 'x'.repeat(70_000) })).status, 413);
  });

  /** Says that a body comes, sends none of it, and waits for the answer. */
  const promised = async (ask: {
    readonly host: string;
    readonly path: string;
    readonly headers?: Readonly<Record<string, string>>;
  }): Promise<string> => {
    const socket = await world.open(ask.host, { kind: 'public' });
    const headers = Object.entries({ host: ask.host, 'content-length': '60000', ...ask.headers });
    socket.write(
      `POST ${ask.path} HTTP/1.1\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`,
    );
    const [answer] = await once(socket, 'data');
    socket.destroy();
    return String(answer).slice(9, 12);
  };

  test('what is no HTTP is answered in the envelope of every error, and the connection ends in order', async () => {
    const socket = await world.open(hosts.his, { kind: 'public' });
    socket.write('NONSENSE\r\n\r\n');
    let text = '';
    // Ends by itself: a broken end of TLS would throw here.
    for await (const chunk of socket) text += String(chunk);
    const [head, body] = text.split('\r\n\r\n');
    assert.match(head!, /^HTTP\/1\.1 400 .*x-ms-request-id/s);
    assert.equal(JSON.parse(body!).error.code, 'BadRequest');
  });

  test('who is refused is refused before a byte of the body has come', async () => {
    const path = '/machines/heartbeats';
    const stranger = { authorization: 'DPoP aaaa.bbbb.cccc', dpop: 'dddd.eeee.ffff' };
    assert.equal(await promised({ host: hosts.his, path }), '401');
    assert.equal(await promised({ host: hosts.his, path, headers: stranger }), '401');
    assert.equal(await promised({ host: hosts.his, path: '/nothing' }), '404');
    assert.equal(await promised({ host: hosts.gbl, path: '/log' }), '405');
    assert.equal(
      await promised({ host: hosts.his, path: '/machines/register', headers: { 'content-length': '70000' } }),
      '413',
    );
  });
});

describe('entries', () => {
  const closed = async (bytes: Uint8Array, path: string): Promise<number> => {
    const socket = connect(path);
    let received = 0;
    socket.on('data', (chunk) => {
      received += chunk.length;
    });
    socket.on('error', () => {});
    socket.write(bytes);
    await once(socket, 'close');
    return received;
  };

  test('a connection to the Unix socket without a PROXY header is destroyed', async () => {
    assert.equal(await closed(Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00]), world.proxySocketPath), 0);
    assert.equal(await closed(Buffer.from('GET / HTTP/1.1\r\n\r\n'), world.proxySocketPath), 0);
    const withoutLink = encodeProxyHeader({
      command: 'PROXY',
      source: { address: '10.0.0.1', port: 1 },
      destination: { address: '10.0.0.4', port: 443 },
      tlvs: [],
    });
    assert.equal(await closed(withoutLink, world.proxySocketPath), 0);
  });

  test('a forged PROXY header on the public listener is no TLS and is refused', async () => {
    const { address, port } = world.server.publicAddresses[0]!;
    const socket = connect(port, address);
    socket.on('error', () => {});
    const forged = encodeProxyHeader({
      command: 'PROXY',
      source: { address: '10.0.0.1', port: 1 },
      destination: { address: memberAddress(12, 'HybridCompute.Global'), port: 443 },
      tlvs: [linkIdentifierTlv(12)],
    });
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.write(forged);
    await once(socket, 'close');
    const received = Buffer.concat(chunks);
    assert.ok(received.length === 0 || received[0] === 0x15, 'at most a TLS alert');
  });

  test('a PROXY header that arrives byte by byte, and one with the ClientHello behind it, both work', async () => {
    const header = encodeProxyHeader({
      command: 'PROXY',
      source: { address: '192.168.7.7', port: 40000 },
      destination: { address: memberAddress(12, 'HybridCompute.Global'), port: 443 },
      tlvs: [linkIdentifierTlv(12)],
    });
    const raw = connect(world.proxySocketPath);
    raw.setNoDelay(true);
    for (const byte of header) {
      raw.write(Uint8Array.of(byte));
      await new Promise(setImmediate);
    }
    const slow = tlsConnect({ socket: raw, servername: hosts.gbl, ca: [...world.authority.chain] });
    await once(slow, 'secureConnect');
    slow.destroy();
    const fast = await world.open(hosts.gbl, world.privately(12, hosts.gbl));
    await once(fast, 'secureConnect');
    fast.destroy();
  });

  test('a LOCAL header is a health probe: any request is answered well, none is judged', async () => {
    const raw = connect(world.proxySocketPath);
    raw.write(encodeProxyHeader({ command: 'LOCAL' }));
    const socket = tlsConnect({ socket: raw, servername: hosts.gbl, ca: [...world.authority.chain] });
    socket.write(`GET /regions/japaneast HTTP/1.1\r\nHost: ${hosts.gbl}\r\nConnection: close\r\n\r\n`);
    let text = '';
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      text += chunk;
    });
    await once(socket, 'end');
    assert.match(text, /200 OK[\s\S]*Healthy/);
  });

  test('the socket needs a directory that is ours alone', async () => {
    assert.equal((await stat(dirname(world.proxySocketPath))).mode & 0o777, 0o700);
    const directory = await mkdtemp(join(tmpdir(), 'tombolo-open-'));
    try {
      await chmod(directory, 0o755);
      await assert.rejects(prepareSocketPath(join(directory, 'proxy.sock')), /mode 0700/);
    } finally {
      await rm(directory, { recursive: true });
    }
    await assert.rejects(prepareSocketPath(world.proxySocketPath), /Another process serves/);
    await assert.rejects(prepareSocketPath(`/tmp/${'x'.repeat(120)}/proxy.sock`), /longer than/);
  });

  test('R16: TLS 1.0 and 1.1 are refused, 1.2 and 1.3 are taken', async () => {
    const { address, port } = world.server.publicAddresses[0]!;
    const offer = (version: string): Promise<string> =>
      new Promise((resolve) => {
        const child = execFile(
          'openssl',
          [
            's_client',
            `-${version}`,
            ...(version === 'tls1_3' ? [] : ['-cipher', 'ALL:@SECLEVEL=0']),
            '-connect',
            `${address}:${port}`,
            '-servername',
            hosts.gbl,
          ],
          (_error, stdout, stderr) => resolve(stdout + stderr),
        );
        child.stdin?.end();
      });
    for (const version of ['tls1', 'tls1_1']) {
      const output = await offer(version);
      assert.match(output, /alert protocol version/, output);
      assert.doesNotMatch(output, /BEGIN CERTIFICATE/);
    }
    for (const version of ['tls1_2', 'tls1_3']) assert.match(await offer(version), /BEGIN CERTIFICATE/);
  });
});
