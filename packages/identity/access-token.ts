/** Verifies the bearer token of a request and says who the caller is. */

import { createPublicKey, hash, type KeyObject } from 'node:crypto';
import { ArmError, type Principal } from '@tombolo/arm';
import { decodeJwt, decodeProtectedHeader, errors, jwtVerify } from 'jose';
import { z } from 'zod';
import { generationClaim, managedIdentityClaim } from './access-token-issue.ts';
import { BoundedMap } from './bounded-map.ts';
import { callerError } from './caller-refusals.ts';
import { publicKeys, type SigningKeyRing } from './signing-keys.ts';
import { issuerOf, normalAudience } from './tenant-directory.ts';

export interface AccessTokenVerifierOptions {
  /** The token service's origins; the first is named in challenges. */
  readonly origins: readonly string[];
  readonly tenantIds: readonly string[];
  /** Compared without case and trailing slash. */
  readonly audiences: readonly string[];
  readonly signingKeys: () => Promise<SigningKeyRing>;
  readonly now: () => number;
  /** Tokens remembered after their signature was verified. */
  readonly cacheEntries?: number;
}

export interface AccessTokenVerifier {
  /** Takes the Authorization header. Throws ArmError 401 with ARM's codes and a challenge. */
  verify(authorization: string | undefined): Promise<Principal>;
}

/** Clocks may differ by this much. */
const skewSeconds = 300;
const maxTokenLength = 16_384;

const claimsShape = z.object({
  oid: z.string().min(1),
  tid: z.string().min(1),
  appid: z.string().optional(),
  azp: z.string().optional(),
  idtyp: z.string().optional(),
  [generationClaim]: z.int().nonnegative().optional(),
  [managedIdentityClaim]: z.string().min(1).optional(),
  aud: z.union([z.string(), z.array(z.string())]),
  exp: z.number(),
});

interface Verified {
  readonly principal: Principal;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
  readonly kid: string;
}

export const createAccessTokenVerifier = (options: AccessTokenVerifierOptions): AccessTokenVerifier => {
  const { origins, tenantIds, now } = options;
  const audiences = new Set(options.audiences.map(normalAudience));
  const issuers = origins.flatMap((origin) =>
    tenantIds.flatMap((tenant) => [issuerOf(origin, tenant, 1), issuerOf(origin, tenant, 2)]),
  );
  const cache = new BoundedMap<string, Verified>(options.cacheEntries ?? 10_000);
  const imported = new BoundedMap<string, KeyObject>(64);

  /** @param detail for the challenge, where the message repeats what was sent: a header takes no quotation marks */
  const challenged = ({ code, status, message }: ArmError, detail = message): ArmError =>
    new ArmError({
      code,
      status,
      message,
      headers: {
        // RFC 6750 §3, with the parameter by which ARM's clients find the tenant.
        'www-authenticate': `Bearer authorization_uri="${origins[0]}/${tenantIds[0]}", error="invalid_token", error_description="${detail}"`,
      },
    });
  const invalid = (): ArmError => challenged(callerError('InvalidAuthenticationToken', []));
  const expired = (at: number): ArmError =>
    challenged(
      callerError('ExpiredAuthenticationToken', [new Date(at).toISOString(), new Date(now()).toISOString()]),
    );

  const verifySignature = async (token: string, ring: SigningKeyRing) => {
    const { kid } = decodeProtectedHeader(token);
    const published = publicKeys(ring, now()).find((key) => key.kid === kid);
    if (!published) throw invalid();
    const key = imported.get(published.kid) ?? createPublicKey({ key: { ...published }, format: 'jwk' });
    imported.set(published.kid, key);
    const { payload } = await jwtVerify(token, key, {
      algorithms: ['RS256'],
      issuer: [...issuers],
      currentDate: new Date(now()),
      clockTolerance: skewSeconds,
      requiredClaims: ['exp', 'nbf', 'aud', 'tid', 'oid'],
    });
    return { payload, kid: published.kid };
  };

  const check = async (token: string, ring: SigningKeyRing): Promise<Verified> => {
    const { payload, kid } = await verifySignature(token, ring);
    const claims = claimsShape.parse(payload);
    // A tenant may not vouch for another: the issuer's path names the token's own.
    const own = origins.some((o) => [1, 2].some((v) => payload.iss === issuerOf(o, claims.tid, v as 1 | 2)));
    if (!own) throw invalid();
    const asked = [claims.aud].flat();
    if (!asked.some((audience) => audiences.has(normalAudience(audience)))) {
      throw challenged(
        callerError('InvalidAuthenticationTokenAudience', [
          asked.join(' ').slice(0, 200),
          [...audiences].join("','"),
        ]),
        'The access token is for another audience.',
      );
    }
    const appId = claims.appid ?? claims.azp;
    const generation = claims[generationClaim];
    const managedIdentityOf = claims[managedIdentityClaim];
    return {
      principal: {
        objectId: claims.oid,
        tenantId: claims.tid,
        kind: claims.idtyp === 'app' ? 'ServicePrincipal' : 'User',
        ...(appId === undefined ? {} : { appId }),
        ...(generation === undefined ? {} : { tokenGeneration: generation }),
        ...(managedIdentityOf === undefined ? {} : { managedIdentityOf }),
      },
      expiresAt: (claims.exp + skewSeconds) * 1000,
      kid,
    };
  };

  return {
    async verify(authorization) {
      if (!authorization) {
        throw challenged(callerError('AuthenticationFailed', ['missing']));
      }
      const token = /^Bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(
        authorization.slice(0, maxTokenLength + 8),
      )?.[1];
      if (token === undefined) {
        throw challenged(callerError('AuthenticationFailed', ['provided in an invalid format']));
      }
      const ring = await options.signingKeys();
      // The key of the cache is a hash: a heap dump then shows fewer live tokens.
      const key = hash('sha256', token, 'base64url');
      const known = cache.get(key);
      if (known && publicKeys(ring, now()).some(({ kid }) => kid === known.kid)) {
        if (now() < known.expiresAt) return known.principal;
        cache.delete(key);
      }
      try {
        const verified = await check(token, ring);
        cache.set(key, verified);
        return verified.principal;
      } catch (error) {
        if (error instanceof ArmError) throw error;
        if (error instanceof errors.JWTExpired) throw expired((decodeJwt(token).exp ?? 0) * 1000);
        throw invalid();
      }
    },
  };
};
