import assert from 'node:assert/strict';
import {
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import fc from 'fast-check';
import type { ConnectFlags } from './connect-arguments.ts';
import { checkConnect, machineIdIn, selectCredentials } from './connect-arguments.ts';
import { waitAfter } from './daemon-turn.ts';
import { AgentFailure, failureTable, ServiceRefusal } from './failure.ts';
import { createMachineKey, loadMachineKey } from './machine-key.ts';
import { openStateDirectory } from './state-directory.ts';
import { parseTags } from './tags.ts';

const directory = mkdtempSync(join(tmpdir(), 'tombolo-agent-'));
after(() => rmSync(directory, { recursive: true }));
const number = (wanted: number) => (error: unknown) =>
  error instanceof AgentFailure && error.number === wanted;
const guid = '00000000-0000-4000-8000-000000000001';
const complete: ConnectFlags = {
  accessToken: 'token',
  subscriptionId: guid,
  tenantId: guid,
  resourceGroup: 'rg',
  resourceName: 'server',
  location: 'Japan East',
};
const check = (flags: ConnectFlags, env: NodeJS.ProcessEnv = {}) => checkConnect(flags, env, () => guid);

test('arguments are refused with their number before anything happens', () => {
  const cases: readonly [number, ConnectFlags][] = [
    [23, { subscriptionId: '/subscriptions/x' }],
    [23, { subscriptionId: 'x'.repeat(65) }],
    [23, { tenantId: 'x' }],
    [23, { resourceGroup: 'a/b' }],
    [23, { resourceName: 'bad/name' }],
    [23, { resourceName: 'x'.repeat(55) }],
    [23, { correlationId: 'x' }],
    [23, { tags: 'novalue' }],
    [23, { cloud: 'AzureMars' }],
    [23, { privateLinkScope: '/subscriptions/x' }],
    [23, { location: '' }],
    [20, { location: 'atlantis' }],
    [20, { location: 'usgovvirginia' }],
    [19, { cloudProfile: '/nowhere' }],
    [23, { userTenantId: 'x' }],
    [23, { useDeviceCode: true }],
    [23, { gatewayId: '/subscriptions/x' }],
    [23, { automanageProfile: '/providers/x' }],
    [23, { servicePrincipalCertThumbprint: 'abc' }],
    [27, { useAzcli: true }],
  ];
  for (const [code, flags] of cases)
    assert.throws(() => check({ ...complete, ...flags }), number(code), JSON.stringify(flags));
  const good = check(complete);
  assert.equal(good.location, 'japaneast');
  assert.equal(good.userTenantId, guid);
  assert.equal(
    machineIdIn(good.subscription, good),
    `/subscriptions/${guid}/resourceGroups/rg/providers/Microsoft.HybridCompute/machines/server`,
  );
});

test('what was pasted with a character that nobody sees is refused by its name', () => {
  const scope = `/subscriptions/${guid}/resourceGroups/rg/providers/Microsoft.HybridCompute/privateLinkScopes/main`;
  const cases: readonly [ConnectFlags, RegExp][] = [
    [
      { privateLinkScope: `${scope}\r` },
      /--private-link-scope '.*main‹U\+000D›' has a carriage return .* at its end/,
    ],
    [{ resourceGroup: 'r\u200bg' }, /--resource-group 'r‹U\+200B›g' has a zero width space .* behind 'r'/],
    [{ subscriptionId: `\u00a0${guid}` }, /--subscription-id .* a no-break space .* at its beginning/],
    [{ tags: 'a=b\u200e' }, /--tags/],
  ];
  for (const [flags, says] of cases)
    assert.throws(
      () => check({ ...complete, ...flags }),
      (error: AgentFailure) => error.number === 23 && says.test(error.message),
      JSON.stringify(flags),
    );
  // The message of a token that is refused does not show it.
  assert.throws(
    () => check({ ...complete, accessToken: 'secret\n' }),
    /^AgentFailure: --access-token has a line feed/,
  );
});

test('credentials: token, certificate, then the secret of flag, file or environment', () => {
  const file = join(directory, 'secret');
  writeFileSync(file, 'from file\n');
  const id = { servicePrincipalId: 'app' };
  const env = { AZCMAGENT_SERVICE_PRINCIPAL_SECRET: 'from environment' };
  assert.deepEqual(selectCredentials({ ...id, servicePrincipalSecretFile: file }, env), {
    kind: 'secret',
    clientId: 'app',
    secret: 'from file',
  });
  assert.equal((selectCredentials(id, env) as { secret: string }).secret, 'from environment');
  assert.equal(selectCredentials({ ...id, servicePrincipalCert: 'x.pem' }, env).kind, 'certificate');
  assert.equal(selectCredentials({ accessToken: 't', ...id }, env).kind, 'token');
  assert.deepEqual(selectCredentials({ useAzcli: true }, {}), { kind: 'azcli' });
  assert.throws(() => selectCredentials({ useDeviceCode: true }, {}), number(23), 'at disconnect, too');
  assert.throws(() => selectCredentials(id, {}), number(23));
  assert.throws(() => selectCredentials({}, env), number(23));
  assert.throws(() => selectCredentials({ ...id, servicePrincipalSecretFile: '/nowhere' }, env), number(19));
});

describe('tags', () => {
  test('examples', () => {
    assert.deepEqual(parseTags("A=B,C='D E'"), { A: 'B', C: 'D E' });
    assert.deepEqual(parseTags('Datacenter=,City='), { Datacenter: '', City: '' });
    assert.deepEqual(parseTags("a='x,y=z'"), { a: 'x,y=z' });
    assert.deepEqual(parseTags(''), {});
    for (const bad of ['novalue', '=x', 'a=1,a=2', 'A=1,a=2', "a='open", 'a=1,,b=2', 'a<b=1']) {
      assert.throws(() => parseTags(bad), number(23), bad);
    }
    assert.throws(
      () => parseTags(Array.from({ length: 51 }, (_, index) => `n${index}=v`).join(',')),
      number(23),
    );
  });

  test('what is written with quotes is read back', () => {
    const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,10}$/);
    const value = fc.stringMatching(/^[A-Za-z0-9 ,=.:/]{0,20}$/);
    fc.assert(
      fc.property(fc.dictionary(name, value, { maxKeys: 10, noNullPrototype: true }), (tags) => {
        const names = Object.keys(tags).map((entry) => entry.toLowerCase());
        fc.pre(new Set(names).size === names.length);
        const text = Object.entries(tags)
          .map(([key, entry]) => `${key}='${entry}'`)
          .join(',');
        assert.deepEqual(parseTags(text), { ...tags });
      }),
      { seed: 8 },
    );
  });
});

test('after a failure the agent waits by lot up to a ceiling, after what the service asked for', () => {
  const wait = (error: unknown, failures: number, lot: number, heartbeatMs = 300_000) =>
    waitAfter(error, failures, { random: () => lot, heartbeatMs });
  const reset = new Error('reset');
  assert.deepEqual([wait(reset, 1, 0), wait(reset, 1, 0.5), wait(reset, 2, 0.5)], [0, 250, 500]);
  assert.equal(wait(reset, 100, 0.5), 30_000);
  assert.equal(wait(reset, 100, 0.5, 10_000), 5_000);
  assert.equal(wait(new ServiceRefusal(429, 'TooManyRequests', 'Wait.', 7_000), 1, 0.5), 7_250);
  assert.equal(wait(new ServiceRefusal(403, 'MachineNotAssociated', 'No.'), 1, 0.5), 250);
});

describe('the state directory', () => {
  test('is 0700 with files 0600, written whole, with no temporary left', async () => {
    const path = join(directory, 'state');
    const state = await openStateDirectory(path);
    await state.writeIdentity('a key', 'a vm');
    await Promise.all(
      Array.from({ length: 20 }, (_, heartbeats) =>
        state.writeStatus({ status: 'Connected', agentVersion: '1', heartbeats, failures: 0, updatedAt: '' }),
      ),
    );
    assert.equal((await state.readStatus())?.status, 'Connected');
    assert.deepEqual(readdirSync(path).toSorted(), ['key.pem', 'machine.json', 'status.json']);
    assert.equal(statSync(path).mode & 0o777, 0o700);
    for (const file of readdirSync(path)) assert.equal(statSync(join(path, file)).mode & 0o777, 0o600);
    await state.forget();
    assert.deepEqual(readdirSync(path), []);
  });

  test('a lock of a live process holds, one of a process that is gone does not', async () => {
    const path = join(directory, 'locks');
    const state = await openStateDirectory(path);
    const release = await state.lock('run');
    await assert.rejects(state.lock('run'), number(2));
    await release();
    // The number of this process, but the start of another: used again.
    writeFileSync(join(path, 'run.lock'), JSON.stringify({ pid: process.pid, start: '1' }));
    await (await state.lock('run'))();
    writeFileSync(join(path, 'run.lock'), '');
    await (await state.lock('run'))();
    assert.deepEqual(readdirSync(path), []);
  });

  test("of the daemon's user: what root writes is that user's, through nothing that lies there, and root is no daemon", {
    skip: process.getuid?.() === 0 ? false : 'needs root',
  }, async () => {
    const path = join(directory, 'owned');
    const [uid, gid] = [60_001, 60_002];
    mkdirSync(path);
    chownSync(path, uid, gid);
    const elsewhere = join(directory, 'elsewhere');
    writeFileSync(elsewhere, 'as it was');
    symlinkSync(elsewhere, join(path, `.change.lock.${process.pid}`));
    const state = await openStateDirectory(path);
    const release = await state.lock('change');
    await state.writeIdentity('a key', 'a vm');
    for (const name of ['change.lock', 'key.pem', 'machine.json']) {
      const found = statSync(join(path, name));
      assert.deepEqual([found.uid, found.gid, found.mode & 0o777], [uid, gid, 0o600], name);
    }
    await release();
    assert.equal(readFileSync(elsewhere, 'utf8'), 'as it was');
    await assert.rejects(state.lock('run'), number(18));
  });

  test('a directory that cannot be made is AZCM0018', async () => {
    writeFileSync(join(directory, 'file'), '');
    await assert.rejects(openStateDirectory(join(directory, 'file', 'state')), number(18));
  });
});

test('a stored key is the same key', () => {
  const key = createMachineKey();
  const loaded = loadMachineKey(key.privatePem);
  assert.deepEqual(loaded.publicJwk, key.publicJwk);
  assert.equal(loaded.clientPublicKey, key.clientPublicKey);
});

test('every failure has a meaning and a fix, and fits an exit code', () => {
  for (const [code, row] of Object.entries(failureTable)) {
    assert.ok(Number(code) > 0 && Number(code) < 256);
    assert.ok(row.meaning.length > 5 && row.fix.endsWith('.'), code);
  }
});
