/** Whether the caller of a request is still who its token says: there, enabled, and not signed out since. */

import type { ArmError, Principal } from '@tombolo/arm';
import type { Reading } from '@tombolo/store/port';
import type { AuthorizationMemory } from './authorization-memory.ts';
import { callerError } from './caller-refusals.ts';
import { directoryObjectKey } from './directory-object.ts';

export interface StandingOptions {
  /** `authorization_uri` of the challenge: where to sign in. */
  readonly authorizationUri: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** Throws an ArmError of status 401 whose challenge asks for a new token. */
export type RequireStanding = (principal: Principal, reading: Reading) => Promise<void>;

/**
 * A token lives for an hour, its principal perhaps not. What changed of principals is read with what else the request reads: so a
 * revocation counts from its commit on, also where another process on the same store has written it.
 */
export const createRequireStanding =
  (memory: AuthorizationMemory, { authorizationUri, now }: StandingOptions): RequireStanding =>
  async ({ appId, objectId, tokenGeneration, managedIdentityOf }, reading) => {
    if (managedIdentityOf !== undefined) {
      // Asked for at once with what else the request reads. The resource holds it as long as it is there, whatever it is called.
      if (await reading.claim(directoryObjectKey(objectId))) return;
      throw revoked('The resource whose managed identity the access token was issued to does not exist.');
    }
    await memory.catchUp(reading);
    const standing = appId === undefined ? undefined : memory.standingOf(appId);
    if (standing === undefined || standing.objectId.toLowerCase() !== objectId.toLowerCase())
      throw revoked('The principal that the access token was issued to does not exist.');
    if (!standing.enabled) throw revoked('The principal that the access token was issued to is disabled.');
    if (standing.tokenGeneration !== (tokenGeneration ?? 0))
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
