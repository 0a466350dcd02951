/** Reads a machine's certificate request: a key that it proves to hold, and nothing else that it says. */

import { createPublicKey } from 'node:crypto';
import { Pkcs10CertificateRequest, type PublicKey } from './x509.ts';

export type RequestRefusal = 'malformed' | 'no-proof-of-possession' | 'weak-key';

/** A certificate request that is refused; the message says why. */
export class CertificateRequestRefused extends Error {
  readonly reason: RequestRefusal;
  constructor(reason: RequestRefusal, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** The largest request taken: an RSA-4096 request is about 1.7 kB. */
const maxRequestLength = 16_384;
const signatureHashes = ['SHA-256', 'SHA-384', 'SHA-512'];

/**
 * The public key of a PKCS#10 request (PEM or base64 DER), once its self-signature is verified (RFC 2986 §4.2) and the key
 * is EC P-256, EC P-384 or RSA of 2048 to 8192 bits. Subject and extensions of the request are ignored: the
 * issuer decides them. Throws {@link CertificateRequestRefused}.
 */
export const keyOfRequest = async (text: string): Promise<PublicKey> => {
  const { request, publicKey, hash } = parse(text);
  // The key is judged first: a signature by a weak or unknown key is not worth verifying.
  checkKey(publicKey);
  if (!signatureHashes.includes(hash)) {
    throw new CertificateRequestRefused(
      'no-proof-of-possession',
      'the certificate request is not signed with SHA-256, SHA-384 or SHA-512',
    );
  }
  const proven = await request.verify().catch(() => false);
  if (!proven) {
    throw new CertificateRequestRefused(
      'no-proof-of-possession',
      'the signature of the certificate request is not by the key that it names; sign it with that key',
    );
  }
  return publicKey;
};

/** The library reads parts only when they are asked for, and throws then: ask here, where it is caught. */
const parse = (
  text: string,
): { readonly request: Pkcs10CertificateRequest; readonly publicKey: PublicKey; readonly hash: string } => {
  if (text.length > maxRequestLength) {
    throw new CertificateRequestRefused(
      'malformed',
      `the certificate request is longer than ${maxRequestLength} characters`,
    );
  }
  try {
    const request = new Pkcs10CertificateRequest(text);
    const { publicKey, signatureAlgorithm } = request;
    return { request, publicKey, hash: signatureAlgorithm.hash?.name ?? '' };
  } catch {
    throw new CertificateRequestRefused('malformed', 'the certificate request is no PKCS#10 request in PEM');
  }
};

const checkKey = (key: PublicKey): void => {
  const weak = (what: string): CertificateRequestRefused =>
    new CertificateRequestRefused(
      'weak-key',
      `${what} is not accepted: use EC P-256, EC P-384 or RSA of 2048 bits`,
    );
  let object: ReturnType<typeof createPublicKey>;
  try {
    object = createPublicKey({ key: Buffer.from(key.rawData), format: 'der', type: 'spki' });
  } catch {
    throw weak('a key of unknown kind');
  }
  const details = object.asymmetricKeyDetails ?? {};
  if (object.asymmetricKeyType === 'ec') {
    if (details.namedCurve === 'prime256v1' || details.namedCurve === 'secp384r1') return;
    throw weak(`the curve ${details.namedCurve}`);
  }
  const bits = details.modulusLength ?? 0;
  if (object.asymmetricKeyType !== 'rsa') throw weak(`a key of kind ${object.asymmetricKeyType}`);
  if (bits < 2048 || bits > 8192) throw weak(`an RSA key of ${bits} bits`);
  if ((details.publicExponent ?? 0n) < 65_537n) throw weak('an RSA exponent below 65537');
};
