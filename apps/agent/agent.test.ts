import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { randomUUID, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type AgentStatus, openStateDirectory, runDaemon } from '@tombolo/agent';
import { identityIdOf } from '@tombolo/hybrid-services/projection';
import { machineId, scopeId } from '@tombolo/hybrid-services/world.testkit';
import { normalSerial } from '@tombolo/identity/serial-number';
import type { JsonObject } from '@tombolo/store/port';
import { until } from '@tombolo/testkit/until';
import { runHere } from './surroundings.testkit.ts';
import { openAgentWorld, secret } from './world.testkit.ts';

let agents: Awaited<ReturnType<typeof openAgentWorld>>;
let publicly: string;
let privately: string;
before(async () => {
  agents = await openAgentWorld();
  await agents.world.putScope('closed', 'Disabled');
  await agents.world.putConnection('closed', 21);
  const report = await agents.reconcile();
  assert.ok(report.listeners.every((listener) => listener.state === 'listening'));
  publicly = await agents.writeProfile('public');
  privately = await agents.writeProfile('private', 21);
});
after(() => agents.close());

const scope = scopeId('closed');
const stateDir = (name: string): string => join(agents.directory, name);
const listeningSockets = (pid: number): number => {
  const inodes = new Set(
    readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return /socket:\[(\d+)\]/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
      } catch {
        return [];
      }
    }),
  );
  // proc_net(5): state 0A is LISTEN; an unconnected UDP socket bound to a port is 07.
  const lines = ['tcp', 'tcp6'].flatMap((name) =>
    readFileSync(`/proc/${pid}/net/${name}`, 'utf8').split('\n').slice(1),
  );
  return lines.filter((line) => {
    const fields = line.trim().split(/\s+/);
    return fields[3] === '0A' && inodes.has(fields[9] ?? '');
  }).length;
};

describe('connect', () => {
  test('by the private endpoint, run, show and disconnect, as real processes', async () => {
    const args = agents.connectArgs('associated', privately);
    const more = ['--private-link-scope', scope, '--tags', "A=B,C='D E'", '--verbose'];
    const connected = await agents.run([...args, ...more]);
    assert.equal(connected.code, 0, connected.stderr);
    assert.match(connected.stdout, /INFO {4}Connecting machine to Azure\.\.\./);
    assert.match(connected.stdout, / 20% \[==> +\]/);
    assert.match(
      connected.stdout,
      /^DEBUG {3}PUT https:\/\/management\.test:\d+\/.*: 200 from 127\.0\.0\.1$/m,
    );
    assert.match(connected.stdout, /INFO {4}Connected machine to Azure/);
    const resource = (await agents.world.store.get(machineId('associated')))?.body;
    assert.deepEqual(resource?.tags, { A: 'B', C: 'D E' });
    for (const file of readdirSync(stateDir('associated'))) {
      assert.equal(statSync(join(stateDir('associated'), file)).mode & 0o777, 0o600, file);
    }
    assert.equal(statSync(stateDir('associated')).mode & 0o777, 0o700);

    const daemon = agents.start([
      'run',
      '--state-dir',
      stateDir('associated'),
      '--heartbeat-interval',
      '0.1',
    ]);
    const status = await agents.statusUntil('associated', (is) => is.heartbeats >= 3 && is.pid !== undefined);
    assert.equal(status.status, 'Connected');
    assert.equal(status.route?.kind, 'private');
    assert.ok(status.resolved?.every((entry) => entry.addresses[0]?.startsWith('127.21.0.')));
    assert.equal(listeningSockets(daemon.child.pid ?? 0), 0, 'R17: it listens on nothing');
    // A running daemon takes other settings, and leaves what `show` needs.
    const settings = ['--state-dir', stateDir('associated')];
    assert.equal((await runHere(['config', 'set', 'config.mode', 'monitor', ...settings])).code, 0);
    await until('the daemon has the settings', () =>
      daemon.stderr().includes('"message":"settings changed","properties":["incomingconnections.enabled"'),
    );
    const all = JSON.parse((await runHere(['show', '--json', ...settings])).stdout);
    assert.deepEqual([all.status, all.services[2].status], ['Connected', 'active']);
    assert.deepEqual(all.disabledFeatures, ['guestconfiguration', 'incomingconnections']);
    assert.match(readFileSync(all.agentLogfile, 'utf8'), /"settings changed"/);
    const second = await agents.run(['run', '--state-dir', stateDir('associated')]);
    assert.equal(second.code, 2, 'one daemon for a state directory');

    const shown = await agents.run([
      'show',
      'status',
      'Agent Version',
      '-j',
      '--state-dir',
      stateDir('associated'),
    ]);
    assert.deepEqual(Object.keys(JSON.parse(shown.stdout)), ['status', 'agentVersion']);
    assert.equal(JSON.parse(shown.stdout).status, 'Connected');
    const again = await agents.run([...args, '--private-link-scope', scope]);
    assert.equal(again.code, 67);

    const gone = await agents.run(['disconnect', '--state-dir', stateDir('associated'), '-i', 'an-app']);
    assert.equal(gone.code, 0, gone.stderr);
    assert.equal(await agents.world.store.get(machineId('associated')), undefined);
    assert.equal(await agents.world.store.get(identityIdOf(machineId('associated'))), undefined);
    assert.deepEqual(
      readdirSync(stateDir('associated')).filter((name) => name.endsWith('.pem') || name === 'agent.json'),
      [],
    );
    daemon.child.kill('SIGTERM');
    const [code] = await once(daemon.child, 'close');
    assert.equal(code, 0, 'SIGTERM ends it cleanly');
    for (const line of daemon.stderr().trim().split('\n')) assert.ok(JSON.parse(line).level, 'NDJSON');
    assert.ok(!daemon.stderr().includes(secret) && !connected.stdout.includes(secret));
  });

  test('R9: private addresses without a scope are AZCM0026 before any ARM write', async () => {
    const before = agents.writes.length;
    const refused = await agents.run([...agents.connectArgs('unaware', privately), '-j']);
    assert.equal(refused.code, 26);
    const { error } = JSON.parse(refused.stdout);
    assert.equal(error.code, 'AZCM0026');
    assert.match(error.message, /^Private Link Scope resource ID must be provided as endpoint gbl\.his/);
    assert.equal(agents.writes.length, before);
  });

  test('R9: with --ignore-network-check the resource is created and the service refuses with its code', async () => {
    const refused = await agents.run([
      ...agents.connectArgs('unassociated', privately),
      '--ignore-network-check',
      '-j',
    ]);
    assert.equal(refused.code, 62, refused.stderr);
    const { error } = JSON.parse(refused.stdout);
    assert.equal(error.serviceCode, 'MachineNotAssociated');
    assert.match(error.message, /has been created and stays/);
    assert.ok(await agents.world.store.get(machineId('unassociated')));
    assert.equal(await agents.world.store.get(identityIdOf(machineId('unassociated'))), undefined);
    // The same machine, associated now: its key and vmId are still there, so it connects.
    const args = [...agents.connectArgs('unassociated', privately), '--private-link-scope', scope];
    assert.equal((await agents.run(args)).code, 0);
  });

  test('R10: an agent that says 1.3 is refused through the endpoint', async () => {
    const args = [...agents.connectArgs('old', privately), '--private-link-scope', scope, '-j'];
    const refused = await agents.run(args, { TOMBOLO_AGENT_VERSION: '1.3.0' });
    assert.equal(refused.code, 62);
    assert.equal(JSON.parse(refused.stdout).error.serviceCode, 'AgentVersionNotSupported');
  });

  test('exit codes: arguments, region, credentials, files, a name that another machine has', async () => {
    const args = agents.connectArgs('codes', publicly);
    const cases: readonly [number, readonly string[], Readonly<Record<string, string>>?][] = [
      [23, ['connect', '--no-such-flag']],
      [20, [...args, '-l', 'atlantis']],
      [41, args, { AZCMAGENT_SERVICE_PRINCIPAL_SECRET: 'wrong' }],
      [12, [...agents.connectArgs('token', publicly), '--access-token', 'of another tenant']],
    ];
    await Promise.all(
      cases.map(async ([code, given, env]) => {
        const result = await agents.run(given, env);
        assert.equal(result.code, code, `${given.join(' ')}\n${result.stderr}`);
        assert.match(result.stderr, new RegExp(`AZCM00${code}`));
      }),
    );
    await agents.world.put(machineId('taken'), 'Microsoft.HybridCompute/machines', {
      location: 'japaneast',
      properties: { vmId: 'another' },
    });
    assert.equal((await agents.run(agents.connectArgs('taken', publicly))).code, 44);
  });

  test('a resource made ahead is taken over with its tags, scope and location, by the first agent alone', async () => {
    const id = machineId('ahead');
    await agents.world.put(id, 'Microsoft.HybridCompute/machines', {
      location: 'japaneast',
      kind: 'AWS',
      tags: { owner: 'harbour', A: 'before' },
      properties: {
        privateLinkScopeResourceId: scope,
        locationData: { name: 'Kiel' },
        status: 'AwaitingConnection',
      },
    });
    const args = [...agents.connectArgs('ahead', privately), '--private-link-scope', scope, '--tags', 'A=B'];
    const first = await agents.run(args);
    assert.equal(first.code, 0, first.stderr);
    const body = (await agents.world.store.get(id))!.body;
    assert.deepEqual([body.kind, body.tags], ['AWS', { owner: 'harbour', A: 'B' }]);
    const { locationData, privateLinkScopeResourceId } = body.properties as JsonObject;
    assert.deepEqual([locationData, privateLinkScopeResourceId], [{ name: 'Kiel' }, scope]);
    const other = args.map((entry) => (entry === stateDir('ahead') ? stateDir('ahead-other') : entry));
    assert.equal((await agents.run(other)).code, 44);
  });

  test('a --config file and a secret file stand in for flags', async () => {
    const config = join(agents.directory, 'connect.json');
    const file = join(agents.directory, 'secret');
    writeFileSync(file, `${secret}\n`, { mode: 0o600 });
    writeFileSync(config, JSON.stringify({ 'service-principal-secret-file': file, location: 'Japan East' }));
    const args = agents
      .connectArgs('configured', publicly)
      .filter((entry) => entry !== '-l' && entry !== 'japaneast');
    const result = await agents.run([...args, '--config', config], {
      AZCMAGENT_SERVICE_PRINCIPAL_SECRET: '',
    });
    assert.equal(result.code, 0, result.stderr);
  });
});

describe('run', () => {
  test('a machine that was moved while no daemon ran is disconnected where it is, and nobody else in its former place', async () => {
    for (const [name, known] of [
      ['moved', true],
      ['lost', false],
    ] as const) {
      const args = agents.connectArgs(name, publicly);
      assert.equal((await agents.run(args)).code, 0);
      const there = await agents.move(name, 'elsewhere');
      const other = { location: 'japaneast', properties: { vmId: 'of another machine' } };
      await agents.world.put(machineId(name), 'Microsoft.HybridCompute/machines', other);
      if (!known) await agents.world.store.commit({ deletes: [identityIdOf(there)] });
      await agents.world.settled();
      const gone = await agents.run(['disconnect', '--state-dir', stateDir(name), '-i', 'an-app']);
      assert.equal(gone.code, known ? 0 : 44, `${gone.stdout}${gone.stderr}`);
      assert.equal((await agents.world.store.get(there)) === undefined, known);
      const former = (await agents.world.store.get(machineId(name)))?.body.properties as { vmId?: string };
      assert.equal(former?.vmId, 'of another machine');
      assert.equal(existsSync(join(stateDir(name), 'agent.json')), !known);
    }
  });

  test('R8, R20: the public route is refused while Disabled and comes back by itself when Enabled', async () => {
    await agents.world.putScope('switched', 'Enabled');
    const args = [...agents.connectArgs('public', publicly), '--private-link-scope', scopeId('switched')];
    const connected = await agents.run(args);
    assert.equal(connected.code, 0, connected.stderr);
    const daemon = agents.start(['run', '--state-dir', stateDir('public'), '--heartbeat-interval', '0.1']);
    await agents.statusUntil('public', (is) => is.status === 'Connected' && is.route?.kind === 'public');
    await agents.world.putScope('switched', 'Disabled');
    const refused = await agents.statusUntil('public', (is) => is.status === 'Disconnected');
    assert.equal(refused.agentErrorCode, 'PublicNetworkAccessDisabled');
    await agents.world.putScope('switched', 'Enabled');
    await agents.statusUntil('public', (is) => is.status === 'Connected' && is.agentErrorCode === undefined);
    // Its identity is lost, its key is the machine's still: it registers again by itself.
    const { serial } = (await agents.statusUntil('public', () => true)).certificate ?? {};
    await agents.world.store.commit({ deletes: [identityIdOf(machineId('public'))] });
    await agents.statusUntil(
      'public',
      (is) => is.status === 'Connected' && is.certificate !== undefined && is.certificate.serial !== serial,
    );
    // Moved: what `disconnect` deletes is where it is now.
    const elsewhere = await agents.move('public', 'elsewhere');
    const named = () => readFile(join(agents.directory, 'public', 'agent.json'), 'utf8');
    await agents.statusUntil('public', (is) => is.machineId?.includes('/elsewhere/') === true);
    assert.equal(JSON.parse(await named()).resourceGroup, 'elsewhere');
    // The machine's resource is another key's: it stays out, and says why.
    await agents.dispossess(elsewhere);
    const revoked = await agents.statusUntil('public', (is) => is.status === 'Disconnected');
    assert.match(revoked.agentErrorCode ?? '', /MachineCertificateRejected|AuthenticationFailed/);
    daemon.child.kill('SIGTERM');
    await once(daemon.child, 'close');
  });

  test('R20: from public to private and back without connecting anew, and to names that the service has now', async () => {
    await agents.world.putScope('roaming', 'Enabled');
    await agents.world.putConnection('roaming', 25);
    await agents.reconcile();
    const file = await agents.writeProfile('roaming');
    const args = [...agents.connectArgs('roaming', file), '--private-link-scope', scopeId('roaming')];
    assert.equal((await agents.run(args)).code, 0);
    const state = join(agents.directory, 'roaming', 'agent.json');
    const connected = JSON.parse(await readFile(state, 'utf8'));
    const daemon = agents.start(['run', '--state-dir', stateDir('roaming'), '--heartbeat-interval', '0.1']);
    const until = (kind: string) =>
      agents.statusUntil('roaming', (is) => is.status === 'Connected' && is.route?.kind === kind);
    await until('public');
    agents.resolveBy('roaming', 25);
    await until('private');
    await agents.world.putScope('roaming', 'Disabled');
    agents.resolveBy('roaming');
    const refused = await agents.statusUntil('roaming', (is) => is.status === 'Disconnected');
    assert.equal(refused.agentErrorCode, 'PublicNetworkAccessDisabled');
    await agents.world.putScope('roaming', 'Enabled');
    await until('public');
    assert.equal(JSON.parse(await readFile(state, 'utf8')).connectedAt, connected.connectedAt);
    assert.match(daemon.stderr(), /"the route has changed","from":"public","to":"private"/);
    daemon.child.kill('SIGTERM');
    await once(daemon.child, 'close');
    // A name of before, which nobody has any more.
    const hosts = { ...connected.hosts, his: 'former.his.arc.azure.com' };
    await writeFile(state, JSON.stringify({ ...connected, hosts }), { mode: 0o600 });
    const again = agents.start(['run', '--state-dir', stateDir('roaming'), '--heartbeat-interval', '0.1']);
    await agents.statusUntil('roaming', (is) => is.pid === again.child.pid && is.status === 'Connected');
    assert.deepEqual(JSON.parse(await readFile(state, 'utf8')).hosts, connected.hosts);
    again.child.kill('SIGTERM');
    await once(again.child, 'close');
  });

  test('R15: rejecting the connection resets the agent, approving it lets it come back', async () => {
    await agents.world.putScope('rejecting', 'Disabled');
    await agents.world.putConnection('rejecting', 22);
    await agents.reconcile();
    const file = await agents.writeProfile('rejecting', 22);
    const args = [...agents.connectArgs('rejected', file), '--private-link-scope', scopeId('rejecting')];
    assert.equal((await agents.run(args)).code, 0);
    const daemon = agents.start(['run', '--state-dir', stateDir('rejected'), '--heartbeat-interval', '0.1']);
    await agents.statusUntil('rejected', (is) => is.status === 'Connected' && is.pid !== undefined);
    await agents.world.putConnection('rejecting', 22, 'Rejected');
    await agents.reconcile();
    const reset = await agents.statusUntil('rejected', (is) => is.status === 'Disconnected');
    assert.equal(reset.agentErrorCode, 'ECONNRESET');
    await agents.world.putConnection('rejecting', 22, 'Approved');
    await agents.reconcile();
    await agents.statusUntil('rejected', (is) => is.status === 'Connected');
    daemon.child.kill('SIGTERM');
    await once(daemon.child, 'close');
  });
});

describe('renewal', () => {
  test('the daemon renews at 45 days left, goes on with the new certificate, and the old one is retired', async () => {
    const own = await openAgentWorld();
    try {
      const name = 'renewing';
      const file = await own.writeProfile('renewing');
      const connected = await own.run(own.connectArgs(name, file));
      assert.equal(connected.code, 0, connected.stderr);
      const first = (await own.statusUntil(name, () => true)).certificate?.serial;
      own.world.moveClock(46 * 86_400_000);
      const stop = new AbortController();
      const running = runDaemon({
        state: await openStateDirectory(join(own.directory, name)),
        heartbeatMs: 50,
        now: own.world.now,
        env: {},
        random: () => 0.5,
        newGuid: randomUUID,
        log: () => {},
        signal: stop.signal,
      });
      const status = await own.statusUntil(
        name,
        (is) => is.heartbeats >= 2 && is.certificate?.serial !== first,
      );
      assert.equal(status.status, 'Connected');
      stop.abort();
      await running;
      await own.world.server.flush();
      await own.world.settled();
      const identity = own.world.projection.identity(machineId(name));
      assert.deepEqual(
        identity?.certificates.map((entry) => entry.serial),
        [status.certificate?.serial],
      );
      const kept = await readFile(join(own.directory, name, 'certificate.pem'), 'utf8');
      assert.equal(normalSerial(new X509Certificate(kept).serialNumber), status.certificate?.serial);
    } finally {
      await own.close();
    }
  });
});

describe('notifications', () => {
  test('bring a change at once, between heartbeats an hour apart, and an eviction, too', async () => {
    const own = await openAgentWorld();
    const stop = new AbortController();
    let running = Promise.resolve();
    try {
      const file = await own.writeProfile('notified');
      assert.equal((await own.run(own.connectArgs('lamp', file))).code, 0);
      const said: string[] = [];
      running = runDaemon({
        state: await openStateDirectory(join(own.directory, 'lamp')),
        ...{ heartbeatMs: 3_600_000, env: {}, now: Date.now, random: () => 0, newGuid: randomUUID },
        log: (_level, message) => said.push(message),
        signal: stop.signal,
      });
      const tag = async (value: string) => {
        const { type, body } = (await own.world.store.get(machineId('lamp')))!;
        await own.world.put(machineId('lamp'), type, { ...body, tags: { value } });
        const has = (value: string) => (is: AgentStatus) =>
          (is.configuration?.value as { tags?: { value?: string } } | undefined)?.tags?.value === value;
        return own.statusUntil('lamp', has(value));
      };
      await until('somebody listens', () => own.world.server.listening() === 1);
      const first = await tag('one');
      assert.equal((await tag('two')).heartbeats, first.heartbeats, 'no heartbeat was needed');
      // Its identity is lost: it is shown out, registers again at once and listens again.
      await own.world.store.commit({ deletes: [identityIdOf(machineId('lamp'))] });
      await until('it is registered again', () => said.includes('registered again'));
      await until('it listens again', () => said.filter((line) => line === 'notifications open').length >= 2);
      await tag('three');
    } finally {
      stop.abort();
      await running;
      await own.close();
    }
  });
});

describe('a clock that is off', () => {
  test('is told with how much, and the agent goes on once it is set', async () => {
    const file = await agents.writeProfile('late');
    assert.equal((await agents.run(agents.connectArgs('late', file))).code, 0);
    let off = -600_000;
    const stop = new AbortController();
    const running = runDaemon({
      state: await openStateDirectory(join(agents.directory, 'late')),
      ...{ heartbeatMs: 50, env: {}, random: () => 0.5, newGuid: randomUUID, log: () => {} },
      now: () => Date.now() + off,
      signal: stop.signal,
    });
    const refused = await agents.statusUntil('late', (is) => is.status === 'Disconnected');
    assert.equal(refused.agentErrorCode, 'MachineClockWrong');
    assert.match(refused.agentErrorDetails ?? '', /clock is 10 minutes behind the service's \(/);
    off = 0;
    await agents.statusUntil('late', (is) => is.status === 'Connected' && is.agentErrorCode === undefined);
    stop.abort();
    await running;
  });
});

describe('check', () => {
  const check = async (profile: string, ...more: readonly string[]) => {
    const { code, stdout, stderr } = await runHere(
      ['check', '--cloud-profile', profile, '-l', 'japaneast', '--json', '--timeout', '60', ...more],
      { env: { TOMBOLO_AGENT_STATE: stateDir('never-made') } },
    );
    const found = Object.entries(JSON.parse(stdout) as Record<string, JsonObject>);
    const named = (start: string) => found.find(([url]) => url.startsWith(`https://${start}`))?.[1];
    return { code, stderr, found, named };
  };

  test('every name of the installation is reachable, private where a scope is asked for, before anything is connected', async () => {
    const { code, stderr, named, found } = await check(privately, '--enable-pls-check');
    assert.equal(code, 0, JSON.stringify(found));
    const { reachable, private: isPrivate, required, tls, proxyStatus } = named('gbl.his.')!;
    assert.deepEqual(
      { reachable, isPrivate, required, tls, proxyStatus },
      { reachable: true, isPrivate: true, required: true, tls: 'TLS 1.3', proxyStatus: 'not used' },
    );
    assert.deepEqual([named('login.test:')?.private, named('login.test:')?.problem], [true, null]);
    assert.deepEqual([named('*.guestnotificationservice')?.reachable], [null]);
    assert.match(stderr, /100% \[=+\]/);
    assert.ok(!existsSync(stateDir('never-made')));
  });

  test('a public address where a private one is wanted, the reverse, and no address at all are AZCM0026', async () => {
    const problem = async (profile: string, ...more: readonly string[]) => {
      const { code, named } = await check(profile, ...more);
      return [code, (named('gbl.his.')?.problem as JsonObject | null)?.code];
    };
    assert.deepEqual(await problem(publicly), [0, undefined]);
    assert.deepEqual(await problem(publicly, '--enable-pls-check'), [26, 'NotPrivate']);
    assert.deepEqual(await problem(privately), [26, 'Private']);
    assert.deepEqual(await problem(await agents.writeProfile('nothing', 'nothing')), [26, 'NameNotFound']);
  });

  test('the report is JUnit that the next program can read, and never over a file that is there', async () => {
    const file = join(agents.directory, 'check.xml');
    assert.equal((await check(privately, '--enable-pls-check', '--junit', file)).code, 0);
    assert.match(readFileSync(file, 'utf8'), /<testsuite name="connectivity" tests="\d+" failures="0"/);
    const again = await runHere(['check', '--cloud-profile', privately, '--junit', file], {
      env: { TOMBOLO_AGENT_STATE: stateDir('never-made') },
    });
    assert.equal(again.code, 19, again.stderr);
  });
});

describe('the command itself', () => {
  const installed = spawnSync(
    '/usr/bin/env',
    ['-i', 'PATH=/usr/local/bin:/usr/bin:/bin', 'node', '--version'],
    {
      encoding: 'utf8',
    },
  ).stdout?.trim();
  const old = /^v(1\d|2[0-3])\./.test(installed ?? '');
  test("an older Node hands over to the project's own", {
    skip: old ? false : 'the installed Node is new enough',
  }, () => {
    const bin = fileURLToPath(new URL('./bin.mjs', import.meta.url));
    const env = { PATH: '/usr/local/bin:/usr/bin:/bin' };
    assert.match(
      execFileSync('node', [bin, 'version'], { encoding: 'utf8', env }),
      /^tombolo-agent version 1\.67/,
    );
  });
});
