import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { directoryOfFile, endsWithFile } from '@tombolo/testkit/ends-with-file';
import { NetworkFault, ServiceRefusal } from './failure.ts';
import { openLocalIdentity } from './local-identity.ts';

interface Seen {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** As they were sent. */
  readonly names: readonly string[];
  // biome-ignore lint/suspicious/noExplicitAny: answers of any shape are looked into
  readonly body: any;
}

let now = Date.UTC(2026, 4, 1);
let issued = 0;
let fault: Error | undefined;
let connected = true;
const directory = join(directoryOfFile(), 'azcmagent', 'tokens');
mkdirSync(directory, { recursive: true });
writeFileSync(join(directory, 'left-behind.key'), 'of an agent that was killed');
const endpoint = await openLocalIdentity({
  port: 0,
  directory,
  now: () => now,
  newGuid: randomUUID,
  status: () => 'Connected',
  metadata: () => (connected ? { compute: { name: 'lamp' }, network: {} } : undefined),
  newToken: async (resource) => {
    if (fault) throw fault;
    issued += 1;
    const expiresOn = now / 1000 + 3600;
    return connected ? { accessToken: `token ${issued}`, expiresOn, resource } : undefined;
  },
  onFault: () => {},
});
endsWithFile(() => endpoint.close());
const { port } = new URL(endpoint.address);

const ask = (path: string, headers: Readonly<Record<string, string>> = {}, method = 'GET'): Promise<Seen> =>
  new Promise((resolve, reject) => {
    const outgoing = request(
      { host: '127.0.0.1', port, path, method, headers: { metadata: 'true', ...headers }, agent: false },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        answer.on('end', () => {
          const names = answer.rawHeaders.filter((_, index) => index % 2 === 0);
          const { statusCode = 0, headers: seen } = answer;
          resolve({ status: statusCode, headers: seen, names, body: text === '' ? {} : JSON.parse(text) });
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end();
  });

const token = '/metadata/identity/oauth2/token?api-version=2020-06-01&resource=https%3A%2F%2Farm.test';
const challenge = async (path = token): Promise<string> => {
  const { status, headers } = await ask(path);
  assert.equal(status, 401);
  return String(headers['www-authenticate']).split('Basic realm=')[1]!;
};
const redeem = (file: string, path = token): Promise<Seen> =>
  ask(path, { authorization: `Basic ${readFileSync(file, 'utf8')}` });
const files = (): number => readdirSync(directory).length;

describe('a token', () => {
  test('is for who can read the file that the challenge names, once', async () => {
    assert.equal(files(), 0, 'what an agent that was killed left is gone');
    const first = await ask(token);
    assert.ok(first.names.includes('Www-Authenticate'), 'scripts look for it in these letters');
    assert.equal(first.body.error, 'unauthorized_client');
    const file = String(first.headers['www-authenticate']).slice('Basic realm='.length);
    assert.match(file, new RegExp(`^${directory}/[0-9a-f]+\\.key$`));
    assert.equal(statSync(file).mode & 0o777, 0o640);
    assert.ok(statSync(file).size <= 4096);
    const content = readFileSync(file, 'utf8');
    const done = await redeem(file);
    assert.equal(done.status, 200, JSON.stringify(done.body));
    assert.deepEqual(
      { ...done.body, access_token: 'x' },
      {
        access_token: 'x',
        ...{ expires_in: '3600', ext_expires_in: '3600', expires_on: String(now / 1000 + 3600) },
        ...{ resource: 'https://arm.test', token_type: 'Bearer' },
      },
    );
    assert.equal(files(), 0);
    const again = await ask(token, { authorization: `Basic ${content}` });
    assert.equal(again.status, 401);
    assert.equal(again.headers['www-authenticate'], undefined, 'a wrong answer makes no file');
  });

  test('is not for who guesses, nor after a minute', async () => {
    const file = await challenge();
    for (const wrong of ['Basic guess', 'Bearer x', `Basic ${'a'.repeat(5000)}`])
      assert.equal((await ask(token, { authorization: wrong })).status, 401, wrong.slice(0, 20));
    const content = readFileSync(file, 'utf8');
    now += 60_000;
    assert.equal((await ask(token, { authorization: `Basic ${content}` })).status, 401);
    await challenge();
    now += 60_000;
    await endpoint.sweep();
    assert.equal(files(), 0);
  });

  test('is for all who come for it, however many challenges somebody else asks for', async () => {
    const first = await challenge();
    for (let count = 0; count < 200; count += 1) await challenge();
    assert.ok(files() <= 65, `${files()} files`);
    assert.equal((await redeem(first)).status, 200);
    await challenge();
    // With all of them taken, those that come together share one, and it counts for each of them.
    const [one, other] = [await challenge(), await challenge()];
    assert.equal(one, other);
    for (const path of [one, other]) assert.equal((await redeem(path)).status, 200);
    const content = readFileSync(one, 'utf8');
    now += 60_000;
    assert.equal((await ask(token, { authorization: `Basic ${content}` })).status, 401);
    await endpoint.sweep();
    assert.equal(files(), 0);
  });

  test('is kept by its resource until five minutes before its end, and asked for anew by bypass_cache', async () => {
    const get = async (more = '') => (await redeem(await challenge(), `${token}${more}`)).body.access_token;
    const first = await get();
    assert.equal(await get(), first);
    const fresh = await get('&bypass_cache=true');
    assert.notEqual(fresh, first);
    assert.equal(await get('&bypass_cache=false'), fresh);
    assert.notEqual((await redeem(await challenge(), `${token}2`)).body.access_token, fresh);
    now += 3_300_000;
    assert.notEqual(await get(), fresh);
    const kept = await get();
    endpoint.forget();
    assert.notEqual(await get(), kept);
  });

  test('says why there is none: refused by the services, no network, not connected', async () => {
    const cases = [
      [new ServiceRefusal(400, 'InvalidTokenResource', 'AADSTS500011'), 400, 'invalid_resource'],
      [new ServiceRefusal(401, 'AuthenticationFailed', 'no'), 403, 'unauthorized_client'],
      [new ServiceRefusal(403, 'MachineNotAssociated', 'no'), 403, 'unauthorized_client'],
      [new NetworkFault('ats.test', { code: 'ECONNRESET' }), 503, 'temporarily_unavailable'],
      [new Error('a mistake'), 500, 'server_error'],
    ] as const;
    for (const [error, status, word] of cases) {
      fault = error;
      const answer = await redeem(await challenge(), `${token}&bypass_cache=true`);
      fault = undefined;
      assert.equal(answer.status, status);
      assert.equal(answer.body.error, word);
      assert.equal(answer.headers['www-authenticate'], undefined);
    }
    connected = false;
    assert.equal((await redeem(await challenge(), `${token}&bypass_cache=true`)).status, 503);
    assert.equal((await ask('/metadata/instance?api-version=2020-06-01')).status, 503);
    connected = true;
  });
});

test('metadata and status are answered, versions as azcmagent lists them', async () => {
  assert.deepEqual((await ask('/metadata/instance?api-version=2020-06-01')).body.compute, { name: 'lamp' });
  assert.deepEqual((await ask('/metadata/instance/compute?api-version=2019-11-01')).body, { name: 'lamp' });
  // azcmagent's own scripts ask without the header.
  assert.deepEqual((await ask('/agentstatus', { metadata: '' })).body, { status: 'Connected' });
  for (const version of ['', '?api-version=2018-02-01', '?api-version=2020-06-01&api-version=2020-06-01']) {
    const { status, body } = await ask(`/metadata/instance${version}`);
    assert.equal(status, 400, version);
    assert.match(body.error_description, /Supported are 2019-08-15 2019-11-01 2020-06-01 2021-02-01$/);
  }
});

test('nothing for who does not mean this endpoint, and no file', async () => {
  const cases: readonly (readonly [number, string, Readonly<Record<string, string>>, string?])[] = [
    [400, token, { host: 'evil.example' }],
    [400, token, { host: '127.0.0.1' }],
    [400, '/agentstatus', { host: `evil.example:${port}` }],
    [400, token, { metadata: '' }],
    [400, token, { metadata: 'false' }],
    ...['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip'].map(
      (name) => [400, token, { [name]: 'x' }] as const,
    ),
    [405, token, {}, 'POST'],
    [405, token, {}, 'HEAD'],
    [404, '/metadata/attested?api-version=2020-06-01', {}],
    [404, '/', {}],
    [404, '//', {}],
    [404, '//[', {}],
    [400, token.replace(/&resource.*/, ''), {}],
    [400, `${token}&resource=other`, {}],
    [400, `${token}&client_id=00000000-0000-4000-8000-000000000001`, {}],
    [400, token.replace('2020-06-01', '2017-09-01'), {}],
  ];
  for (const [status, path, headers, method] of cases) {
    const answer = await ask(path, headers, method);
    assert.equal(answer.status, status, `${method ?? 'GET'} ${path} ${JSON.stringify(headers)}`);
    assert.equal(answer.headers['www-authenticate'], undefined);
  }
  assert.equal(files(), 0);
  assert.equal((await ask(token, { host: `localhost:${port}`, metadata: 'True' })).status, 401);
});

test('who connects and asks nothing, however often, keeps nobody out', async () => {
  const held = Array.from({ length: 200 }, () => connect(Number(port), '127.0.0.1').on('error', () => {}));
  await Promise.all(held.map((socket) => once(socket, 'connect')));
  assert.equal((await redeem(await challenge())).status, 200);
  for (const socket of held) socket.destroy();
});

test("a port that is another's is told, and its files stay", async () => {
  const file = await challenge();
  const second = { port: Number(port), directory, now: () => now, newGuid: randomUUID };
  const silent = { status: () => '', metadata: () => undefined, onFault: () => {} };
  await assert.rejects(openLocalIdentity({ ...second, ...silent, newToken: async () => undefined }), {
    code: 'EADDRINUSE',
  });
  assert.equal((await redeem(file)).status, 200);
});
