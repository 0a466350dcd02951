/** Secrets and certificates of an application or a service principal: made, removed, checked. Pure. */

import { createHash, timingSafeEqual, X509Certificate } from 'node:crypto';
import { z } from 'zod';
import { secretTextOf } from './secret-text.ts';

const credentialLimit = 32;

const secretShape = z.object({
  keyId: z.string(),
  /** `sha256$salt$digest`, base64url. */
  hash: z.string(),
  /** The first three characters, as Microsoft Graph shows them. */
  hint: z.string(),
  displayName: z.string().optional(),
  /** ISO 8601. */
  startDateTime: z.string(),
  endDateTime: z.string(),
});
const certificateShape = z.object({
  keyId: z.string(),
  /** Of the DER: SHA-256 and SHA-1, base64url, as in a JWT's `x5t#S256` and `x5t`. */
  sha256: z.string(),
  sha1: z.string(),
  pem: z.string(),
  displayName: z.string().optional(),
  startDateTime: z.string(),
  endDateTime: z.string(),
});
/** Whoever has credentials. */
export interface CredentialHolder {
  readonly displayName: string;
  readonly secrets: readonly ClientSecret[];
  readonly certificates: readonly ClientCertificate[];
}

export type ClientSecret = Readonly<z.infer<typeof secretShape>>;
export type ClientCertificate = Readonly<z.infer<typeof certificateShape>>;

/** The part of a holder's stored shape that is its credentials. */
export const credentialShapes = {
  secrets: z.array(secretShape).readonly(),
  certificates: z.array(certificateShape).readonly(),
};

/** A credential that cannot be added; the message says why. */
export class CredentialRefused extends Error {}

/**
 * Adds a secret made of `random` (at least 32 bytes) and returns it once as `secretText`; only a hash is kept.
 *
 * A salted SHA-256 is enough, and a slow hash would be wrong: the secret is 255 random bits that we made, so
 * there is nothing to guess, while scrypt on each sign-in would let anybody spend our processor time.
 * For the same reason a secret chosen by a person cannot be brought.
 */
export const addSecret = <T extends CredentialHolder>(
  holder: T,
  input: {
    readonly keyId: string;
    readonly random: Uint8Array;
    readonly salt: Uint8Array;
    /** Epoch milliseconds. */
    readonly now: number;
    readonly endTime: number;
    readonly displayName?: string;
  },
): { readonly holder: T; readonly secret: ClientSecret; readonly secretText: string } => {
  if (input.random.length < 32 || input.salt.length < 16) {
    throw new CredentialRefused('a secret is made of at least 32 random bytes and a salt of 16');
  }
  roomFor(holder, 'secrets');
  const secretText = secretTextOf(input.random);
  const salt = Buffer.from(input.salt).toString('base64url');
  const secret: ClientSecret = {
    keyId: input.keyId,
    hash: `sha256$${salt}$${digest(salt, secretText).toString('base64url')}`,
    hint: secretText.slice(0, 3),
    ...(input.displayName === undefined ? {} : { displayName: input.displayName }),
    startDateTime: new Date(input.now).toISOString(),
    endDateTime: new Date(input.endTime).toISOString(),
  };
  return { holder: { ...holder, secrets: [...holder.secrets, secret] }, secret, secretText };
};

const roomFor = (holder: CredentialHolder, kind: 'secrets' | 'certificates'): void => {
  if (holder[kind].length >= credentialLimit) {
    throw new CredentialRefused(
      `'${holder.displayName}' has ${credentialLimit} ${kind} already; remove one that is no longer used`,
    );
  }
};

/** Undefined: it has no such secret. */
export const removeSecret = <T extends CredentialHolder>(holder: T, keyId: string): T | undefined => {
  const secrets = holder.secrets.filter((secret) => secret.keyId.toLowerCase() !== keyId.toLowerCase());
  return secrets.length === holder.secrets.length ? undefined : { ...holder, secrets };
};

/** Registers a certificate (PEM, RSA of at least 2048 bits, because assertions are RS256 or PS256). */
export const addCertificate = <T extends CredentialHolder>(
  holder: T,
  input: { readonly keyId: string; readonly pem: string; readonly displayName?: string },
): T => {
  roomFor(holder, 'certificates');
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(input.pem.length > 32_768 ? '' : input.pem);
  } catch {
    throw new CredentialRefused('this is no PEM certificate of at most 32 kB');
  }
  const bits = certificate.publicKey.asymmetricKeyDetails?.modulusLength ?? 0;
  if (certificate.publicKey.asymmetricKeyType !== 'rsa' || bits < 2048) {
    throw new CredentialRefused('the certificate needs an RSA key of at least 2048 bits (RS256 or PS256)');
  }
  const hash = (name: string): string => createHash(name).update(certificate.raw).digest('base64url');
  const added: ClientCertificate = {
    keyId: input.keyId,
    sha256: hash('sha256'),
    sha1: hash('sha1'),
    pem: certificate.toString(),
    ...(input.displayName === undefined ? {} : { displayName: input.displayName }),
    startDateTime: new Date(certificate.validFrom).toISOString(),
    endDateTime: new Date(certificate.validTo).toISOString(),
  };
  const others = holder.certificates.filter((known) => known.sha256 !== added.sha256);
  return { ...holder, certificates: [...others, added] };
};

/**
 * Which secret this is, at `now` (epoch milliseconds). Every stored secret is compared, each in constant time,
 * so that the time of the answer says nothing about which one came near.
 */
export const checkSecret = (
  holder: Pick<CredentialHolder, 'secrets'>,
  text: string,
  now: number,
): 'valid' | 'expired' | 'wrong' => {
  let found: ClientSecret | undefined;
  for (const secret of holder.secrets) {
    const [, salt = '', expected = ''] = secret.hash.split('$');
    const stored = Buffer.from(expected, 'base64url');
    const given = digest(salt, text);
    if (stored.length === given.length && timingSafeEqual(stored, given)) found = secret;
  }
  if (!found) return 'wrong';
  return Date.parse(found.endDateTime) <= now ? 'expired' : 'valid';
};

const digest = (salt: string, text: string): Buffer =>
  createHash('sha256').update(salt).update('$').update(text).digest();
