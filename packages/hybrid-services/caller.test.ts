import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  type Authentication,
  authenticateAssertion,
  authenticateRegistration,
  authenticateRequest,
  jwtBearer,
} from './caller.ts';
import { accessTokenHash } from './dpop.ts';
import { issueToken } from './machine-token.ts';
import {
  createKey,
  machineId,
  now,
  refusalOf,
  replaysThat,
  seconds,
  stateWith,
  unauthenticated,
} from './proofs.testkit.ts';
import type { ServiceRequest } from './request.ts';

const [machine, strange, signing] = [await createKey(), await createKey(), await createKey()];
const state = stateWith({ machine, tokenKeys: [{ kid: 'k', key: signing, createdAt: now }] });
const by: Authentication = { state, replays: replaysThat('fresh'), authorities: [], now };
const request = (more: Partial<ServiceRequest> = {}): ServiceRequest => ({
  id: 'id',
  method: 'POST',
  path: '/p',
  host: 'JE.his.arc.azure.com',
  headers: {},
  readBody: async () => '',
  arrival: { kind: 'public', source: '192.0.2.1' },
  ...more,
});
const url = 'https://je.his.arc.azure.com/p';
const proofOf = (key = machine, token?: string): Promise<string> =>
  key.sign(
    {
      htm: 'POST',
      htu: url,
      iat: seconds,
      jti: 'proof-0001',
      ...(token === undefined ? {} : { ath: accessTokenHash(token) }),
    },
    { typ: 'dpop+jwt', jwk: { ...key.jwk } },
  );
const claims = { machineId, serial: 'abc', keyThumbprint: machine.thumbprint, agentVersion: '1.67' };
const token = await issueToken(claims, state, now, () => 'g');

describe('a caller with a token', () => {
  const ask = async (authorization: string | undefined, key = machine, more: Partial<ServiceRequest> = {}) =>
    authenticateRequest(
      request({
        headers: {
          dpop: await proofOf(key, token),
          ...(authorization === undefined ? {} : { authorization }),
        },
        ...more,
      }),
      by,
    );
  const neither = unauthenticated(
    "it sent neither 'Authorization: DPoP <token>' nor a client certificate (a bearer token is not enough)",
  );

  test('is the machine that the token was issued to, with a proof by its key', async () => {
    for (const scheme of ['DPoP', 'dpop', 'DPOP']) assert.deepEqual(await ask(`${scheme} ${token}`), claims);
  });

  test('sends exactly a scheme and a token', async () => {
    for (const authorization of [
      undefined,
      '',
      'DPoP',
      'DPoP ',
      `Bearer ${token}`,
      `xDPoP ${token}`,
      `DPoP  ${token}`,
      `DPoP ${token} x`,
      `DPoP ${token},`,
    ])
      assert.deepEqual(await refusalOf(() => ask(authorization)), neither, authorization);
    assert.deepEqual(await refusalOf(() => ask(`DPoP ${'x'.repeat(4097)}`)), neither);
    assert.deepEqual(
      await refusalOf(() => ask(`DPoP ${'x'.repeat(4096)}`)),
      unauthenticated('the token is refused: it is no JWT'),
    );
  });

  test('proves possession of the key that the token is bound to, for this token', async () => {
    assert.deepEqual(
      await refusalOf(() => ask(`DPoP ${token}`, strange)),
      unauthenticated('the DPoP proof is not by the key that the token is bound to'),
    );
    assert.deepEqual(
      await refusalOf(() => ask(`DPoP ${token}`, machine, { headers: { authorization: `DPoP ${token}` } })),
      unauthenticated('the DPoP proof is refused: there is none'),
    );
    const bare = await proofOf();
    assert.deepEqual(
      await refusalOf(() =>
        ask(`DPoP ${token}`, machine, { headers: { authorization: `DPoP ${token}`, dpop: bare } }),
      ),
      unauthenticated('the DPoP proof is refused: ath is not the hash of the token'),
    );
  });

  test('is judged by the token where it sends a certificate too, and by the certificate where it sends no header', async () => {
    const clientCertificate = new Uint8Array(8);
    assert.deepEqual(await ask(`DPoP ${token}`, machine, { clientCertificate }), claims);
    assert.deepEqual(
      await refusalOf(() => ask(undefined, machine, { clientCertificate })),
      unauthenticated('the client certificate is refused: it cannot be read'),
    );
    assert.deepEqual(await refusalOf(() => ask('', machine, { clientCertificate })), neither);
  });
});

describe('a caller with an assertion', () => {
  const assertion = (more: object = {}): Promise<string> =>
    machine.sign({
      iss: machineId,
      sub: machineId,
      aud: url,
      exp: seconds + 60,
      iat: seconds,
      jti: 'assertion-1',
      serial: 'ABC',
      ...more,
    });
  const ask = async (form: Readonly<Record<string, string>>, key = machine) =>
    authenticateAssertion(
      request({
        readBody: async () => new URLSearchParams(form).toString(),
        headers: { dpop: await proofOf(key) },
      }),
      by,
    );

  test('is the machine that signed it, with a proof by the same key', async () => {
    const form = { grant_type: jwtBearer, assertion: await assertion() };
    assert.equal(jwtBearer, 'urn:ietf:params:oauth:grant-type:jwt-bearer');
    const caller = { machineId, serial: 'abc', keyThumbprint: machine.thumbprint };
    assert.deepEqual(await ask(form), caller);
    const versioned = { ...form, assertion: await assertion({ agent_version: '1.4' }) };
    assert.deepEqual(await ask(versioned), { ...caller, agentVersion: '1.4' });
    assert.deepEqual(
      await refusalOf(() => ask(form, strange)),
      unauthenticated("the DPoP proof is not by the machine's own key"),
    );
  });

  test('asks for the one grant, with an assertion of bounded length', async () => {
    const invalid = (what: string, target: string) => [
      400,
      'InvalidRequest',
      `The request is invalid: ${what}`,
      target,
    ];
    const grant = invalid(`grant_type has to be '${jwtBearer}'.`, 'grant_type');
    assert.deepEqual(await refusalOf(() => ask({})), grant);
    assert.deepEqual(
      await refusalOf(async () => ask({ grant_type: 'client_credentials', assertion: await assertion() })),
      grant,
    );
    const missing = invalid('assertion is missing or too long.', 'assertion');
    assert.deepEqual(await refusalOf(() => ask({ grant_type: jwtBearer })), missing);
    assert.deepEqual(
      await refusalOf(() => ask({ grant_type: jwtBearer, assertion: 'x'.repeat(4097) })),
      missing,
    );
    assert.deepEqual(
      await refusalOf(() => ask({ grant_type: jwtBearer, assertion: 'x'.repeat(4096) })),
      unauthenticated('the assertion is refused: it is no JWT'),
    );
  });
});

test('who registers states it in a JWS, whatever white space stands around it', async () => {
  const jws = await machine.sign({
    machineId,
    csr: 'request',
    publicKeyJwk: { ...machine.jwk },
    agentVersion: '1.67',
    aud: url,
    exp: seconds + 60,
    iat: seconds,
    jti: 'registration-1',
  });
  const statement = await authenticateRegistration(request({ readBody: async () => `\n ${jws} \n` }), by);
  assert.deepEqual(statement, {
    machineId,
    csr: 'request',
    agentVersion: '1.67',
    registrationId: 'registration-1',
    keyThumbprint: machine.thumbprint,
  });
});
