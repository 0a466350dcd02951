/** The machine's key: made here, never leaves; what it signs. */

import type { JsonWebKey, KeyObject } from 'node:crypto';
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, webcrypto } from 'node:crypto';
import { compactDecrypt, SignJWT } from 'jose';

export interface MachineKey {
  /** PKCS#8 PEM, for the state directory only. */
  readonly privatePem: string;
  readonly publicJwk: { readonly kty: string; readonly crv: string; readonly x: string; readonly y: string };
  /** `properties.clientPublicKey`: base64url of the SubjectPublicKeyInfo. */
  readonly clientPublicKey: string;
  /** PKCS#10 (RFC 2986), PEM. */
  certificateRequest(commonName: string): Promise<string>;
  /** ES256 JWT with `iat`, `exp` (in two minutes) and a new `jti` added. */
  sign(claims: Readonly<Record<string, unknown>>, at: number, jti: string): Promise<string>;
  /** What was encrypted to this machine: a compact JWE, ECDH-ES. @throws where it is another's, or damaged */
  unseal(sealed: string): Promise<string>;
  /** RFC 9449 §4.2: for this request only. */
  proof(ask: {
    readonly method: string;
    readonly url: string;
    readonly accessToken?: string;
    readonly at: number;
    readonly jti: string;
  }): Promise<string>;
}

const fromKey = (key: KeyObject): MachineKey => {
  const publicKey = createPublicKey(key);
  const { kty, crv, x, y } = publicKey.export({ format: 'jwk' }) as JsonWebKey;
  const publicJwk = { kty: kty ?? '', crv: crv ?? '', x: x ?? '', y: y ?? '' };
  return {
    privatePem: key.export({ format: 'pem', type: 'pkcs8' }).toString(),
    publicJwk,
    clientPublicKey: publicKey.export({ format: 'der', type: 'spki' }).toString('base64url'),
    certificateRequest: async (commonName) => {
      // Loaded where it is needed: the library is the slowest part of the command's start.
      await import('reflect-metadata');
      const { Pkcs10CertificateRequestGenerator } = await import('@peculiar/x509');
      const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
      const keys = {
        privateKey: await webcrypto.subtle.importKey('jwk', key.export({ format: 'jwk' }), algorithm, false, [
          'sign',
        ]),
        publicKey: await webcrypto.subtle.importKey('jwk', publicJwk, algorithm, true, ['verify']),
      };
      const request = await Pkcs10CertificateRequestGenerator.create({
        name: [{ CN: [commonName] }],
        keys,
        signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
      });
      return request.toString('pem');
    },
    sign: (claims, at, jti) => {
      const seconds = Math.floor(at / 1000);
      return new SignJWT({ ...claims, iat: seconds, exp: seconds + 120, jti })
        .setProtectedHeader({ alg: 'ES256' })
        .sign(key);
    },
    unseal: async (sealed) => {
      const options = { keyManagementAlgorithms: ['ECDH-ES'], contentEncryptionAlgorithms: ['A256GCM'] };
      return new TextDecoder().decode((await compactDecrypt(sealed, key, options)).plaintext);
    },
    proof: ({ method, url, accessToken, at, jti }) => {
      const hash = accessToken && createHash('sha256').update(accessToken).digest('base64url');
      return new SignJWT({
        htm: method,
        htu: url,
        iat: Math.floor(at / 1000),
        jti,
        ...(hash ? { ath: hash } : {}),
      })
        .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: publicJwk })
        .sign(key);
    },
  };
};

/** A new EC P-256 key. */
export const createMachineKey = (): MachineKey =>
  fromKey(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);

/** @throws the PEM's error */
export const loadMachineKey = (privatePem: string): MachineKey => fromKey(createPrivateKey(privatePem));
