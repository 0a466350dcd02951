/** The installation's certificate authority: made once, stored as a document, brought from elsewhere if wanted. */

import { createPrivateKey, createPublicKey, type KeyObject, webcrypto } from 'node:crypto';
import type { JsonObject } from '@tombolo/store/port';
import { z } from 'zod';
import { randomSerial } from './serial-number.ts';
import {
  BasicConstraintsExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from './x509.ts';

export interface CertificateAuthority {
  /** PEM: the issuing certificate first, then what issued it, up to the anchor. */
  readonly chain: readonly string[];
  readonly issuer: X509Certificate;
  readonly signingKey: webcrypto.CryptoKey;
  readonly signingAlgorithm: { readonly name: string; readonly hash: string };
  /** Kept for {@link authorityBody}; never logged. */
  readonly privateJwk: webcrypto.JsonWebKey;
}

export const authorityType = 'Tombolo/certificateAuthorities';
export const authorityId = '/tombolo/certificateAuthorities/installation';

/** How long before `now` certificates start, so that clocks may differ a little. */
export const clockSkewMs = 5 * 60_000;
const dayMs = 86_400_000;
const rootDays = 3652;

/** An authority that cannot be used; the message says why and what to bring instead. */
export class AuthorityRefused extends Error {}

/** Makes an EC P-256 root for ten years that may sign leaves only (pathlen 0). `now` is epoch milliseconds. */
export const createAuthority = async (input: {
  readonly name: string;
  readonly now: number;
}): Promise<CertificateAuthority> => {
  const keys = await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
    'sign',
    'verify',
  ]);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: randomSerial(),
    name: [{ CN: [input.name] }],
    notBefore: new Date(input.now - clockSkewMs),
    notAfter: new Date(input.now + rootDays * dayMs),
    keys,
    signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return assemble([certificate.toString('pem')], await webcrypto.subtle.exportKey('jwk', keys.privateKey));
};

/**
 * Takes an own or intermediate authority: its private key and its chain as PEM, issuing certificate first.
 * Throws {@link AuthorityRefused} unless the key is the first certificate's, each certificate is an authority
 * that may sign certificates now (RFC 5280 §4.2.1.3, §4.2.1.9), and each is signed by the next.
 */
export const bringAuthority = async (input: {
  readonly privateKey: string;
  readonly chain: string;
  readonly now: number;
}): Promise<CertificateAuthority> => {
  const blocks = (input.chain.length > 262_144 ? '' : input.chain).match(certificatePattern) ?? [];
  if (blocks.length === 0 || blocks.length > 8) {
    throw new AuthorityRefused(`the chain has ${blocks.length} PEM certificates; bring one to eight`);
  }
  const certificates = blocks.map((block) => parsed(block));
  for (const [index, certificate] of certificates.entries()) {
    checkIsAuthority(certificate, index, input.now);
    const next = certificates[index + 1];
    if (next && !(await isSignedBy(certificate, next))) {
      throw new AuthorityRefused(
        `'${certificate.subject}' is not signed by '${next.subject}', the next in the chain; order the chain from the issuing certificate up to the root`,
      );
    }
  }
  return assemble(blocks, matchingKey(input.privateKey, certificates[0]!).export({ format: 'jwk' }));
};

export const isSignedBy = async (certificate: X509Certificate, issuer: X509Certificate): Promise<boolean> => {
  if (certificate.issuer !== issuer.subject) return false;
  return certificate.verify({ publicKey: issuer.publicKey, signatureOnly: true }).catch(() => false);
};

const certificatePattern = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;

const parsed = (pem: string): X509Certificate => {
  try {
    return new X509Certificate(pem);
  } catch {
    throw new AuthorityRefused('the chain holds a PEM block that is no certificate');
  }
};

const checkIsAuthority = (certificate: X509Certificate, below: number, now: number): void => {
  const refuse = (why: string): never => {
    throw new AuthorityRefused(`'${certificate.subject}' ${why}`);
  };
  const constraints = certificate.getExtension(BasicConstraintsExtension);
  if (!constraints?.ca) refuse('is no certificate authority (basic constraints lack CA:TRUE)');
  // Every certificate of the chain but the issuing one has `below` authorities under it.
  if (constraints?.pathLength !== undefined && constraints.pathLength < below) {
    refuse(`allows ${constraints.pathLength} authorities below it (pathlen), but the chain has ${below}`);
  }
  const usage = certificate.getExtension(KeyUsagesExtension);
  if (usage && !(usage.usages & KeyUsageFlags.keyCertSign)) refuse('may not sign certificates (key usage)');
  if (certificate.notBefore.getTime() > now) {
    refuse(`is not valid before ${certificate.notBefore.toISOString()}`);
  }
  if (certificate.notAfter.getTime() < now) refuse(`expired on ${certificate.notAfter.toISOString()}`);
};

const matchingKey = (pem: string, certificate: X509Certificate): KeyObject => {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    throw new AuthorityRefused('the private key is no unencrypted PEM key; decrypt it first');
  }
  const own = createPublicKey(key).export({ format: 'der', type: 'spki' });
  if (!own.equals(Buffer.from(certificate.publicKey.rawData))) {
    throw new AuthorityRefused(`the private key does not belong to '${certificate.subject}'`);
  }
  return key;
};

/** Epoch milliseconds at which the first certificate of the chain ends: nothing that is issued outlives it. */
export const chainExpiry = ({ chain }: CertificateAuthority): number =>
  Math.min(...chain.map((pem) => parsed(pem).notAfter.getTime()));

/** The body of the `Tombolo/certificateAuthorities` document; it holds the private key. */
export const authorityBody = (authority: CertificateAuthority): JsonObject => ({
  chain: authority.chain,
  privateKey: authority.privateJwk as JsonObject,
});

const bodyShape = z.object({
  chain: z.array(z.string().max(32_768)).min(1).max(8),
  privateKey: z.looseObject({ kty: z.enum(['EC', 'RSA']) }),
});

/** Reads the body that {@link authorityBody} wrote. Throws {@link AuthorityRefused} where it is another shape. */
export const loadAuthority = async (body: JsonObject): Promise<CertificateAuthority> => {
  const read = bodyShape.safeParse(body);
  if (!read.success)
    throw new AuthorityRefused('the stored certificate authority is damaged; restore a backup');
  return assemble(read.data.chain, read.data.privateKey as webcrypto.JsonWebKey);
};

const assemble = async (
  chain: readonly string[],
  privateJwk: webcrypto.JsonWebKey,
): Promise<CertificateAuthority> => {
  const algorithm = signingAlgorithmOf(privateJwk);
  return {
    chain,
    issuer: parsed(chain[0]!),
    signingKey: await webcrypto.subtle.importKey(
      'jwk',
      { ...privateJwk, key_ops: ['sign'] },
      algorithm,
      false,
      ['sign'],
    ),
    signingAlgorithm: { name: algorithm.name, hash: algorithm.hash },
    privateJwk,
  };
};

const signingAlgorithmOf = (
  jwk: webcrypto.JsonWebKey,
): { name: string; hash: string; namedCurve: string } => {
  if (jwk.kty === 'RSA') {
    if (Buffer.from(jwk.n ?? '', 'base64url').length < 256) {
      throw new AuthorityRefused('the RSA key is shorter than 2048 bits; bring a longer one');
    }
    return { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', namedCurve: '' };
  }
  const hash = { 'P-256': 'SHA-256', 'P-384': 'SHA-384', 'P-521': 'SHA-512' }[jwk.crv ?? ''];
  if (jwk.kty !== 'EC' || hash === undefined) {
    throw new AuthorityRefused(`a key of type ${jwk.kty} ${jwk.crv ?? ''} is not supported; bring EC or RSA`);
  }
  return { name: 'ECDSA', hash, namedCurve: jwk.crv! };
};
