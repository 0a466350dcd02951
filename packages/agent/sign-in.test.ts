import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { decodeProtectedHeader, jwtVerify } from 'jose';
import { AgentFailure, NetworkFault } from './failure.ts';
import type { HttpAnswer, HttpAsk, HttpsClient } from './https-client.ts';
import { signIn } from './sign-in.ts';

const directory = mkdtempSync(join(tmpdir(), 'tombolo-sign-in-'));
after(() => rmSync(directory, { recursive: true }));
const file = (name: string): string => join(directory, name);
const openssl = (...args: readonly string[]): void => {
  const done = spawnSync('openssl', [...args], { encoding: 'utf8' });
  assert.equal(done.status, 0, done.stderr);
};
openssl(
  ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=app', '-days', '2'],
  ...['-keyout', file('key.pem'), '-out', file('certificate.pem')],
);
const pem = `${readFileSync(file('certificate.pem'), 'utf8')}${readFileSync(file('key.pem'), 'utf8')}`;
writeFileSync(file('both.pem'), pem);
openssl(
  ...['pkcs12', '-export', '-inkey', file('key.pem'), '-in', file('certificate.pem')],
  ...['-passout', 'pass:', '-out', file('both.pfx')],
);
const leaf = new X509Certificate(pem);

const profile = { activeDirectory: 'https://login.test', resourceManager: 'https://management.test' };
/** A port that records what was asked and answers so. */
const clientOf = (
  answer: Partial<HttpAnswer> | Error,
): { readonly client: HttpsClient; readonly asked: HttpAsk[] } => {
  const asked: HttpAsk[] = [];
  const client: HttpsClient = {
    send: async (ask) => {
      asked.push(ask);
      if (answer instanceof Error) throw answer;
      return { status: 200, headers: {}, body: undefined, text: '', remoteAddress: '', ...answer };
    },
    agentFor: () => assert.fail('nothing else is spoken'),
    proxyFor: () => undefined,
    download: async () => {},
    serviceUrl: (host, path) => `https://${host}${path}`,
    release: () => {},
    resolve: async (name) => ({ name, addresses: [], aliases: [] }),
    lookup: () => {},
  };
  return { client, asked };
};
const common = { profile, tenantId: 'a-tenant', now: Date.now(), newGuid: () => 'a-guid' };
const token = { body: { access_token: 'the token' } };

describe('sign-in', () => {
  test('a given access token is used as it is', async () => {
    const { client, asked } = clientOf(token);
    const credentials = { kind: 'token', accessToken: 'mine' } as const;
    assert.equal(await signIn({ ...common, client, credentials }), 'mine');
    assert.deepEqual(asked, []);
  });

  test('a certificate, from PEM and from PFX, signs an assertion that its public key verifies', async () => {
    for (const name of ['both.pem', 'both.pfx']) {
      const { client, asked } = clientOf(token);
      const credentials = { kind: 'certificate', clientId: 'app', path: file(name) } as const;
      assert.equal(await signIn({ ...common, client, credentials }), 'the token');
      const form = new URLSearchParams(asked[0]?.body);
      const assertion = form.get('client_assertion') ?? '';
      const audience = 'https://login.test/a-tenant/oauth2/v2.0/token';
      const { payload } = await jwtVerify(assertion, leaf.publicKey, {
        audience,
        issuer: 'app',
        subject: 'app',
      });
      assert.ok((payload.exp ?? 0) - (payload.iat ?? 0) <= 300);
      const thumbprint = createHash('sha1').update(leaf.raw).digest('base64url');
      assert.equal(decodeProtectedHeader(assertion).x5t, thumbprint);
      assert.equal(form.get('scope'), 'https://management.test/.default');
      assert.equal(form.has('client_secret'), false);
    }
  });

  test('the az command is asked for the token of this cloud and tenant; what it says of a refusal is the reason', async () => {
    const { client } = clientOf(token);
    const credentials = { kind: 'azcli' } as const;
    const path = process.env.PATH;
    const az = (script: string): void => {
      writeFileSync(file('az'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
      chmodSync(file('az'), 0o755);
    };
    const failure = async (): Promise<string> => {
      const error = await signIn({ ...common, client, credentials }).catch((thrown) => thrown);
      assert.ok(error instanceof AgentFailure && error.number === 41);
      return error.message;
    };
    try {
      process.env.PATH = `${directory}:${path}`;
      az(`echo "$*" > '${file('asked')}'; echo '{"accessToken": "of az", "tokenType": "Bearer"}'`);
      assert.equal(await signIn({ ...common, client, credentials }), 'of az');
      assert.match(
        readFileSync(file('asked'), 'utf8'),
        /^account get-access-token --resource https:\/\/management\.test --tenant a-tenant /,
      );
      az('echo "ERROR: Please run \'az login\' to setup account." >&2; exit 1');
      assert.match(await failure(), /: Please run 'az login' to setup account\.$/);
      az("echo '{}'");
      assert.match(await failure(), /its answer has none/);
      process.env.PATH = directory;
      rmSync(file('az'));
      assert.match(await failure(), /it is not installed/);
    } finally {
      process.env.PATH = path;
    }
  });

  test('refused is 41 with the reason, unreachable is 26, a file that is none is 19 or 41', async () => {
    const secret = { kind: 'secret', clientId: 'app', secret: 'do not print' } as const;
    const failure = async (
      answer: Partial<HttpAnswer> | Error,
      credentials: Parameters<typeof signIn>[0]['credentials'],
    ) => {
      const error = await signIn({ ...common, client: clientOf(answer).client, credentials }).catch(
        (thrown) => thrown,
      );
      assert.ok(error instanceof AgentFailure);
      assert.ok(!error.message.includes('do not print'));
      return error;
    };
    const refused = { status: 401, body: { error: 'invalid_client', error_description: 'AADSTS7000215' } };
    assert.equal((await failure(refused, secret)).number, 41);
    assert.equal((await failure(refused, secret)).serviceCode, 'invalid_client');
    assert.equal((await failure({ body: {} }, secret)).number, 41);
    assert.equal(
      (await failure(new NetworkFault('login.test', { code: 'ECONNREFUSED' }), secret)).number,
      26,
    );
    const certificate = (path: string) => ({ kind: 'certificate', clientId: 'app', path }) as const;
    assert.equal((await failure(token, certificate('/nowhere'))).number, 19);
    assert.equal((await failure(token, certificate(file('certificate.pem')))).number, 41);
    writeFileSync(file('nonsense.pfx'), 'nonsense');
    assert.equal((await failure(token, certificate(file('nonsense.pfx')))).number, 41);
  });
});
