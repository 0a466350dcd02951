/** Client assertions (RFC 7523 §3): a token signed by a registered certificate in place of a secret. */

import { X509Certificate } from 'node:crypto';
import {
  compactVerify,
  decodeJwt,
  decodeProtectedHeader,
  type JWTPayload,
  type ProtectedHeaderParameters,
} from 'jose';
import { z } from 'zod';
import type { ClientCertificate } from './credentials.ts';
import type { ServicePrincipal } from './service-principals.ts';
import { TokenError } from './token-error.ts';

export const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

const skewSeconds = 300;
/** How far ahead `exp` may be: an assertion is remembered until then. */
const longestLifeSeconds = 86_400;
const maxLength = 16_384;

/** The client that an assertion speaks for, before anything is verified; undefined where it is no JWT. */
export const claimedClient = (assertion: string): string | undefined => {
  try {
    const { sub } = decodeJwt(assertion.slice(0, maxLength));
    return typeof sub === 'string' ? sub : undefined;
  } catch {
    return undefined;
  }
};

/**
 * Verifies form, signature by a certificate of `principal`, client, audience and times. Returns what the replay
 * check needs. Throws TokenError 700021, 700023, 700024, 700027 or 9002313.
 */
export const verifyAssertion = async (input: {
  readonly assertion: string;
  readonly principal: ServicePrincipal;
  /** The token endpoints and issuers of this tenant, in every spelling. */
  readonly audiences: readonly string[];
  readonly now: number;
}): Promise<{ readonly id: string; readonly expiresAt: number }> => {
  const { header, payload } = decode(input.assertion);
  await verifySignature(input.assertion, header, certificateFor(header, input.principal, input.now));
  const client = input.principal.appId.toLowerCase();
  if (payload.iss?.toLowerCase() !== client || payload.sub?.toLowerCase() !== client)
    throw new TokenError(700021);
  const audiences = [payload.aud ?? []].flat();
  if (!audiences.some((audience) => input.audiences.includes(audience.toLowerCase().replace(/\/$/, '')))) {
    throw new TokenError(700023, [audiences.join(' ')]);
  }
  return { id: payload.jti ?? '', expiresAt: checkTimes(payload, Math.floor(input.now / 1000)) };
};

const decode = (
  assertion: string,
): { readonly header: ProtectedHeaderParameters; readonly payload: JWTPayload } => {
  if (assertion.length > maxLength) {
    throw new TokenError(9002313, [`the client assertion is longer than ${maxLength} characters`]);
  }
  let payload: JWTPayload;
  let header: ProtectedHeaderParameters;
  try {
    header = decodeProtectedHeader(assertion);
    payload = decodeJwt(assertion);
  } catch {
    throw new TokenError(9002313, ['the client assertion is no JWT']);
  }
  const wrong = claimsShape.safeParse(payload).error?.issues[0];
  if (wrong)
    throw new TokenError(9002313, [
      `the claim '${String(wrong.path[0])}' of the client assertion is of a wrong type`,
    ]);
  return { header, payload };
};

/** RFC 7519 §4.1; the library reads whatever is there. */
const text = z.string().optional();
const date = z.number().optional();
const claimsShape = z.object({
  ...{ iss: text, sub: text, jti: text, exp: date, nbf: date, iat: date },
  aud: z.union([z.string(), z.array(z.string())]).optional(),
});

const certificateFor = (
  header: ProtectedHeaderParameters,
  principal: ServicePrincipal,
  now: number,
): ClientCertificate => {
  const sha256 = thumbprintIn(header['x5t#S256']);
  const sha1 = thumbprintIn(header.x5t);
  const found = principal.certificates.find((certificate) =>
    sha256 === undefined ? certificate.sha1 === sha1 : certificate.sha256 === sha256,
  );
  if (!found) {
    throw new TokenError(700027, [
      `no certificate with the thumbprint of its 'x5t' or 'x5t#S256' header is registered for '${principal.appId}'`,
    ]);
  }
  const start = Date.parse(found.startDateTime) - skewSeconds * 1000;
  if (Date.parse(found.endDateTime) <= now || start > now) {
    throw new TokenError(700027, [
      `the certificate is valid from ${found.startDateTime} to ${found.endDateTime}`,
    ]);
  }
  return found;
};

/** Some clients pad the thumbprint or write it in plain Base64, which Entra takes too. */
const thumbprintIn = (value: unknown): string | undefined =>
  typeof value === 'string' ? Buffer.from(value, 'base64').toString('base64url') : undefined;

const verifySignature = async (
  assertion: string,
  header: ProtectedHeaderParameters,
  certificate: ClientCertificate,
): Promise<void> => {
  if (header.alg !== 'RS256' && header.alg !== 'PS256') {
    throw new TokenError(700027, [`the algorithm '${header.alg}' is not accepted; sign with RS256 or PS256`]);
  }
  try {
    const key = new X509Certificate(certificate.pem).publicKey;
    await compactVerify(assertion, key, { algorithms: [header.alg] });
  } catch {
    throw new TokenError(700027, ['the signature is not by the registered certificate']);
  }
};

const checkTimes = (payload: JWTPayload, now: number): number => {
  const { exp, nbf, iat } = payload;
  if (exp === undefined) throw new TokenError(700024, ["it has no 'exp' claim"]);
  if (exp + skewSeconds <= now) throw new TokenError(700024, [`it expired ${now - exp} seconds ago`]);
  if (exp > now + longestLifeSeconds) {
    throw new TokenError(700024, [`it is valid for more than ${longestLifeSeconds} seconds`]);
  }
  const start = Math.max(nbf ?? 0, iat ?? 0);
  if (start > now + skewSeconds) throw new TokenError(700024, [`it is valid in ${start - now} seconds only`]);
  return (exp + skewSeconds) * 1000;
};
