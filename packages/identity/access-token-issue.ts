/** Access tokens: the claims that Entra puts into an application's token, signed with the current key. */

import { createPrivateKey, type KeyObject } from 'node:crypto';
import { type JWTPayload, SignJWT } from 'jose';
import { BoundedMap } from './bounded-map.ts';
import { type SigningKey, tokenLifetimeSeconds } from './signing-keys.ts';
import { issuerOf } from './tenant-directory.ts';

export interface TokenSubject {
  readonly origin: string;
  readonly tenantId: string;
  /** As the client asked for it. */
  readonly audience: string;
  readonly version: 1 | 2;
  readonly appId: string;
  readonly objectId: string;
  /** The resource whose managed identity it is; absent: an application's. */
  readonly managedIdentityOf?: string;
  /** Of the principal's tokens; the first is not said, as Entra knows none. */
  readonly generation: number;
  readonly authentication: 'secret' | 'certificate';
  /** Epoch milliseconds. */
  readonly now: number;
  /** `uti`: unique for each token. */
  readonly tokenId: string;
}

/** Ours: by it a token is told from those of the same second that were issued before a revocation. */
export const generationClaim = 'tombolo_generation';

/** Entra's: the resource that a managed identity is of. */
export const managedIdentityClaim = 'xms_mirid';

/** Claims of an app-only token (Microsoft Learn, "Access token claims reference"), 3599 s long. */
export const accessTokenClaims = (subject: TokenSubject): JWTPayload => {
  const { version } = subject;
  const issuedAt = Math.floor(subject.now / 1000);
  // 1: a client secret, 2: a client certificate.
  const method = subject.authentication === 'secret' ? '1' : '2';
  const issuer = issuerOf(subject.origin, subject.tenantId, version);
  return {
    aud: subject.audience,
    iss: issuer,
    iat: issuedAt,
    nbf: issuedAt,
    exp: issuedAt + tokenLifetimeSeconds,
    ...(version === 1
      ? { appid: subject.appId, appidacr: method, idp: issuer }
      : { azp: subject.appId, azpacr: method }),
    idtyp: 'app',
    oid: subject.objectId,
    sub: subject.objectId,
    tid: subject.tenantId,
    uti: subject.tokenId,
    ver: version === 1 ? '1.0' : '2.0',
    ...(subject.generation === 0 ? {} : { [generationClaim]: subject.generation }),
    ...(subject.managedIdentityOf === undefined ? {} : { [managedIdentityClaim]: subject.managedIdentityOf }),
  };
};

export type TokenSigner = (key: SigningKey, claims: JWTPayload) => Promise<string>;

/** A signer that keeps the keys that it imported. */
export const createTokenSigner = (): TokenSigner => {
  const imported = new BoundedMap<string, KeyObject>(4);
  return async (key, claims) => {
    let object = imported.get(key.kid);
    if (!object) {
      object = createPrivateKey({ key: key.jwk, format: 'jwk' });
      imported.set(key.kid, object);
    }
    return new SignJWT(claims).setProtectedHeader({ typ: 'JWT', alg: 'RS256', kid: key.kid }).sign(object);
  };
};
