/** A machine of the tests: its key, its resource, and what it signs and sends. */

import { randomUUID } from 'node:crypto';
import { Pkcs10CertificateRequestGenerator } from '@tombolo/identity/x509';
import type { JsonObject } from '@tombolo/store/port';
import { exportJWK, SignJWT } from 'jose';
import { formatClientPublicKey } from './client-public-key.testkit.ts';
import { accessTokenHash } from './dpop.ts';
import type { PublicKeyJwk } from './public-key.ts';
import { thumbprint } from './public-key.ts';
import type { Answer, Via, World } from './world.testkit.ts';
import { hosts, machineId, scopeId } from './world.testkit.ts';

/** A machine's side of the protocol, written from the RFCs and not with the agent's code. */
export const createMachine = async (
  world: World,
  name: string,
  resource: { readonly scope?: string; readonly agentVersion?: string; readonly location?: string } = {},
) => {
  const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
    'sign',
    'verify',
  ]);
  const { kty, crv, x, y } = await exportJWK(keys.publicKey);
  const jwk = { kty, crv, x, y } as PublicKeyJwk;
  const id = machineId(name);
  const agentVersion = resource.agentVersion ?? '1.67.0';
  const csr = (
    await Pkcs10CertificateRequestGenerator.create({
      name: 'CN=machine',
      keys,
      signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
    })
  ).toString('pem');
  const putResource = (properties: JsonObject = {}) =>
    world.put(id, 'Microsoft.HybridCompute/machines', {
      location: resource.location ?? 'japaneast',
      tags: { owner: 'tests' },
      properties: {
        vmId: randomUUID(),
        clientPublicKey: formatClientPublicKey(jwk),
        agentVersion,
        ...(resource.scope === undefined ? {} : { privateLinkScopeResourceId: scopeId(resource.scope) }),
        ...properties,
      },
    });
  const seconds = (): number => Math.floor(world.now() / 1000);
  const sign = (claims: object, header: object = {}) =>
    new SignJWT({ iat: seconds(), exp: seconds() + 120, jti: randomUUID(), ...claims })
      .setProtectedHeader({ alg: 'ES256', ...header })
      .sign(keys.privateKey);
  const proof = (method: string, url: string, token?: string, claims: object = {}) =>
    new SignJWT({
      htm: method,
      htu: url,
      iat: seconds(),
      jti: randomUUID(),
      ...(token === undefined ? {} : { ath: accessTokenHash(token) }),
      ...claims,
    })
      .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: { ...jwk } })
      .sign(keys.privateKey);
  let serial = '';
  let certificate = '';
  let token = '';

  /** By the link's private endpoint, or the public listener. */
  const route = (host: string, link?: number): Via =>
    link === undefined ? { kind: 'public' } : world.privately(link, host);

  const register = async (link?: number, claims: object = {}): Promise<Answer> => {
    const url = `https://${hosts.his}/machines/register`;
    const jws = await sign({ machineId: id, csr, publicKeyJwk: jwk, agentVersion, aud: url, ...claims });
    const answer = await world.send({
      host: hosts.his,
      method: 'POST',
      path: '/machines/register',
      via: route(hosts.his, link),
      headers: { 'content-type': 'application/jose' },
      body: jws,
    });
    if (answer.status === 200) ({ serial, certificate } = answer.body);
    return answer;
  };
  const tokenRequest = async (claims: object = {}) => {
    const url = `https://${hosts.ats}/oauth2/token`;
    const assertion = await sign({
      iss: id,
      sub: id,
      aud: url,
      serial,
      agent_version: agentVersion,
      ...claims,
    });
    const form = { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion };
    return {
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        dpop: await proof('POST', url),
      } as Record<string, string>,
      body: new URLSearchParams(form).toString(),
    };
  };
  const getToken = async (
    link?: number,
    prepared?: Awaited<ReturnType<typeof tokenRequest>>,
  ): Promise<Answer> => {
    const answer = await world.send({
      host: hosts.ats,
      method: 'POST',
      path: '/oauth2/token',
      via: route(hosts.ats, link),
      ...(prepared ?? (await tokenRequest())),
    });
    if (answer.status === 200) token = answer.body.access_token;
    return answer;
  };
  const authorized = async (method: string, host: string, path: string, claims: object = {}) => ({
    authorization: `DPoP ${token}`,
    dpop: await proof(method, `https://${host}${path}`, token, claims),
  });
  const call = async (
    method: string,
    host: string,
    path: string,
    more: {
      readonly link?: number;
      readonly body?: unknown;
      readonly headers?: Readonly<Record<string, string>>;
      readonly tls?: object;
    } = {},
  ): Promise<Answer> =>
    world.send({
      host,
      method,
      path,
      via: route(host, more.link),
      headers: more.headers ?? (await authorized(method, host, path)),
      ...(more.tls ? { tls: more.tls } : {}),
      ...(more.body === undefined ? {} : { body: JSON.stringify(more.body) }),
    });
  const heartbeat = (link?: number, more: object = {}): Promise<Answer> =>
    call('POST', hosts.his, '/machines/heartbeats', {
      ...(link === undefined ? {} : { link }),
      body: { agentVersion, status: 'Connected' },
      ...more,
    });
  return {
    id,
    jwk,
    keyThumbprint: thumbprint(jwk),
    csr,
    keys,
    putResource,
    sign,
    proof,
    register,
    tokenRequest,
    getToken,
    authorized,
    call,
    heartbeat,
    token: () => token,
    serial: () => serial,
    certificate: () => certificate,
    /** Resource, registration, token: the state in which an agent is after `connect`. */
    connect: async (link?: number): Promise<void> => {
      await putResource();
      await world.settled();
      for (const step of [() => register(link), () => getToken(link)]) {
        const answer = await step();
        if (answer.status !== 200) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
      }
    },
  };
};
