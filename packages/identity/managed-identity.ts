/** Access tokens for the identity that a resource has: no secret signs it in, its resource provider vouches for it. */

import { createHash } from 'node:crypto';
import { accessTokenClaims, createTokenSigner } from './access-token-issue.ts';
import { type SigningKeyRing, tokenLifetimeSeconds } from './signing-keys.ts';
import { findResource, type TokenResource } from './tenant-directory.ts';
import { TokenError } from './token-error.ts';

interface ManagedIdentity {
  /** `identity.principalId` of the resource. */
  readonly objectId: string;
  readonly resourceId: string;
}

export interface ManagedIdentityToken {
  readonly accessToken: string;
  /** As it was asked for. */
  readonly resource: string;
  /** Seconds since 1970. */
  readonly expiresOn: number;
  readonly expiresInSeconds: number;
}

/** Throws TokenError 500011 where the resource that is asked for is unknown. */
export type IssueIdentityToken = (
  identity: ManagedIdentity,
  resource: string,
) => Promise<ManagedIdentityToken>;

/**
 * Its client id. ARM shows none of a system-assigned identity, so it is made of the object id and stored nowhere (RFC 9562 §5.8:
 * version 8, whose bits are ours).
 */
export const clientIdOf = (objectId: string): string => {
  const bytes = createHash('sha256')
    .update(`client id of ${objectId.toLowerCase()}`)
    .digest()
    .subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
};

export const createIdentityTokens = (options: {
  /** The token service's own. */
  readonly origin: string;
  readonly tenantId: string;
  readonly resources: readonly TokenResource[];
  readonly signingKeys: () => Promise<SigningKeyRing>;
  readonly now: () => number;
  readonly newGuid: () => string;
}): IssueIdentityToken => {
  const sign = createTokenSigner();
  return async ({ objectId, resourceId }, asked) => {
    const { origin, tenantId } = options;
    const resource = findResource(options.resources, asked);
    if (!resource) throw new TokenError(500011, [asked.slice(0, 256), tenantId]);
    const claims = accessTokenClaims({
      ...{ origin, tenantId, objectId, audience: asked, version: resource.tokenVersion },
      appId: clientIdOf(objectId),
      managedIdentityOf: resourceId,
      generation: 0,
      authentication: 'certificate',
      now: options.now(),
      tokenId: options.newGuid(),
    });
    const accessToken = await sign((await options.signingKeys()).current, claims);
    return {
      accessToken,
      resource: asked,
      expiresOn: claims.exp ?? 0,
      expiresInSeconds: tokenLifetimeSeconds,
    };
  };
};
