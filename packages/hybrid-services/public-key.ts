/** A machine's public key in the forms in which it travels, and its thumbprint (RFC 7638). */

import { createHash, createPublicKey } from 'node:crypto';

/** An EC P-256 public key (RFC 7517, RFC 7518 §6.2). */
export interface PublicKeyJwk {
  readonly kty: 'EC';
  readonly crv: 'P-256';
  readonly x: string;
  readonly y: string;
}

const coordinate = /^[A-Za-z0-9_-]{43}$/;

/** The shape only, for keys that were checked when they were stored: a hundred times faster than the whole check. */
export const readPublicKeyJwk = (value: unknown): PublicKeyJwk | undefined => {
  if (typeof value !== 'object' || value === null) return undefined;
  const { kty, crv, x, y, d } = value as Record<string, unknown>;
  if (kty !== 'EC' || crv !== 'P-256' || typeof x !== 'string' || typeof y !== 'string' || d !== undefined) {
    return undefined;
  }
  return coordinate.test(x) && coordinate.test(y) ? { kty, crv, x, y } : undefined;
};

/** Exactly a P-256 public key, on the curve; anything else, a private key too, is undefined. */
export const parsePublicKeyJwk = (value: unknown): PublicKeyJwk | undefined => {
  const jwk = readPublicKeyJwk(value);
  if (jwk === undefined) return undefined;
  try {
    createPublicKey({ key: { ...jwk }, format: 'jwk' });
    return jwk;
  } catch {
    return undefined;
  }
};

/** RFC 7638 §3: SHA-256 over the required members in lexicographic order, base64url. */
export const thumbprint = (jwk: PublicKeyJwk): string =>
  createHash('sha256')
    .update(JSON.stringify({ crv: jwk.crv, kty: jwk.kty, x: jwk.x, y: jwk.y }))
    .digest('base64url');

const ofSpki = (der: Buffer): PublicKeyJwk | undefined => {
  try {
    return parsePublicKeyJwk(
      createPublicKey({ key: der, format: 'der', type: 'spki' }).export({ format: 'jwk' }),
    );
  } catch {
    return undefined;
  }
};

/**
 * `properties.clientPublicKey` of a machine resource: base64url (or base64) of the SubjectPublicKeyInfo, as our agent
 * writes it, or a JWK as JSON text. Undefined where it is neither, or no P-256 key.
 */
export const parseClientPublicKey = (text: unknown): PublicKeyJwk | undefined => {
  if (typeof text !== 'string' || text.length > 2048) return undefined;
  if (text.trimStart().startsWith('{')) {
    try {
      return parsePublicKeyJwk(JSON.parse(text));
    } catch {
      return undefined;
    }
  }
  return /^[A-Za-z0-9+/_=\s-]+$/.test(text) ? ofSpki(Buffer.from(text, 'base64')) : undefined;
};

/** Of a DER SubjectPublicKeyInfo, e.g. a certificate request's. */
export const publicKeyOfSpki = (der: ArrayBuffer | Uint8Array): PublicKeyJwk | undefined =>
  ofSpki(der instanceof Uint8Array ? Buffer.from(der) : Buffer.from(new Uint8Array(der)));
