/** Signing in with @azure/identity: who gets a token, and who learns why not. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { ClientCertificateCredential, ClientSecretCredential } from '@azure/identity';
import { armScope } from './clients.ts';
import { shareWorld } from './world.ts';

const world = await shareWorld();

const claimsOf = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString('utf8')) as Record<string, unknown>;

/** A self-signed certificate and its key (PEM); undefined without openssl. */
const newCertificate = (folder: string, name: string): { certificate: string; key: string } | undefined => {
  const [certificate, key] = [join(folder, `${name}.pem`), join(folder, `${name}-key.pem`)];
  const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', `/CN=${name}`];
  try {
    execFileSync('openssl', [...request, '-keyout', key, '-out', certificate], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  return { certificate: readFileSync(certificate, 'utf8'), key: readFileSync(key, 'utf8') };
};

/** `AADSTS…` of what a credential throws. */
const signInError = async (clientId: string, secret: string, tenantId = world.tenantId): Promise<string> => {
  const credential = new ClientSecretCredential(tenantId, clientId, secret, {
    authorityHost: world.origin,
    disableInstanceDiscovery: true,
    retryOptions: { maxRetries: 0 },
    tlsOptions: { ca: world.ca },
  });
  try {
    await credential.getToken(armScope);
  } catch (error) {
    return (error as Error).message;
  }
  return 'signed in';
};

describe('sign-in', () => {
  test('a service principal with its secret gets a token of its tenant', async () => {
    const token = await world.credential.getToken(armScope);
    assert.ok(token && token.expiresOnTimestamp > Date.now());
    const claims = claimsOf(token.token);
    assert.equal(claims.tid, world.tenantId);
    assert.equal(claims.appid ?? claims.azp, world.environment.AZURE_CLIENT_ID);
  });

  test("a token for the endpoint's own scope works on ARM too, as older clients ask for", async () => {
    const token = await world.credential.getToken(`${world.origin}/.default`);
    assert.ok(token);
    const answer = await world.send({ path: '/subscriptions?api-version=2022-12-01', token: token.token });
    assert.equal(answer.status, 200, answer.text);
  });

  test('a wrong secret is AADSTS7000215', async () => {
    const message = await signInError(world.environment.AZURE_CLIENT_ID!, 'not-the-secret');
    assert.match(message, /AADSTS7000215/);
  });

  test('an application that is not there is AADSTS700016', async () => {
    assert.match(await signInError('00000000-0000-4000-8000-000000000001', 'x'), /AADSTS700016/);
  });

  test('another tenant is AADSTS90002, for those who ask for it', async () => {
    const other = '00000000-0000-4000-8000-000000000002';
    const { AZURE_CLIENT_ID, AZURE_CLIENT_SECRET } = world.environment;
    const message = await signInError(AZURE_CLIENT_ID!, AZURE_CLIENT_SECRET!, other);
    assert.notEqual(message, 'signed in');
    const answer = await world.send({
      path: `/${other}/v2.0/.well-known/openid-configuration`,
      token: null,
    });
    assert.equal(answer.status, 400);
    assert.match(String(answer.json.error_description), /AADSTS90002/);
  });

  test('a certificate that is registered signs in, and another does not', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'tombolo-certificate-'));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    const [own, foreign] = [newCertificate(folder, 'own'), newCertificate(folder, 'foreign')];
    if (!own || !foreign) return t.skip('openssl is not on this machine');
    const { appId } = await world.createPrincipal('by certificate', own.certificate);
    const credentialOf = (certificate: string) =>
      new ClientCertificateCredential(
        world.tenantId,
        appId,
        { certificate },
        {
          authorityHost: world.origin,
          disableInstanceDiscovery: true,
          retryOptions: { maxRetries: 0 },
          tlsOptions: { ca: world.ca },
        },
      );
    const token = await credentialOf(own.certificate + own.key).getToken(armScope);
    assert.equal(claimsOf(token.token).appid ?? claimsOf(token.token).azp, appId);
    await assert.rejects(credentialOf(foreign.certificate + foreign.key).getToken(armScope), /AADSTS700027/);
  });

  test('the discovery document names this tenant and only https addresses of this installation', async () => {
    const { status, json } = await world.send({
      path: `/${world.tenantId}/v2.0/.well-known/openid-configuration`,
      token: null,
    });
    assert.equal(status, 200);
    assert.ok(String(json.issuer).includes(world.tenantId));
    for (const key of ['token_endpoint', 'jwks_uri']) {
      assert.ok(String(json[key]).startsWith(`${world.origin}/`), `${key} is ${String(json[key])}`);
    }
  });

  test('the environment has what Azure clients, Terraform and az read', () => {
    const { environment } = world;
    const { AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET, NODE_EXTRA_CA_CERTS } = environment;
    assert.deepEqual(environment, {
      AZURE_TENANT_ID,
      AZURE_CLIENT_ID,
      AZURE_CLIENT_SECRET,
      AZURE_AUTHORITY_HOST: world.origin,
      AZURE_SUBSCRIPTION_ID: world.subscriptionId,
      AZURE_CONFIG_DIR: join(world.installation.state, 'az'),
      AZURE_CORE_INSTANCE_DISCOVERY: 'false',
      AZURE_CORE_COLLECT_TELEMETRY: 'false',
      ARM_ENDPOINT: world.origin,
      ARM_CLIENT_ID: AZURE_CLIENT_ID,
      ARM_CLIENT_SECRET: AZURE_CLIENT_SECRET,
      ARM_TENANT_ID: AZURE_TENANT_ID,
      ARM_SUBSCRIPTION_ID: world.subscriptionId,
      ARM_METADATA_HOSTNAME: new URL(world.origin).host,
      NODE_EXTRA_CA_CERTS,
      REQUESTS_CA_BUNDLE: NODE_EXTRA_CA_CERTS,
      SSL_CERT_FILE: NODE_EXTRA_CA_CERTS,
    });
    assert.ok(AZURE_CLIENT_SECRET && world.tenantId && world.origin.startsWith('https://'));
  });

  test('the cloud discovery document names the same endpoints, with one slash or two', async () => {
    for (const path of ['/metadata/endpoints', '//metadata/endpoints']) {
      const { status, json } = await world.send({ path: `${path}?api-version=2022-09-01`, token: null });
      assert.equal(status, 200, path);
      assert.ok(String(json.resourceManager).startsWith(world.origin), JSON.stringify(json));
    }
  });
});
