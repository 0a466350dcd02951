import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import https from 'node:https';
import { after, describe, test } from 'node:test';
import tls from 'node:tls';
import {
  ClientCertificateCredential,
  ClientSecretCredential,
  type ClientSecretCredentialOptions,
} from '@azure/identity';
import { createRemoteJWKSet, customFetch, decodeJwt, jwtVerify } from 'jose';
import { addCertificate } from './credentials.ts';
import {
  appId,
  type Listening,
  listen,
  makeClientCertificate,
  makeWorld,
  objectId,
  tenantId,
  verifierOf,
} from './identity.testkit.ts';

const world = await makeWorld();
const client = await makeClientCertificate();
world.principal = addCertificate(world.principal, { keyId: randomUUID(), pem: client.pem });
const server = await listen(world);
after(() => server.close());

const armScope = 'https://management.azure.com/.default';
const optionsFor = (listening: Listening): ClientSecretCredentialOptions => ({
  authorityHost: listening.origin,
  disableInstanceDiscovery: true,
  tlsOptions: { ca: listening.authority.chain[0]! },
  retryOptions: { maxRetries: 0 },
});

/** GETs JSON over real TLS. */
const get = (listening: Listening, path: string): Promise<Record<string, unknown>> =>
  new Promise((resolve, reject) => {
    const agent = new https.Agent({ ca: listening.authority.chain[0]!, keepAlive: false });
    https
      .get(`${listening.origin}${path}`, { agent }, (response) => {
        let body = '';
        response.on('data', (chunk) => {
          body += chunk;
        });
        response.on('end', () => resolve(JSON.parse(body)));
      })
      .on('error', reject);
  });

/**
 * An agent to which `login.microsoftonline.com:443` is our listener, as it is where an installation's own DNS
 * serves the public cloud's names: real TLS, checked for that name.
 */
const renamed = (listening: Listening): https.Agent => {
  const agent = new https.Agent({ keepAlive: false });
  agent.createConnection = (options) =>
    tls.connect({
      host: '127.0.0.1',
      port: listening.port,
      servername: (options as { servername?: string }).servername ?? 'localhost',
      ca: listening.authority.chain[0]!,
    });
  return agent;
};
const withAgent = (agent: https.Agent): ClientSecretCredentialOptions => ({
  additionalPolicies: [
    {
      position: 'perRetry',
      policy: {
        name: 'renamed',
        sendRequest: (request, next) => {
          request.agent = agent;
          return next(request);
        },
      },
    },
  ],
  retryOptions: { maxRetries: 0 },
});

describe('@azure/identity over real HTTPS', () => {
  test('ClientSecretCredential signs in, and its token opens ARM', async () => {
    const credential = new ClientSecretCredential(tenantId, appId, world.secret, optionsFor(server));
    // The client counts from when it was answered, in seconds that it rounds.
    const asked = Math.floor(Date.now() / 1000);
    const { token, expiresOnTimestamp } = await credential.getToken(armScope);
    const answered = Math.ceil(Date.now() / 1000);
    const claims = decodeJwt(token);
    assert.deepEqual(
      [
        claims.iss,
        claims.aud,
        claims.appid,
        claims.oid,
        claims.sub,
        claims.tid,
        claims.idtyp,
        claims.ver,
        claims.appidacr,
      ],
      [
        `${server.origin}/${tenantId}/`,
        'https://management.azure.com',
        appId,
        objectId,
        objectId,
        tenantId,
        'app',
        '1.0',
        '1',
      ],
    );
    assert.equal(claims.exp! - claims.iat!, 3599);
    const counted = expiresOnTimestamp / 1000 - 3599;
    assert.ok(asked <= counted && counted <= answered, `${asked} ${counted} ${answered}`);
    assert.deepEqual(await verifierOf(world, [server.origin]).verify(`Bearer ${token}`), {
      objectId,
      appId,
      tenantId,
      kind: 'ServicePrincipal',
    });
  });

  test('ClientCertificateCredential signs in, for two resources with one assertion', async () => {
    const certificate = `${client.key}\n${client.pem}`;
    const credential = new ClientCertificateCredential(tenantId, appId, { certificate }, optionsFor(server));
    const first = await credential.getToken(armScope);
    const second = await credential.getToken('https://management.core.windows.net//.default');
    const third = await credential.getToken('api://portal/.default');
    assert.equal(decodeJwt(first.token).appidacr, '2');
    assert.equal(decodeJwt(second.token).aud, 'https://management.core.windows.net/');
    const portal = decodeJwt(third.token);
    assert.deepEqual(
      [portal.ver, portal.azp, portal.iss],
      ['2.0', appId, `${server.origin}/${tenantId}/v2.0`],
    );
    const verifier = verifierOf(world, [server.origin]);
    assert.equal((await verifier.verify(`Bearer ${second.token}`)).appId, appId);
    await assert.rejects(verifier.verify(`Bearer ${third.token}`), {
      code: 'InvalidAuthenticationTokenAudience',
    });
  });

  test('the sender of a wrong secret or tenant reads Entra’s error', async () => {
    const wrong = new ClientSecretCredential(tenantId, appId, 'wrong', optionsFor(server));
    await assert.rejects(wrong.getToken(armScope), /AADSTS7000215/);
    const lost = new ClientSecretCredential(randomUUID(), appId, world.secret, optionsFor(server));
    await assert.rejects(lost.getToken(armScope), /AADSTS90002|endpoints_resolution_error/);
  });

  test('with instance discovery on, an installation that serves login.microsoftonline.com vouches for itself', async () => {
    const before = server.requests.length;
    const credential = new ClientSecretCredential(tenantId, appId, world.secret, {
      authorityHost: server.origin,
      ...withAgent(renamed(server)),
    });
    const { token } = await credential.getToken(armScope);
    assert.equal(decodeJwt(token).iss, `${server.origin}/${tenantId}/`);
    const asked = server.requests.slice(before);
    assert.ok(
      asked.some((line) => line.startsWith('GET login.microsoftonline.com /common/discovery/instance')),
      asked.join('\n'),
    );
  });

  test('an installation under the public cloud’s names needs no authority at all', async () => {
    const credential = new ClientSecretCredential(tenantId, appId, world.secret, withAgent(renamed(server)));
    const { token } = await credential.getToken(armScope);
    assert.equal(decodeJwt(token).iss, `https://login.microsoftonline.com/${tenantId}/`);
  });

  test('the tenant "adfs" signs in without instance discovery', async () => {
    const credential = new ClientSecretCredential('adfs', appId, world.secret, {
      ...optionsFor(server),
      disableInstanceDiscovery: false,
    });
    const { token } = await credential.getToken(armScope);
    assert.equal(decodeJwt(token).tid, tenantId);
  });
});

describe('discovery', () => {
  test('each spelling of a tenant leads to keys that verify its tokens', async () => {
    const credential = new ClientSecretCredential(tenantId, appId, world.secret, optionsFor(server));
    const { token } = await credential.getToken(armScope);
    for (const path of [
      tenantId,
      `${tenantId}/v2.0`,
      'contoso.example/v2.0',
      'common/v2.0',
      'organizations',
      'adfs',
    ]) {
      const document = await get(server, `/${path}/.well-known/openid-configuration`);
      const version = path.endsWith('v2.0') ? '/v2.0' : '/';
      const named = /common|organizations/.test(path) ? '{tenantid}' : tenantId;
      assert.equal(document.issuer, `${server.origin}/${named}${version}`);
      const jwks = createRemoteJWKSet(new URL(String(document.jwks_uri)), {
        [customFetch]: async (url) => new Response(JSON.stringify(await get(server, new URL(url).pathname))),
      });
      await jwtVerify(token, jwks, { issuer: `${server.origin}/${tenantId}/` });
    }
  });

  test('keys are public: no private member of any key is published', async () => {
    const { keys } = (await get(server, `/${tenantId}/discovery/v2.0/keys`)) as {
      keys: Record<string, unknown>[];
    };
    assert.equal(keys.length, 2);
    for (const key of keys) assert.deepEqual(Object.keys(key).sort(), ['alg', 'e', 'kid', 'kty', 'n', 'use']);
  });

  test('an authority that is asked about without its port is the one with it, as MSAL for Python asks', async () => {
    for (const authority of [`https://${new URL(server.origin).hostname}/`, `${server.origin}//`]) {
      const asked = encodeURIComponent(`${authority}${tenantId}/oauth2/v2.0/authorize`);
      const path = `/common/discovery/instance?api-version=1.0&authorization_endpoint=${asked}`;
      assert.equal(
        (await get(server, path)).tenant_discovery_endpoint,
        `${server.origin}/${tenantId}/v2.0/.well-known/openid-configuration`,
      );
    }
  });

  test('unknown tenants and foreign authorities are refused as Entra does', async () => {
    const lost = await get(server, '/nowhere.example/v2.0/.well-known/openid-configuration');
    assert.deepEqual(lost.error_codes, [90002]);
    const foreign = await get(
      server,
      '/common/discovery/instance?api-version=1.1&authorization_endpoint=https://evil.example/x/oauth2/v2.0/authorize',
    );
    assert.deepEqual([foreign.error, foreign.error_codes], ['invalid_instance', [50049]]);
  });
});
