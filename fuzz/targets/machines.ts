/** What machines prove themselves with: proofs, assertions, registrations, certificates and requests for them. */

import { equal, ok } from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { ArmError } from '@tombolo/arm';
import { accessTokenHash, verifyProof } from '@tombolo/hybrid-services/dpop';
import { verifyAssertion, verifyRegistration } from '@tombolo/hybrid-services/machine-assertion';
import { createHybridProjection, identityIdOf, identityType } from '@tombolo/hybrid-services/projection';
import { createAuthority } from '@tombolo/identity';
import { CertificateRequestRefused, keyOfRequest } from '@tombolo/identity/certificate-request';
import { requestFor } from '@tombolo/identity/identity.testkit';
import { issueMachineCertificate } from '@tombolo/identity/machine-certificate';
import { readIssuerChain, verifyMachineCertificate } from '@tombolo/identity/machine-certificate-check';
import { type Target, textOf, unlessRejected } from '../target.ts';
import { claimWords, linesOf, tokenOf } from './signed-lines.ts';

const now = Date.UTC(2026, 5, 1, 12);
const seconds = now / 1000;

const machine = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const es256 = (content: Uint8Array): Uint8Array =>
  sign('sha256', content, { key: machine.privateKey, dsaEncoding: 'ieee-p1363' });
const exported = machine.publicKey.export({ format: 'jwk' });
const jwk = { kty: 'EC', crv: 'P-256', x: exported.x!, y: exported.y! } as const;
const url = 'https://je.his.arc.azure.com/machines/heartbeats';
const replays = { use: () => 'fresh' as const, size: 0 };
const proofClaims = { htm: 'POST', htu: url, iat: seconds, jti: 'jti-0001', ath: accessTokenHash('token') };

export const dpopProof: Target = {
  name: 'dpop-proof',
  asks: 'verifyProof',
  seeds: [linesOf({ typ: 'dpop+jwt', alg: 'ES256', jwk }, proofClaims), 'a.b.c'],
  dictionary: [
    ...claimWords,
    '"typ":"dpop+jwt"',
    '"jwk":',
    '"d":"',
    '"htm":',
    '"htu":',
    '"ath":',
    'https://',
  ],
  run: async (input) => {
    const proof = tokenOf(input, es256);
    const expected = { proof, method: 'POST', url, accessToken: 'token', replays, now };
    const key = await unlessRejected([ArmError], () => verifyProof(expected));
    ok(key === undefined || key.length === 43);
  },
};

const machineId = '/subscriptions/s/resourceGroups/g/providers/Microsoft.HybridCompute/machines/m';
const state = createHybridProjection();
state.replace([
  {
    id: identityIdOf(machineId),
    type: identityType,
    version: 1,
    body: {
      properties: {
        machineId,
        publicKeyJwk: { ...jwk },
        certificates: [{ serial: 'abc', notAfter: now * 2 }],
      },
    },
  },
]);
const audience = 'https://je.his.arc.azure.com/token';
const bearer = {
  iss: machineId,
  sub: machineId,
  aud: audience,
  iat: seconds,
  exp: seconds + 300,
  jti: 'jti-0001',
  serial: 'abc',
};
const csr = await requestFor();
const statement = { ...bearer, machineId, csr: 'c', publicKeyJwk: jwk, agentVersion: '1.0', feed: 1 };

export const machineAssertion: Target = {
  name: 'machine-assertion',
  asks: 'verifyAssertion, verifyRegistration',
  seeds: [linesOf({ alg: 'ES256' }, bearer), linesOf({ alg: 'ES256' }, statement)],
  dictionary: [
    ...claimWords,
    '"serial":',
    '"agent_version":',
    '"publicKeyJwk":',
    '"machineId":',
    '"feed":',
    machineId,
  ],
  run: async (input) => {
    const token = tokenOf(input, es256);
    const by = { audience, replays, now };
    const verified = await unlessRejected([ArmError], () =>
      verifyAssertion({ assertion: token, state, ...by }),
    );
    if (verified !== undefined) equal(verified.identity.machineId, machineId);
    const stated = await unlessRejected([ArmError], () => verifyRegistration({ jws: token, ...by }));
    if (stated !== undefined) equal(typeof stated.machineId, 'string');
  },
};

const derOf = (pem: string): Uint8Array =>
  Uint8Array.from(Buffer.from(pem.replace(/-----[^-]+-----/g, ''), 'base64'));

export const certificateRequest: Target = {
  name: 'certificate-request',
  asks: 'keyOfRequest',
  seeds: [csr, derOf(csr), derOf(await requestFor({ name: 'ECDSA', namedCurve: 'P-384' }, 'SHA-384'))],
  dictionary: [
    '-----BEGIN CERTIFICATE REQUEST-----\n',
    '-----END',
    '\x30\x82',
    '\x06\x03',
    '\x02\x01\x00',
    '\x03\x02',
  ],
  run: async (input) => {
    // DER is what a request is, and base64 of it is taken, too.
    const texts = [textOf(input), Buffer.from(input).toString('base64')];
    for (const text of texts) {
      const key = await unlessRejected([CertificateRequestRefused], () => keyOfRequest(text));
      if (key !== undefined) ok(key.rawData.byteLength > 0);
    }
  },
};

const authority = await createAuthority({ name: 'fuzz', now });
const chain = readIssuerChain(authority.chain);
const issued = await issueMachineCertificate(authority, {
  request: csr,
  vmId: '7a1f3c1e-1111-4222-8333-944445555666',
  machineId,
  now,
});

export const machineCertificate: Target = {
  name: 'machine-certificate',
  asks: 'verifyMachineCertificate',
  seeds: [derOf(issued.certificate), issued.certificate],
  dictionary: [
    '-----BEGIN CERTIFICATE-----\n',
    '-----END CERTIFICATE-----',
    '\x30\x82',
    '\x06\x03\x55\x1d',
    'armid:',
    '\x04',
    '%zz',
  ],
  run: async (input) => {
    const inputs = [input, Buffer.from(input).toString('latin1')];
    for (const each of inputs) {
      const checked = await verifyMachineCertificate([chain], each, now);
      if (checked.valid) equal(checked.machineId, machineId, 'what is signed says whose it is');
      else ok(checked.fault.length > 0);
    }
  },
};
