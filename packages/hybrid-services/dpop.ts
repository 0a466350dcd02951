/** Proof of possession: each request carries a JWT signed by the machine's key for this very request (RFC 9449). */

import { createHash } from 'node:crypto';
import { decodeProtectedHeader, importJWK, jwtVerify } from 'jose';
import { serviceError } from './errors.ts';
import { parsePublicKeyJwk, thumbprint } from './public-key.ts';
import type { ReplayCache } from './replay-cache.ts';

/** RFC 9449 §11.1 leaves the window to the server: clocks of machines may be this far off, either way. */
export const proofWindowMs = 300_000;

/** RFC 9449 §4.2: base64url of the SHA-256 of the access token. */
export const accessTokenHash = (token: string): string =>
  createHash('sha256').update(token).digest('base64url');

export interface ProofExpectation {
  /** The `DPoP` header. */
  readonly proof: string | undefined;
  readonly method: string;
  /** The URL of the request; query and fragment are not compared (§4.3). */
  readonly url: string;
  /** With a token: `ath` must be its hash. */
  readonly accessToken?: string;
  readonly replays: ReplayCache;
  /** Epoch milliseconds. */
  readonly now: number;
}

const refuse = (why: string): never => {
  throw serviceError('AuthenticationFailed', [`the DPoP proof is refused: ${why}`]);
};

/** Scheme and host in lower case, default port dropped, no query (RFC 9449 §4.3, RFC 3986 §6.2). */
export const comparableUrl = (text: unknown): string | undefined => {
  if (typeof text !== 'string' || text.length > 2048 || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  return `${url.protocol}//${url.host}${url.pathname}`;
};

/**
 * The checks of RFC 9449 §4.3.
 * @returns the RFC 7638 thumbprint of the key that signed.
 * @throws ArmError 401
 */
export const verifyProof = async (expected: ProofExpectation): Promise<string> => {
  const { proof, now } = expected;
  if (proof === undefined || proof === '') return refuse('there is none');
  if (proof.length > 4096) return refuse('it is too long');
  let header: ReturnType<typeof decodeProtectedHeader>;
  try {
    header = decodeProtectedHeader(proof);
  } catch {
    return refuse('it is no JWT');
  }
  if (header.typ !== 'dpop+jwt') return refuse('typ is not dpop+jwt');
  if (header.alg !== 'ES256') return refuse('alg is not ES256');
  const jwk = parsePublicKeyJwk(header.jwk);
  if (jwk === undefined) return refuse('jwk is no P-256 public key');
  const verified = await importJWK({ ...jwk }, 'ES256')
    .then((key) =>
      jwtVerify(proof, key, { algorithms: ['ES256'], typ: 'dpop+jwt', currentDate: new Date(now) }),
    )
    .catch(() => undefined);
  if (verified === undefined) return refuse('its signature does not match its key');
  const { htm, htu, iat, jti, ath } = verified.payload;
  if (htm !== expected.method) return refuse('htm is another method');
  const wanted = comparableUrl(expected.url);
  if (wanted === undefined || comparableUrl(htu) !== wanted) return refuse('htu is another URL');
  if (typeof iat !== 'number' || Math.abs(now - iat * 1000) > proofWindowMs) {
    return refuse("iat is too far from this service's clock");
  }
  if (expected.accessToken !== undefined && ath !== accessTokenHash(expected.accessToken)) {
    return refuse('ath is not the hash of the token');
  }
  if (typeof jti !== 'string' || jti.length < 8 || jti.length > 128)
    return refuse('jti is missing or of a bad length');
  const key = thumbprint(jwk);
  // Last, so that only proofs that are good otherwise take room.
  const freshness = expected.replays.use(`dpop ${key} ${jti}`, iat * 1000 + proofWindowMs + 1000);
  if (freshness === 'full')
    throw serviceError('ServiceBusy', ['The replay cache'], { retryAfterSeconds: 30 });
  return freshness === 'replayed' ? refuse('it has been used before') : key;
};
