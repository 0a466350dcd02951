import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { type LoopbackHost, LoopbackRealizer, RealizeRefused } from './loopback-realizer.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'realize-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** A host whose loopback interface is a set: `ip` behaves as iproute2 does. */
const host = (change: Partial<LoopbackHost> = {}) => {
  const there = new Set(['127.0.0.1']);
  const calls: string[] = [];
  const made: LoopbackHost = {
    platform: 'linux',
    uid: 0,
    ip: async (args) => {
      calls.push(args.join(' '));
      const [, verb, prefix = ''] = args;
      const [address = ''] = prefix.split('/');
      if (verb === 'add' && there.has(address)) throw new Error('RTNETLINK answers: File exists');
      if (verb === 'add') there.add(address);
      if (verb === 'del' && !there.delete(address))
        throw new Error('RTNETLINK answers: Cannot assign requested address');
    },
    addresses: () => [...there],
    incarnation: async () => 'boot net:[1]',
    ...change,
  };
  return { made, there, calls };
};

describe('--realize lo', () => {
  test('refuses another system, another user and a missing ip command, each with what to do instead', async () => {
    for (const [change, words] of [
      [{ platform: 'darwin' }, /needs Linux, this is darwin/],
      [{ uid: 1000 }, /needs root, this is user 1000/],
      [{ ip: () => Promise.reject(new Error('spawn ip ENOENT')) }, /Install iproute2/],
    ] as const) {
      await assert.rejects(LoopbackRealizer.open(directory, host(change).made), (error) => {
        assert.ok(error instanceof RealizeRefused);
        assert.match(error.message, words);
        assert.match(error.message, /Start without --realize lo/);
        return true;
      });
    }
  });

  test('adds what is missing, keeps a private record of it, and removes exactly that', async () => {
    const { made, there } = host();
    there.add('10.9.9.9');
    const realizer = await LoopbackRealizer.open(join(directory, 'state'), made);
    assert.equal(await realizer.realize('10.0.1.4'), undefined);
    assert.equal(await realizer.realize('fd00::4'), undefined);
    assert.equal(await realizer.realize('10.9.9.9'), undefined, 'it is there already');
    const file = join(directory, 'state', 'realized-addresses.json');
    assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')).addresses, ['10.0.1.4', 'fd00::4']);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.equal(statSync(join(directory, 'state')).mode & 0o777, 0o700);
    await realizer.release((address) => address === '10.0.1.4');
    assert.deepEqual([...there], ['127.0.0.1', '10.9.9.9', 'fd00::4']);
    await realizer.close();
    assert.deepEqual([...there], ['127.0.0.1', '10.9.9.9']);
  });

  test('touches no loopback, wildcard or multicast address', async () => {
    const { made, calls } = host();
    const realizer = await LoopbackRealizer.open(directory, made);
    for (const address of ['127.1.2.3', '::1', '0.0.0.0', '224.0.0.1', '10.0.0.1; reboot', '-6']) {
      assert.match((await realizer.realize(address))?.reason ?? '', /not an address to add/);
    }
    assert.deepEqual(calls, ['-V']);
  });

  test('after a crash the next start removes what was left, but nothing of another boot or namespace', async () => {
    const { made, there } = host();
    await (await LoopbackRealizer.open(directory, made)).realize('10.0.1.4');
    await LoopbackRealizer.open(directory, made);
    assert.deepEqual([...there], ['127.0.0.1']);
    await (await LoopbackRealizer.open(directory, made)).realize('10.0.1.4');
    await LoopbackRealizer.open(directory, { ...made, incarnation: async () => 'later net:[1]' });
    assert.deepEqual([...there], ['127.0.0.1', '10.0.1.4'], 'somebody else put it there');
  });

  test('says why an address could not be added, and forgets it', async () => {
    const { made } = host({
      ip: async (args) => {
        if (args[1] === 'add') throw new Error('RTNETLINK answers: Operation not permitted');
      },
    });
    const realizer = await LoopbackRealizer.open(directory, made);
    const refusal = await realizer.realize('10.0.1.4');
    assert.match(refusal?.reason ?? '', /Operation not permitted/);
    assert.equal(refusal?.fix, 'ip addr add 10.0.1.4/32 dev lo');
    assert.deepEqual(
      JSON.parse(readFileSync(join(directory, 'realized-addresses.json'), 'utf8')).addresses,
      [],
    );
  });

  const canUnshare = () => {
    if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
    try {
      execFileSync('unshare', ['--net', 'ip', '-V'], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  };

  test('in a network namespace of its own: the address comes, carries traffic, goes with its listener and at shutdown', {
    skip: canUnshare() ? false : 'needs root, unshare and ip',
  }, () => {
    const module = (name: string): string => JSON.stringify(new URL(name, import.meta.url));
    const script = join(directory, 'namespace.ts');
    writeFileSync(
      script,
      `import { execFileSync } from 'node:child_process';
        import { networkInterfaces } from 'node:os';
        import { once } from 'node:events';
        import { LoopbackRealizer } from ${module('loopback-realizer.ts')};
        import { listenerAt, World } from ${module('private-endpoint.testkit.ts')};
        execFileSync('ip', ['link', 'set', 'lo', 'up']);
        const there = () => (networkInterfaces().lo ?? []).map((entry) => entry.address).filter((address) => address.startsWith('10.'));
        const seen = [];
        const realizer = await LoopbackRealizer.open(${JSON.stringify(directory)});
        const world = await World.start({ realizer });
        const { listeners } = await world.gateway.reconcile([listenerAt('10.0.1.4'), listenerAt('10.0.1.5')]);
        seen.push(listeners.map((listener) => listener.state), there());
        const client = world.tls('10.0.1.4');
        await once(client, 'secureConnect');
        client.end('through');
        let back = '';
        for await (const chunk of client) back += chunk;
        seen.push(back);
        await world.gateway.reconcile([listenerAt('10.0.1.5')]);
        seen.push(there());
        await world.close();
        seen.push(there());
        console.log(JSON.stringify(seen));`,
    );
    const output = execFileSync('unshare', ['--net', process.execPath, script], {
      encoding: 'utf8',
      timeout: 120_000,
    });
    assert.deepEqual(JSON.parse(output), [
      ['listening', 'listening'],
      ['10.0.1.4', '10.0.1.5'],
      'through',
      ['10.0.1.5'],
      [],
    ]);
  });
});
