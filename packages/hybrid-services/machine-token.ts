/** Short tokens for machines, bound to the machine's key (RFC 9449 §6: `cnf.jkt`), signed ES256 by the newest token key. */

import { decodeProtectedHeader, importJWK, jwtVerify, SignJWT } from 'jose';
import { serviceError } from './errors.ts';
import type { HybridState, TokenKey } from './projection.ts';

/** About ten minutes: a revocation does not wait for it, each request looks the certificate up. */
export const tokenLifetimeSeconds = 600;

const issuer = 'tombolo-token-service';
const audience = 'tombolo-hybrid-services';

export interface TokenClaims {
  readonly machineId: string;
  readonly serial: string;
  /** RFC 7638 thumbprint of the key that every proof must be signed by. */
  readonly keyThumbprint: string;
  readonly agentVersion?: string;
}

const privateKey = (key: TokenKey) => importJWK(key.privateKeyJwk, 'ES256');
const publicKey = (key: TokenKey) => {
  const { d: _, ...open } = key.privateKeyJwk;
  return importJWK(open, 'ES256');
};

/** @throws ArmError 503 while there is no key yet. */
export const issueToken = async (
  claims: TokenClaims,
  state: HybridState,
  now: number,
  newGuid: () => string,
): Promise<string> => {
  const key = state.tokenKeys()[0];
  if (key === undefined) throw serviceError('ControlUnavailable', [], { retryAfterSeconds: 5 });
  const seconds = Math.floor(now / 1000);
  return new SignJWT({
    serial: claims.serial,
    cnf: { jkt: claims.keyThumbprint },
    // Left out of the JSON where it is undefined.
    agent_version: claims.agentVersion,
  })
    .setProtectedHeader({ alg: 'ES256', kid: key.kid, typ: 'at+jwt' })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject(claims.machineId)
    .setJti(newGuid())
    .setIssuedAt(seconds)
    .setExpirationTime(seconds + tokenLifetimeSeconds)
    .sign(await privateKey(key));
};

const refuse = (why: string): never => {
  throw serviceError('AuthenticationFailed', [`the token is refused: ${why}`]);
};

/** @throws ArmError 401 */
export const verifyToken = async (token: string, state: HybridState, now: number): Promise<TokenClaims> => {
  let kid: string | undefined;
  try {
    kid = decodeProtectedHeader(token).kid;
  } catch {
    return refuse('it is no JWT');
  }
  const key = state.tokenKeys().find((candidate) => candidate.kid === kid);
  if (key === undefined) return refuse('its key is unknown');
  const verified = await publicKey(key)
    .then((open) =>
      jwtVerify(token, open, {
        issuer,
        audience,
        algorithms: ['ES256'],
        typ: 'at+jwt',
        currentDate: new Date(now),
      }),
    )
    .catch(() => undefined);
  if (verified === undefined) return refuse('its signature or lifetime does not hold');
  const { sub, serial, cnf, agent_version: agentVersion } = verified.payload;
  const jkt = (cnf as { readonly jkt?: unknown } | undefined)?.jkt;
  if (typeof sub !== 'string' || typeof serial !== 'string' || typeof jkt !== 'string') {
    return refuse('claims are missing');
  }
  return {
    // It may have been moved since.
    machineId: state.identity(sub, { serial, keyThumbprint: jkt })?.machineId ?? sub,
    serial,
    keyThumbprint: jkt,
    ...(typeof agentVersion === 'string' ? { agentVersion } : {}),
  };
};
