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
import { openListener } from './listener.ts';
import { heartbeatKey } from './machine-registry.ts';
import { identityIdOf } from './projection.ts';
import { prepareSocketPath } from './socket-path.ts';
import type { World } from './world.testkit.ts';
import { createMachine, hosts, memberAddress, openWorld, profile, scopeId } from './world.testkit.ts';

const day = 86_400_000;
let world: World;
before(async () => {
  world = await openWorld();
  await world.putScope('open', 'Enabled');
  await world.putScope('closed', 'Disabled');
  await world.putConnection('open', 11);
  await world.putConnection('closed', 12);
  await world.settled();
});
after(() => world.close());

const code = (answer: { readonly body: { readonly error: { readonly code: string } } }): string =>
  answer.body.error.code;

describe('a machine registers, gets a token and works', () => {
  test('by the private endpoint of its scope, through every service', async () => {
    const machine = await createMachine(world, 'private-1', { scope: 'closed' });
    await machine.connect(12);
    const beat = await machine.heartbeat(12);
    assert.equal(beat.status, 200);
    assert.equal(beat.body.route.kind, 'private');
    assert.match(beat.body.route.connectionId, /privateLinkScopes\/closed\/privateEndpointConnections/);
    const gas = await machine.call('GET', hosts.agentserviceapi, '/configuration', { link: 12 });
    assert.equal(gas.body.serviceHost, hosts.gas);
    const dp = await machine.call('GET', hosts.dp, '/configurations', { link: 12 });
    assert.deepEqual(dp.body, { value: [] });
    await world.server.flush();
    const facts = await world.store.facts([heartbeatKey(machine.id)]);
    assert.equal(facts.get(heartbeatKey(machine.id))?.value.serial, machine.serial());
  });

  test('desired configuration is polled by etag: 304 until the resource changes', async () => {
    const machine = await createMachine(world, 'polling');
    await machine.connect();
    const first = await machine.call('GET', hosts.gas, '/configuration');
    assert.equal(first.status, 200);
    assert.deepEqual(first.body.extensions, []);
    assert.deepEqual(first.body.tags, { owner: 'tests' });
    const poll = async () => ({
      headers: {
        ...(await machine.authorized('GET', hosts.gas, '/configuration')),
        'if-none-match': String(first.headers.etag),
      },
    });
    assert.equal((await machine.call('GET', hosts.gas, '/configuration', await poll())).status, 304);
    await machine.putResource({ agentConfiguration: { configMode: 'monitor' } });
    await world.settled();
    const changed = await machine.call('GET', hosts.gas, '/configuration', await poll());
    assert.equal(changed.status, 200);
    assert.equal(changed.body.agent.configMode, 'monitor');
  });

  test('a registration that names its feed number waits for it and is not judged by what was before', async () => {
    const machine = await createMachine(world, 'early', { scope: 'open' });
    await world.setFollowing(false);
    const { feed } = await machine.putResource();
    const answer = machine.register(11, { feed });
    await world.setFollowing(true);
    assert.equal((await answer).status, 200);
  });

  test('a client certificate is accepted in place of a token, and only of this authority', async () => {
    const machine = await createMachine(world, 'by-certificate');
    await machine.connect();
    const { privateKey } = machine.keys;
    const pkcs8 = Buffer.from(await crypto.subtle.exportKey('pkcs8', privateKey)).toString('base64');
    const key = `-----BEGIN PRIVATE KEY-----\n${pkcs8}\n-----END PRIVATE KEY-----\n`;
    const ask = (cert: string) => machine.heartbeat(undefined, { headers: {}, tls: { key, cert } });
    assert.equal((await ask(machine.certificate())).status, 200);
    const other = await openWorld();
    try {
      const stranger = await createMachine(other, 'by-certificate');
      await stranger.connect();
      const foreign = Buffer.from(await crypto.subtle.exportKey('pkcs8', stranger.keys.privateKey)).toString(
        'base64',
      );
      const refused = await machine.heartbeat(undefined, {
        headers: {},
        tls: {
          key: `-----BEGIN PRIVATE KEY-----\n${foreign}\n-----END PRIVATE KEY-----\n`,
          cert: stranger.certificate(),
        },
      });
      assert.equal(refused.status, 401);
      assert.match(refused.body.error.message, /not of this installation's authority/);
    } finally {
      await other.close();
    }
  });
});

describe('the access table on live requests', () => {
  test('R9: a machine without a scope is refused through an endpoint, at registration, with its code', async () => {
    const machine = await createMachine(world, 'stranger');
    await machine.putResource();
    await world.settled();
    const answer = await machine.register(12);
    assert.equal(answer.status, 403);
    assert.equal(code(answer), 'MachineNotAssociated');
    assert.match(answer.body.error.message, /stranger/);
    assert.equal(await world.store.get(identityIdOf(machine.id)), undefined, 'nothing is half done');
  });

  test('R2: a machine of another scope is refused through an endpoint', async () => {
    const machine = await createMachine(world, 'elsewhere', { scope: 'open' });
    await machine.connect(11);
    assert.equal(code(await machine.heartbeat(12)), 'MachineNotAssociated');
  });

  test('R8, R14, R20: Disabled refuses the public route at the next request, Enabled lets it in again', async () => {
    const machine = await createMachine(world, 'switching', { scope: 'open' });
    await machine.connect();
    assert.equal((await machine.heartbeat()).status, 200);
    await world.putScope('open', 'Disabled');
    await world.settled();
    const refused = await machine.heartbeat();
    assert.equal(refused.status, 403);
    assert.equal(code(refused), 'PublicNetworkAccessDisabled');
    assert.equal((await machine.heartbeat(11)).status, 200, 'the private route stays');
    await world.putScope('open', 'Enabled');
    await world.settled();
    assert.equal((await machine.heartbeat()).status, 200);
  });

  test('R10: agent 1.3 is refused on a private endpoint and 1.4 is not', async () => {
    for (const [agentVersion, status] of [
      ['1.3.99', 403],
      ['1.4', 200],
    ] as const) {
      const machine = await createMachine(world, `agent-${agentVersion}`, { scope: 'open', agentVersion });
      await machine.putResource();
      await world.settled();
      const answer = await machine.register(11);
      assert.equal(answer.status, status);
      if (status === 403) assert.equal(code(answer), 'AgentVersionNotSupported');
    }
  });

  test('a scope that is deleted refuses its machines by either route', async () => {
    await world.putScope('passing', 'Enabled');
    const machine = await createMachine(world, 'orphan', { scope: 'passing' });
    await machine.connect();
    await world.store.commit({ deletes: [scopeId('passing')] });
    await world.settled();
    assert.equal(code(await machine.heartbeat()), 'PrivateLinkScopeDeleted');
  });

  test('R15: a connection that is not Approved, or whose link nobody knows, is reset', async () => {
    await world.putConnection('open', 13, 'Rejected');
    await world.settled();
    const ask = (link: number) =>
      world.send({
        host: hosts.gbl,
        method: 'GET',
        path: '/regions/japaneast',
        via: world.privately(link, hosts.gbl),
      });
    await assert.rejects(ask(13));
    await assert.rejects(ask(99));
    await world.putConnection('open', 13);
    await world.settled();
    assert.equal((await ask(13)).status, 200);
  });

  test('a revoked machine is out with 401: deleted identity, deleted resource, another key', async () => {
    const machine = await createMachine(world, 'revoked');
    await machine.connect();
    await world.store.commit({ deletes: [identityIdOf(machine.id)] });
    await world.settled();
    const refused = await machine.heartbeat();
    assert.equal(refused.status, 401);
    assert.equal(code(refused), 'MachineCertificateRejected');

    const gone = await createMachine(world, 'gone');
    await gone.connect();
    await world.store.commit({ deletes: [gone.id, identityIdOf(gone.id)] });
    await world.settled();
    assert.equal((await gone.heartbeat()).status, 401);
    assert.equal((await gone.getToken()).status, 401);

    const replaced = await createMachine(world, 'replaced');
    await replaced.connect();
    const successor = await createMachine(world, 'replaced');
    await successor.putResource();
    await world.settled();
    assert.equal((await replaced.heartbeat()).status, 401);
    assert.equal(code(await replaced.register()), 'MachineKeyMismatch');
    assert.equal((await successor.register()).status, 200);
  });

  test('disconnect revokes', async () => {
    const machine = await createMachine(world, 'leaving');
    await machine.connect();
    assert.equal((await machine.call('POST', hosts.his, '/machines/disconnect')).status, 200);
    await world.settled();
    assert.equal((await machine.heartbeat()).status, 401);
  });
});

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
      assert.equal(code(answer), 'MisdirectedRequest');
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

  test('bootstrap: regional hosts for a known region, LocationNotFound for another, the installer gap as 501', async () => {
    const get = (path: string) => world.send({ host: hosts.gbl, method: 'GET', path });
    assert.deepEqual((await get('/regions/Japan%20East')).body.hosts, {
      his: hosts.his,
      ats: hosts.ats,
      gas: hosts.gas,
      dp: hosts.dp,
    });
    assert.equal(code(await get('/regions/atlantis')), 'LocationNotFound');
    assert.equal((await get('/azcmagent-linux')).status, 501);
    assert.equal((await get('/nothing')).status, 404);
    const wrongVerb = await world.send({ host: hosts.gbl, method: 'DELETE', path: '/log' });
    assert.equal(wrongVerb.status, 405);
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
  });
});

describe('proofs', () => {
  test('a replayed DPoP proof, one for another method or path, and a bearer token are refused', async () => {
    const machine = await createMachine(world, 'proving');
    await machine.connect();
    const ask = (headers: Readonly<Record<string, string>>) => machine.heartbeat(undefined, { headers });
    const headers = await machine.authorized('POST', hosts.his, '/machines/heartbeats');
    assert.equal((await ask(headers)).status, 200);
    const replayed = await ask(headers);
    assert.equal(replayed.status, 401);
    assert.match(replayed.body.error.message, /used before/);
    for (const wrong of [
      await machine.authorized('GET', hosts.his, '/machines/heartbeats'),
      await machine.authorized('POST', hosts.his, '/machines/renew'),
      await machine.authorized('POST', hosts.gas, '/machines/heartbeats'),
      await machine.authorized('POST', hosts.his, '/machines/heartbeats', { ath: 'x' }),
      await machine.authorized('POST', hosts.his, '/machines/heartbeats', {
        iat: Math.floor(world.now() / 1000) - 3600,
      }),
      { authorization: `Bearer ${machine.token()}` },
      { authorization: `DPoP ${machine.token()}` },
    ]) {
      assert.equal((await ask(wrong)).status, 401);
    }
  });

  test("a copied token is worthless with another machine's key", async () => {
    const victim = await createMachine(world, 'victim');
    await victim.connect();
    const thief = await createMachine(world, 'thief');
    const url = `https://${hosts.his}/machines/heartbeats`;
    const headers = {
      authorization: `DPoP ${victim.token()}`,
      dpop: await thief.proof('POST', url, victim.token()),
    };
    assert.equal((await victim.heartbeat(undefined, { headers })).status, 401);
  });

  test('a replayed assertion, a long one and one for another audience are refused', async () => {
    const machine = await createMachine(world, 'asserting');
    await machine.connect();
    const prepared = await machine.tokenRequest();
    assert.equal((await machine.getToken(undefined, prepared)).status, 200);
    const url = `https://${hosts.ats}/oauth2/token`;
    const again = { ...prepared, headers: { ...prepared.headers, dpop: await machine.proof('POST', url) } };
    const replayed = await machine.getToken(undefined, again);
    assert.equal(replayed.status, 401);
    assert.match(replayed.body.error.message, /assertion.*used before/);
    const seconds = Math.floor(world.now() / 1000);
    for (const claims of [
      { exp: seconds + 900 },
      { exp: seconds - 120, iat: seconds - 200 },
      { aud: `https://${hosts.his}/oauth2/token` },
      { iss: 'somebody else' },
      { serial: 'ffff' },
    ]) {
      assert.equal((await machine.getToken(undefined, await machine.tokenRequest(claims))).status, 401);
    }
  });

  test('a replayed registration is refused', async () => {
    const machine = await createMachine(world, 'registering');
    await machine.connect();
    const jti = crypto.randomUUID();
    assert.equal((await machine.register(undefined, { jti })).status, 200);
    assert.equal((await machine.register(undefined, { jti })).status, 401);
  });
});

describe('certificates', () => {
  test('renewal is refused early, keeps the old certificate until the new one is used, then retires it', async () => {
    const own = await openWorld();
    try {
      const machine = await createMachine(own, 'renewing');
      await machine.connect();
      const renew = () => machine.call('POST', hosts.his, '/machines/renew', { body: { csr: machine.csr } });
      assert.equal(code(await renew()), 'RenewalNotDue');
      own.moveClock(46 * day);
      assert.equal((await machine.getToken()).status, 200);
      const renewed = await renew();
      assert.equal(renewed.status, 200, JSON.stringify(renewed.body));
      assert.notEqual(renewed.body.serial, machine.serial());
      await own.settled();
      assert.equal((await machine.heartbeat()).status, 200, 'the old one is still good');
      const token = await machine.getToken(
        undefined,
        await machine.tokenRequest({ serial: renewed.body.serial }),
      );
      assert.equal(token.status, 200);
      assert.equal((await machine.heartbeat()).status, 200);
      await own.server.flush();
      await own.settled();
      assert.equal((await machine.getToken()).status, 401, 'the old one is retired');
    } finally {
      await own.close();
    }
  });

  test('an upgraded agent shows in the ARM resource', async () => {
    const machine = await createMachine(world, 'upgraded', { agentVersion: '1.40.0' });
    await machine.connect();
    await machine.heartbeat(undefined, { body: { agentVersion: '1.67.5', status: 'Connected' } });
    await world.server.flush();
    const properties = (await world.store.get(machine.id))?.body.properties as { agentVersion?: string };
    assert.equal(properties.agentVersion, '1.67.5');
  });
});

describe('without the control process', () => {
  test('heartbeats are taken and recorded later; registration says 503 and works afterwards', async () => {
    const machine = await createMachine(world, 'patient');
    await machine.connect();
    world.setControlDown(true);
    assert.equal((await machine.heartbeat()).status, 200);
    assert.equal((await machine.getToken()).status, 200, 'tokens need no control process');
    await world.server.flush();
    const late = await createMachine(world, 'late');
    await late.putResource();
    await world.settled();
    assert.equal((await late.register()).status, 500, 'the test port throws a plain error');
    world.setControlDown(false);
    await world.server.flush();
    assert.ok((await world.store.facts([heartbeatKey(machine.id)])).has(heartbeatKey(machine.id)));
    assert.equal((await late.register()).status, 200);
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

  test('PROXY over TCP is taken from configured gateways only', async () => {
    const open = async (from: readonly string[]): Promise<'dropped' | 'handshake'> => {
      const dropped: string[] = [];
      const listener = await openListener({
        credentials: world.credentials,
        machineAuthorities: [...world.authority.chain],
        publicEntries: [],
        proxyEntries: [{ address: '127.0.0.1', port: 0, from }],
        handler: () => {},
        onDropped: (reason) => dropped.push(reason),
      });
      const { address, port } = listener.proxyAddresses[0]!;
      const raw = connect(port, address);
      raw.on('error', () => {});
      raw.write(encodeProxyHeader({ command: 'LOCAL' }));
      const socket = tlsConnect({ socket: raw, servername: hosts.gbl, ca: [...world.authority.chain] });
      const outcome = await Promise.race([
        once(socket, 'secureConnect').then(() => 'handshake' as const),
        once(socket, 'error').then(() => 'dropped' as const),
      ]).catch(() => 'dropped' as const);
      socket.destroy();
      await listener.close(0);
      assert.equal(
        dropped.some((reason) => reason.includes('not a configured gateway')),
        outcome === 'dropped',
      );
      return outcome;
    };
    assert.equal(await open(['127.0.0.1']), 'handshake');
    assert.equal(await open(['127.0.0.9']), 'dropped');
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

describe('rate limits', () => {
  test('bootstrap requests and failed authentications are limited by source, by (link, source) on an endpoint', async () => {
    const own = await openWorld({
      limits: { bootstrapBurst: 2, bootstrapPerSecond: 0.001, failureBurst: 2, failurePerSecond: 0.001 },
    });
    try {
      await own.putScope('open', 'Enabled');
      await own.putConnection('open', 11);
      await own.putConnection('open', 12);
      await own.settled();
      const ask = (link: number) =>
        own.send({
          host: hosts.gbl,
          method: 'GET',
          path: '/regions/japaneast',
          via: own.privately(link, hosts.gbl),
        });
      assert.equal((await ask(11)).status, 200);
      assert.equal((await ask(11)).status, 200);
      const limited = await ask(11);
      assert.equal(limited.status, 429);
      assert.ok(Number(limited.headers['retry-after']) >= 1);
      assert.equal((await ask(12)).status, 200, 'the same source behind another link');
      const machine = await createMachine(own, 'failing');
      await machine.connect();
      const bad = () => machine.heartbeat(undefined, { headers: { authorization: 'DPoP nonsense' } });
      assert.equal((await bad()).status, 401);
      assert.equal((await bad()).status, 401);
      assert.equal((await bad()).status, 429);
    } finally {
      await own.close();
    }
  });
});
