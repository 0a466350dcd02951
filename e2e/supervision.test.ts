import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { connect } from 'node:tls';
import { directoryOfFile } from '@tombolo/testkit/ends-with-file';
import { commandLineOf, descendants, isAlive, isStopped, signal } from '@tombolo/testkit/processes';
import { until } from '@tombolo/testkit/until';
import { signIn } from './arm.ts';
import { type ChildName, childNames, startServer } from './server.ts';
import { applyTopology, resolve4 } from './topology.ts';

const scratch = directoryOfFile();

/** For what hangs. */
const answerMs = 60_000;

/** Completes a TLS handshake with whoever answers for the name at this address; rejects where nobody does. */
const handshake = (address: string, port: number, name: string, ca: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host: address, port, servername: name, ca, timeout: answerMs });
    socket.once('secureConnect', () => {
      resolve(socket.getProtocol()!);
      socket.destroy();
    });
    socket.once('timeout', () => socket.destroy(new Error(`no answer within ${answerMs} ms`)));
    socket.once('error', reject);
  });

describe('an installation whose processes die', async () => {
  const server = await startServer(join(scratch, 'state'));
  const arm = await signIn(server.state, server.ready.resourceManager);
  const { group, members, nameServer } = await applyTopology(server, arm);
  const port = Number(new URL(server.ready.resourceManager).port);
  const ca = readFileSync(join(server.state, 'ca.pem'), 'utf8');

  /** Names resolve by both views, and both ways in carry TLS to the services. */
  const dataPlaneWorks = async (): Promise<void> => {
    const { fqdn, address } = members[0]!;
    assert.deepEqual(await resolve4(nameServer, fqdn), [address], 'the view of the network');
    assert.deepEqual(await resolve4(server.ready.dns, fqdn), ['127.0.0.2'], 'the public view');
    await handshake(address, port, fqdn, ca);
    await handshake('127.0.0.2', port, fqdn, ca);
  };

  const restarted = (name: ChildName, before: number): Promise<number> =>
    until(`${name} runs again`, () => {
      const pid = server.pid(name);
      return pid === before ? undefined : pid;
    });

  const tag = (n: string) => arm.done('PATCH', `${group}?api-version=2025-04-01`, { tags: { n } });

  const converges = async (): Promise<void> => {
    await until('control answers', async () => (await server.tomboloHere('status')).code !== 5);
    const waited = await server.tomboloHere('wait');
    assert.equal(waited.code, 0, waited.stdout);
  };

  test('works before any of it', dataPlaneWorks);

  test('bounds what each process keeps for what dies at once', () => {
    for (const name of childNames)
      assert.match(commandLineOf(server.pid(name)!), / --max-semi-space-size=[1-8] /, name);
  });

  for (const name of childNames) {
    test(`${name} killed is started again and converges`, async () => {
      const before = server.pid(name)!;
      const others = childNames.filter((other) => other !== name).map((other) => server.pid(other));
      signal(before, 'SIGKILL');
      await restarted(name, before);
      await converges();
      await until('names resolve and TLS gets through', () =>
        dataPlaneWorks().then(
          () => true,
          () => false,
        ),
      );
      await tag(name);
      await converges();
      assert.deepEqual(
        childNames.filter((other) => other !== name).map((other) => server.pid(other)),
        others,
        'the others were left alone',
      );
    });
  }

  test('with control stopped the data plane goes on, and all converge when it continues', async () => {
    const control = server.pid('control')!;
    signal(control, 'SIGSTOP');
    try {
      await until('control is really stopped', () => isStopped(control));
      await dataPlaneWorks();
    } finally {
      signal(control, 'SIGCONT');
    }
    await tag('continued');
    await converges();
    assert.equal(server.pid('control'), control);
  });

  test('dns, gateway and hybrid come up from the state on disk while control is down', async () => {
    const down = ['dns', 'gateway', 'hybrid'] as const;
    const before = down.map((name) => server.pid(name)!);
    const control = server.pid('control')!;
    // Stopped, control holds its sockets and answers nobody: harder than its absence, which its restart would end soon.
    signal(control, 'SIGSTOP');
    try {
      for (const pid of before) signal(pid, 'SIGKILL');
      for (const [index, name] of down.entries()) await restarted(name, before[index]!);
      await until('names resolve and TLS gets through', () =>
        dataPlaneWorks().then(
          () => true,
          () => false,
        ),
      );
    } finally {
      signal(control, 'SIGCONT');
    }
    await tag('from disk');
    await converges();
  });

  test('all four killed at once come back, with what was written', async () => {
    const before = childNames.map((name) => server.pid(name)!);
    for (const pid of before) signal(pid, 'SIGKILL');
    for (const [index, name] of childNames.entries()) await restarted(name, before[index]!);
    await converges();
    await until('names resolve and TLS gets through', () =>
      dataPlaneWorks().then(
        () => true,
        () => false,
      ),
    );
    assert.equal((await arm.send('GET', `${group}?api-version=2025-04-01`)).body.tags?.n, 'from disk');
  });
});

test('a child that keeps failing ends the whole, with one sentence that names it', async () => {
  const server = await startServer(join(scratch, 'failing'));
  const pids = [server.ready.pid, ...descendants(server.ready.pid)];
  // Its state can be read no more: each start fails.
  writeFileSync(join(server.state, 'dns', 'configuration.json'), 'no JSON');
  signal(server.pid('dns')!, 'SIGKILL');
  assert.equal(await server.ended, 1);
  assert.deepEqual(pids.filter(isAlive), []);
  const outcome = JSON.parse(server.output().slice(server.output().indexOf('\n'))) as {
    error: { code: string; message: string };
  };
  assert.equal(outcome.error.code, 'Failed');
  assert.equal(outcome.error.message, 'Ended: the dns process kept failing (exit code 1).');
});
