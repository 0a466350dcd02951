/** A sign-in world for the tests: an authority, a principal, a clock, and the token service on real HTTPS. */

import { randomBytes, randomUUID, webcrypto } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import fastify from 'fastify';
import { createAccessTokenVerifier } from './access-token.ts';
import { type CertificateAuthority, createAuthority } from './certificate-authority.ts';
import { addSecret } from './credentials.ts';
import { issueServerCertificate } from './server-certificate.ts';
import { createServicePrincipal, type ServicePrincipal } from './service-principals.ts';
import { createSigningKeys, type SigningKeyRing } from './signing-keys.ts';
import { resourceManagerResource } from './tenant-directory.ts';
import { tokenRoutes } from './token-routes.ts';
import { createTokenService, type TokenServiceResponse } from './token-service.ts';
import { PemConverter, Pkcs10CertificateRequestGenerator, X509CertificateGenerator } from './x509.ts';

export const tenantId = '11111111-2222-4333-8444-555555555555';
export const appId = 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee';
export const objectId = '99999999-8888-4777-8666-555555555555';
export const day = 86_400_000;

/** What a test may change while the service runs. */
export interface World {
  now: number;
  ring: SigningKeyRing;
  principal: ServicePrincipal;
  readonly secret: string;
}

export const makeWorld = async (now = Date.now()): Promise<World> => {
  const made = addSecret(createServicePrincipal({ appId, objectId, displayName: 'onboarding' }), {
    keyId: randomUUID(),
    random: randomBytes(32),
    salt: randomBytes(16),
    now,
    endTime: now + 30 * day,
  });
  return { now, ring: await createSigningKeys(now), principal: made.holder, secret: made.secretText };
};

export const serviceOf = (world: World, origins: readonly string[]) =>
  createTokenService({
    origins,
    tenants: [{ id: tenantId, domains: ['contoso.example'] }],
    resources: [
      resourceManagerResource('https://arm.test:8443'),
      { identifiers: ['api://portal'], tokenVersion: 2 },
    ],
    findServicePrincipal: async (id) => (id.toLowerCase() === appId ? world.principal : undefined),
    signingKeys: async () => world.ring,
    now: () => world.now,
    newGuid: randomUUID,
  });

export const verifierOf = (world: World, origins: readonly string[]) =>
  createAccessTokenVerifier({
    origins,
    tenantIds: [tenantId],
    audiences: resourceManagerResource('https://arm.test:8443/').identifiers,
    signingKeys: async () => world.ring,
    now: () => world.now,
  });

/** Asks the service for a token without a socket. */
export const ask = (
  service: ReturnType<typeof serviceOf>,
  origin: string,
  form: Readonly<Record<string, string>> | string,
  more: {
    readonly tenant?: string;
    readonly version?: 1 | 2;
    readonly source?: string;
    readonly authorization?: string;
    readonly method?: string;
  } = {},
): Promise<TokenServiceResponse> =>
  service.handle({
    origin,
    operation: {
      kind: 'token',
      method: more.method ?? 'POST',
      tenant: more.tenant ?? tenantId,
      version: more.version ?? 2,
      body: typeof form === 'string' ? form : new URLSearchParams(form).toString(),
      authorization: more.authorization,
      source: more.source ?? '127.0.0.1',
    },
  });

export interface Listening {
  readonly origin: string;
  readonly port: number;
  readonly authority: CertificateAuthority;
  readonly requests: readonly string[];
  close(): Promise<void>;
}

/** The token service on a real HTTPS listener on loopback, for `localhost` and the public cloud's sign-in name. */
export const listen = async (world: World): Promise<Listening> => {
  const authority = await createAuthority({ name: 'Tombolo test', now: world.now });
  const server = await issueServerCertificate(authority, {
    names: ['localhost', '127.0.0.1', 'login.microsoftonline.com'],
    now: world.now,
  });
  const app = fastify({
    https: { cert: server.certificate, key: server.privateKey, minVersion: 'TLSv1.2' },
    forceCloseConnections: true,
  });
  const requests: string[] = [];
  app.addHook('onRequest', async (request) => {
    requests.push(`${request.method} ${request.headers.host} ${request.url}`);
  });
  // The port is known only after listening, so the routes reach the service through this reference.
  let service: ReturnType<typeof serviceOf> | undefined;
  await app.register(tokenRoutes({ handle: (request) => service!.handle(request) }));
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  const origin = `https://localhost:${port}`;
  service = serviceOf(world, [origin, 'https://login.microsoftonline.com']);
  return { origin, port, authority, requests, close: () => app.close() };
};

/** A self-signed RSA client certificate for 30 days, and its key as PKCS#8 PEM. */
export const makeClientCertificate = async (
  now = Date.now(),
): Promise<{ readonly pem: string; readonly key: string }> => {
  const algorithm = {
    name: 'RSASSA-PKCS1-v1_5',
    modulusLength: 2048,
    publicExponent: new Uint8Array([1, 0, 1]),
    hash: 'SHA-256',
  };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=client',
    keys,
    notBefore: new Date(now),
    notAfter: new Date(now + 30 * day),
    signingAlgorithm: algorithm,
  });
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return { pem: certificate.toString('pem'), key: PemConverter.encode(pkcs8, PemConverter.PrivateKeyTag) };
};

type KeyParameters = webcrypto.EcKeyGenParams | webcrypto.RsaHashedKeyGenParams;

/** A certificate request as a machine makes it, with a subject that it has no say in. */
export const requestFor = async (
  parameters: KeyParameters = { name: 'ECDSA', namedCurve: 'P-256' },
  hash = 'SHA-256',
): Promise<string> => {
  const keys = await webcrypto.subtle.generateKey(parameters, true, ['sign', 'verify']);
  const request = await Pkcs10CertificateRequestGenerator.create({
    name: 'CN=somebody else,O=chosen by the requester',
    keys: keys as webcrypto.CryptoKeyPair,
    signingAlgorithm: { name: parameters.name, hash },
  });
  return request.toString('pem');
};
