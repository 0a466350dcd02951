import assert from 'node:assert/strict';
import { createHash, createPrivateKey, randomBytes, randomUUID, X509Certificate } from 'node:crypto';
import { describe, test } from 'node:test';
import { decodeJwt, SignJWT } from 'jose';
import { assertionType } from './client-assertion.ts';
import { addCertificate, addSecret, removeSecret } from './credentials.ts';
import {
  appId,
  ask,
  day,
  makeClientCertificate,
  makeWorld,
  serviceOf,
  tenantId,
} from './identity.testkit.ts';

const origin = 'https://login.test:8443';
const scope = 'https://management.azure.com/.default';
const client = await makeClientCertificate();
const thumbprint = (hash: string): string =>
  createHash(hash).update(new X509Certificate(client.pem).raw).digest('base64url');

const assertion = (
  now: number,
  changes: { readonly claims?: Record<string, unknown>; readonly header?: Record<string, unknown> } = {},
): Promise<string> => {
  const seconds = Math.floor(now / 1000);
  return new SignJWT({
    iss: appId,
    sub: appId,
    aud: `${origin}/${tenantId}/oauth2/v2.0/token`,
    nbf: seconds,
    exp: seconds + 600,
    jti: randomUUID(),
    ...changes.claims,
  })
    .setProtectedHeader({ alg: 'PS256', 'x5t#S256': thumbprint('sha256'), ...changes.header })
    .sign(createPrivateKey(client.key));
};
const assertionForm = (text: string): Record<string, string> => ({
  grant_type: 'client_credentials',
  client_id: appId,
  scope,
  client_assertion_type: assertionType,
  client_assertion: text,
});
const world = await makeWorld();
const form = { grant_type: 'client_credentials', client_id: appId, client_secret: world.secret, scope };
const without = (...names: readonly string[]): Record<string, string> =>
  Object.fromEntries(Object.entries(form).filter(([name]) => !names.includes(name)));

describe('errors are Entra’s', () => {
  const unknown = randomUUID();
  type Case = readonly [
    string,
    Record<string, string> | string,
    number,
    string,
    number,
    Parameters<typeof ask>[3]?,
  ];
  const table: readonly Case[] = [
    ['no grant type', without('grant_type'), 400, 'invalid_request', 900144],
    ['another grant', { ...form, grant_type: 'password' }, 400, 'unsupported_grant_type', 70003],
    ['no client', without('client_id'), 400, 'invalid_request', 900144],
    ['no proof', without('client_secret'), 401, 'invalid_client', 7000216],
    ['an empty client', { ...form, client_id: '' }, 400, 'invalid_request', 900144],
    ['no scope', without('scope'), 400, 'invalid_request', 900144],
    ['no resource (v1)', without('scope'), 400, 'invalid_request', 900144, { version: 1 }],
    ['two resources', { ...form, scope: `${scope} api://portal/.default` }, 400, 'invalid_scope', 70011],
    [
      'scope without /.default',
      { ...form, scope: 'https://management.azure.com/user' },
      400,
      'invalid_scope',
      1002012,
    ],
    [
      'unknown resource',
      { ...form, scope: 'https://vault.azure.net/.default' },
      400,
      'invalid_resource',
      500011,
    ],
    ['unknown tenant', form, 400, 'invalid_request', 90002, { tenant: 'nowhere' }],
    ['shared tenant', form, 400, 'invalid_request', 50059, { tenant: 'common' }],
    ['unknown client', { ...form, client_id: unknown }, 400, 'unauthorized_client', 700016],
    ['client that is no GUID', { ...form, client_id: '../x' }, 400, 'unauthorized_client', 700016],
    ['wrong secret', { ...form, client_secret: 'wrong' }, 401, 'invalid_client', 7000215],
    ['GET', form, 405, 'invalid_request', 900561, { method: 'GET' }],
    ['a parameter twice', `${new URLSearchParams(form)}&scope=x`, 400, 'invalid_request', 9000411],
    [
      '100 parameters',
      Array.from({ length: 100 }, (_, i) => `p${i}=1`).join('&'),
      400,
      'invalid_request',
      9002313,
    ],
    ['secret and assertion', { ...form, client_assertion: 'x' }, 400, 'invalid_request', 9002313],
    ['assertion that is no JWT', assertionForm('x.y.z'), 400, 'invalid_request', 9002313],
    [
      'another assertion type',
      { ...assertionForm('x'), client_assertion_type: 'x' },
      400,
      'invalid_request',
      9002313,
    ],
    [
      'broken Basic',
      without('client_id', 'client_secret'),
      400,
      'invalid_request',
      9002313,
      { authorization: 'Basic JQ==' },
    ],
    [
      'two clients',
      without('client_secret'),
      400,
      'invalid_request',
      9002313,
      { authorization: `Basic ${btoa(`${unknown}:x`)}` },
    ],
  ];
  for (const [name, body, status, error, code, more] of table) {
    test(`${name}: AADSTS${code}`, async () => {
      const answer = await ask(serviceOf(world, [origin]), origin, body, more);
      assert.deepEqual([answer.status, answer.body.error, answer.body.error_codes], [status, error, [code]]);
      assert.match(
        String(answer.body.error_description),
        new RegExp(
          `^AADSTS${code}: .*Trace ID: [0-9a-f-]{36} Correlation ID: [0-9a-f-]{36} Timestamp: \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\dZ$`,
        ),
      );
      assert.match(String(answer.body.timestamp), /Z$/);
      assert.equal(answer.headers['cache-control'], 'no-store, no-cache');
      assert.equal(JSON.stringify(answer.body).includes(world.secret), false);
    });
  }

  test('an expired secret is told apart from a wrong one, a disabled client from an unknown one', async () => {
    const own = await makeWorld();
    const service = serviceOf(own, [origin]);
    const asked = { ...form, client_secret: own.secret };
    own.now += 31 * day;
    assert.deepEqual((await ask(service, origin, asked)).body.error_codes, [7000222]);
    own.now -= 31 * day;
    own.principal = { ...own.principal, enabled: false };
    assert.deepEqual((await ask(service, origin, asked)).body.error_codes, [7000112]);
    assert.deepEqual(
      (await ask(service, origin, { ...asked, client_secret: 'x' })).body.error_codes,
      [7000215],
    );
    own.principal = { ...removeSecret(own.principal, own.principal.secrets[0]!.keyId)!, enabled: true };
    assert.deepEqual((await ask(service, origin, asked)).body.error_codes, [7000215]);
  });
});

describe('client secrets', () => {
  test('in the body or in a Basic header, form-encoded (RFC 6749 §2.3.1), at both versions', async () => {
    const service = serviceOf(world, [origin]);
    const basic = `Basic ${btoa(`${encodeURIComponent(appId)}:${encodeURIComponent(world.secret)}`)}`;
    const answers = [
      await ask(service, origin, form),
      await ask(service, origin, without('client_id', 'client_secret'), { authorization: basic }),
      await ask(
        service,
        origin,
        { ...without('scope'), resource: 'https://management.core.windows.net/' },
        { version: 1 },
      ),
      await ask(service, origin, form, { tenant: 'CONTOSO.example' }),
    ];
    for (const answer of answers) assert.equal(answer.status, 200, JSON.stringify(answer.body));
    // RFC 6749 §3.2: a parameter without a value is as if it were left out.
    const empty = { ...form, client_id: '', client_secret: '', client_assertion: '' };
    assert.equal((await ask(service, origin, empty, { authorization: basic })).status, 200);
    assert.equal(answers[0]!.body.expires_in, 3599);
    const v1 = answers[2]!.body;
    assert.equal(Number(v1.expires_on) - Number(v1.not_before), 3599);
    assert.deepEqual([v1.resource, v1.expires_in], ['https://management.core.windows.net/', '3599']);
    const ported = { ...form, scope: 'https://management.azure.com:443//.default' };
    assert.equal((await ask(service, origin, ported)).status, 200);
    const adfs = { ...without('scope'), resource: 'https://management.core.windows.net/' };
    const { body } = await ask(service, origin, adfs, { version: 1, tenant: 'adfs' });
    assert.deepEqual([body.expires_in, body.ext_expires_in], [3599, 3599]);
    const ids = answers.map((answer) => decodeJwt(String(answer.body.access_token)).uti);
    assert.equal(new Set(ids).size, 4);
  });

  test('a second secret works beside the first, so that they can be replaced one by one', async () => {
    const own = await makeWorld();
    const added = addSecret(own.principal, {
      keyId: 'k2',
      random: randomBytes(32),
      salt: randomBytes(16),
      now: own.now,
      endTime: own.now + day,
    });
    own.principal = added.holder;
    const service = serviceOf(own, [origin]);
    for (const client_secret of [own.secret, added.secretText]) {
      assert.equal((await ask(service, origin, { ...form, client_secret })).status, 200);
    }
    assert.equal(JSON.stringify(own.principal).includes(added.secretText), false);
  });

  test('ten failures close the door to that client from that address for a minute, not from another', async () => {
    const own = await makeWorld();
    const service = serviceOf(own, [origin]);
    const right = { ...form, client_secret: own.secret };
    for (let count = 0; count < 10; count += 1) {
      assert.equal((await ask(service, origin, { ...form, client_secret: 'guess' })).status, 401);
    }
    const slowed = await ask(service, origin, right);
    assert.deepEqual(
      [slowed.status, slowed.body.error_codes, slowed.headers['retry-after']],
      [429, [50053], '60'],
    );
    assert.equal((await ask(service, origin, right, { source: '127.0.0.2' })).status, 200);
    own.now += 60_000;
    assert.equal((await ask(service, origin, right)).status, 200);
  });
});

describe('client assertions (RFC 7523)', () => {
  const certified = async () => {
    const own = await makeWorld();
    own.principal = addCertificate(own.principal, { keyId: 'c1', pem: client.pem });
    return own;
  };

  test('RS256 and PS256, x5t and x5t#S256, every spelling of the audience', async () => {
    const own = await certified();
    const service = serviceOf(own, [origin, 'https://alias.test']);
    const audiences = [
      `${origin}/${tenantId}/oauth2/v2.0/token`,
      `${origin}/${tenantId}/oauth2/token`,
      `${origin}/${tenantId}/v2.0`,
      `${origin}/${tenantId}/`,
      `https://alias.test/contoso.example/oauth2/v2.0/token`,
    ];
    for (const aud of audiences) {
      const text = await assertion(own.now, { claims: { aud } });
      assert.equal((await ask(service, origin, assertionForm(text))).status, 200, aud);
    }
    const rs256 = await assertion(own.now, {
      header: { alg: 'RS256', 'x5t#S256': undefined, x5t: thumbprint('sha1') },
    });
    const raw = createHash('sha1').update(new X509Certificate(client.pem).raw).digest('base64');
    for (const x5t of [raw, `${thumbprint('sha1')}=`]) {
      const padded = await assertion(own.now, { header: { alg: 'RS256', 'x5t#S256': undefined, x5t } });
      assert.equal((await ask(service, origin, assertionForm(padded))).status, 200, x5t);
    }
    const { client_id: _, ...anonymous } = assertionForm(rs256);
    assert.equal((await ask(service, origin, anonymous)).status, 200);
  });

  test('each fault has its code', async () => {
    const own = await certified();
    const service = serviceOf(own, [origin]);
    const seconds = Math.floor(own.now / 1000);
    const table: readonly (readonly [Parameters<typeof assertion>[1], number])[] = [
      [{ claims: { iss: 'other' } }, 700021],
      [{ claims: { sub: randomUUID() } }, 700021],
      [{ claims: { aud: 'https://login.microsoftonline.com/x/oauth2/v2.0/token' } }, 700023],
      [{ claims: { aud: undefined } }, 700023],
      [{ claims: { exp: seconds - 301 } }, 700024],
      [{ claims: { exp: undefined } }, 700024],
      [{ claims: { exp: seconds + 86_401 } }, 700024],
      [{ claims: { nbf: seconds + 301 } }, 700024],
      [{ header: { 'x5t#S256': 'unknown' } }, 700027],
      [{ header: { 'x5t#S256': undefined } }, 700027],
    ];
    for (const [index, [changes, code]] of table.entries()) {
      const text = await assertion(own.now, changes);
      const answer = await ask(service, origin, assertionForm(text), { source: `127.0.0.${index}` });
      assert.deepEqual(answer.body.error_codes, [code], JSON.stringify(changes));
    }
    const forged = (await assertion(own.now)).replace(/.{8}$/, 'AAAAAAAA');
    assert.deepEqual((await ask(service, origin, assertionForm(forged))).body.error_codes, [700027]);
    const unsigned = `${Buffer.from(JSON.stringify({ alg: 'none', 'x5t#S256': thumbprint('sha256') })).toString('base64url')}.${(await assertion(own.now)).split('.')[1]}.`;
    assert.deepEqual((await ask(service, origin, assertionForm(unsigned))).status, 401);
  });

  test('a certificate that has ended signs in no more', async () => {
    const own = await certified();
    own.now += 31 * day;
    const answer = await ask(serviceOf(own, [origin]), origin, assertionForm(await assertion(own.now)));
    assert.deepEqual(answer.body.error_codes, [700027]);
  });

  test('a replay from another address, or a jti with another content, is refused', async () => {
    const own = await certified();
    const service = serviceOf(own, [origin]);
    const text = await assertion(own.now, { claims: { jti: 'one' } });
    const from = (source: string, body: string) => ask(service, origin, assertionForm(body), { source });
    assert.equal((await from('127.0.0.1', text)).status, 200);
    assert.equal((await from('127.0.0.1', text)).status, 200);
    assert.deepEqual((await from('127.0.0.2', text)).body.error_codes, [700027]);
    const twin = await assertion(own.now, { claims: { jti: 'one', exp: Math.floor(own.now / 1000) + 500 } });
    assert.deepEqual((await from('127.0.0.1', twin)).body.error_codes, [700027]);
    const nameless = await assertion(own.now, { claims: { jti: undefined } });
    assert.equal((await from('127.0.0.1', nameless)).status, 200);
    assert.deepEqual((await from('127.0.0.2', nameless)).body.error_codes, [700027]);
  });
});
