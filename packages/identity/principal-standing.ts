/** Whether the caller of a request is still who its token says: there, enabled, and not signed out since. */

import type { ArmError, Principal } from '@tombolo/arm';
import type { Document, StoreReader } from '@tombolo/store/port';
import { BoundedMap } from './bounded-map.ts';
import { callerError } from './caller-refusals.ts';
import {
  readServicePrincipal,
  type ServicePrincipal,
  servicePrincipalId,
  tokenGenerationOf,
} from './service-principals.ts';

export interface StandingOptions {
  /** `authorization_uri` of the challenge: where to sign in. */
  readonly authorizationUri: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** Throws an ArmError of status 401 whose challenge asks for a new token. Reads one document, with the request's own. */
export type RequireStanding = (principal: Principal, reading: Pick<StoreReader, 'get'>) => Promise<void>;

/** What the document says; its form is checked once a version, which no other document of its id ever has. */
const principalReader = (): ((document: Document) => ServicePrincipal | undefined) => {
  const known = new BoundedMap<string, { version: number; principal: ServicePrincipal | undefined }>(1_000);
  return ({ id, version, body }) => {
    let read = known.get(id);
    if (read?.version !== version) {
      read = { version, principal: readServicePrincipal(body) };
      known.set(id, read);
    }
    return read.principal;
  };
};

/**
 * A token lives for an hour, its principal perhaps not. The principal's document is read with what else the request reads: so a
 * revocation counts from its commit on, also where another process on the same store has written it.
 */
export const createRequireStanding = ({ authorizationUri, now }: StandingOptions): RequireStanding => {
  const principalOf = principalReader();
  return async ({ appId, objectId, tokenGeneration }, reading) => {
    const document = appId === undefined ? undefined : await reading.get(servicePrincipalId(appId));
    const principal = document && principalOf(document);
    if (principal === undefined || principal.objectId.toLowerCase() !== objectId.toLowerCase())
      throw revoked('The principal that the access token was issued to does not exist.');
    if (!principal.enabled) throw revoked('The principal that the access token was issued to is disabled.');
    if (tokenGenerationOf(principal) !== (tokenGeneration ?? 0))
      throw revoked('The access token was issued before the tokens of its principal were revoked.');

    function revoked(why: string): ArmError {
      // What continuous access evaluation asks for: clients that know it sign in again by themselves and repeat the request.
      const claims = JSON.stringify({
        access_token: { nbf: { essential: true, value: String(Math.floor(now() / 1000)) } },
      });
      return callerError('InvalidAuthenticationToken', [why], {
        headers: {
          'www-authenticate': `Bearer realm="", authorization_uri="${authorizationUri}", error="insufficient_claims", error_description="${why}", claims="${Buffer.from(claims).toString('base64')}"`,
        },
      });
    }
  };
};
