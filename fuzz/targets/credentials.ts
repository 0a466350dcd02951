/** What callers of ARM prove themselves with: access tokens, client assertions, forms. */

import { equal, ok } from 'node:assert/strict';
import { createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { ArmError } from '@tombolo/arm';
import { addCertificate } from '@tombolo/identity';
import {
  appId,
  ask,
  makeClientCertificate,
  makeWorld,
  serviceOf,
  tenantId,
  verifierOf,
} from '@tombolo/identity/identity.testkit';
import { type Target, textOf, unlessRejected } from '../target.ts';
import { claimWords, linesOf, tokenOf } from './signed-lines.ts';

const now = Date.UTC(2026, 5, 1, 12);
const seconds = now / 1000;
const origin = 'https://login.test:8443';
const world = await makeWorld(now);
const rs256 = (key: KeyObject) => (content: Uint8Array) => sign('sha256', content, key);

const { current } = world.ring;
const tokenKey = createPrivateKey({ key: { ...current.jwk }, format: 'jwk' });
const verifier = verifierOf(world, [origin]);
const claims = {
  ...{ aud: 'https://management.azure.com/', iss: `${origin}/${tenantId}/`, iat: seconds, nbf: seconds },
  ...{ exp: seconds + 3600, appid: appId, idtyp: 'app', oid: 'o', tid: tenantId, tombolo_generation: 1 },
};

export const accessToken: Target = {
  name: 'access-token',
  asks: 'createAccessTokenVerifier',
  seeds: [
    linesOf({ alg: 'RS256', kid: current.kid, typ: 'JWT' }, claims),
    linesOf({ alg: 'RS256', kid: current.kid }, { ...claims, exp: seconds - 7200, nbf: seconds - 9000 }),
    'eyJhbGciOiJub25lIn0.e30.',
  ],
  dictionary: [...claimWords, current.kid, origin, 'https://management.azure.com'],
  run: async (input) => {
    const token = tokenOf(input, rs256(tokenKey));
    const principal = await unlessRejected([ArmError], () => verifier.verify(`Bearer ${token}`));
    if (principal === undefined) return;
    equal(principal.tenantId, tenantId);
    ok(typeof principal.objectId === 'string' && principal.objectId !== '');
  },
};

const client = await makeClientCertificate(now);
world.principal = addCertificate(world.principal, { keyId: 'k', pem: client.pem });
const clientKey = createPrivateKey(client.key);
const tokenUrl = `${origin}/${tenantId}/oauth2/v2.0/token`;
const assertionHeader = { alg: 'RS256', typ: 'JWT', 'x5t#S256': world.principal.certificates[0]!.sha256 };
const assertionClaims = {
  iss: appId,
  sub: appId,
  aud: tokenUrl,
  exp: seconds + 600,
  nbf: seconds,
  jti: 'jti-1',
};
const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const scope = 'https://management.azure.com/.default';

export const clientAssertion: Target = {
  name: 'client-assertion',
  asks: 'createTokenService (client_assertion)',
  seeds: [
    linesOf(assertionHeader, assertionClaims),
    linesOf({ ...assertionHeader, alg: 'PS256' }, { ...assertionClaims, aud: [tokenUrl], iat: seconds }),
    linesOf({ alg: 'RS256', x5t: world.principal.certificates[0]!.sha1 }, assertionClaims),
  ],
  dictionary: [...claimWords, '"x5t":', '"x5t#S256":', tokenUrl, appId],
  run: async (input) => {
    const assertion = tokenOf(input, rs256(clientKey));
    const form = { grant_type: 'client_credentials', client_assertion_type: assertionType, scope };
    const fields = { ...form, client_id: appId, client_assertion: assertion };
    for (const each of [fields, { ...form, client_assertion: assertion }]) {
      const { status, body } = await ask(serviceOf(world, [origin]), origin, each);
      ok(status === 200 || (status < 500 && typeof body.error === 'string'), `status ${status}`);
    }
  },
};

export const tokenForm: Target = {
  name: 'token-form',
  asks: 'createTokenService (form, Authorization)',
  seeds: [
    `grant_type=client_credentials&client_id=${appId}&client_secret=wrong&scope=${encodeURIComponent(scope)}`,
    `grant_type=client_credentials&resource=https%3A%2F%2Fmanagement.azure.com%2F\nBasic ${btoa(`${appId}:%77rong`)}`,
    'grant_type=password&scope=openid+profile',
    `client_assertion=a.b.c&client_assertion_type=${assertionType}&grant_type=client_credentials&scope=x/.default`,
  ],
  dictionary: [
    '&',
    '=',
    '%',
    '%zz',
    '+',
    'scope=',
    '/.default',
    'client_id=',
    'client_secret=',
    'client_assertion=',
    '\nBasic ',
    'resource=',
    'openid',
  ],
  run: async (input) => {
    const [form = '', authorization] = textOf(input).split('\n');
    // Every attempt is its own: after some that failed nothing of a request is read.
    for (const version of [1, 2] as const) {
      const more = authorization === undefined ? { version } : { version, authorization };
      const { status, body } = await ask(serviceOf(world, [origin]), origin, form, more);
      ok(status === 200 || (status < 500 && typeof body.error === 'string'), `status ${status}`);
    }
  },
};
