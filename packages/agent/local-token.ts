/** `/metadata/identity/oauth2/token`: a token for who can read the challenge's file. */

import type { ChallengeFiles } from './challenge-files.ts';
import { type LocalAnswer, type LocalRefusal, notConnected, refused } from './local-answer.ts';

export interface IdentityToken {
  readonly accessToken: string;
  /** Seconds since 1970. */
  readonly expiresOn: number;
  /** As it was asked for. */
  readonly resource: string;
}

export interface LocalTokenOptions {
  readonly challenges: ChallengeFiles;
  /** Of the machine's system-assigned identity; undefined while it is not connected. Throws NetworkFault, ServiceRefusal. */
  readonly newToken: (resource: string) => Promise<IdentityToken | undefined>;
  readonly now: () => number;
}

/** A refusal that carries a challenge names its file. */
type Outcome = LocalAnswer | (LocalRefusal & { readonly challenge?: string });

/** A token with less left is asked for anew. */
const freshMs = 300_000;
const mostResources = 32;
/** Of user-assigned identities: a machine has none, and its own must not stand in for another. */
const selectors = ['client_id', 'object_id', 'principal_id', 'msi_res_id', 'mi_res_id'];

export const createLocalToken = ({ challenges, newToken, now }: LocalTokenOptions) => {
  const kept = new Map<string, IdentityToken>();

  const tokenFor = async (resource: string, bypassCache: boolean): Promise<IdentityToken | undefined> => {
    const known = kept.get(resource);
    if (!bypassCache && known !== undefined && known.expiresOn * 1000 - now() > freshMs) return known;
    const token = await newToken(resource);
    kept.delete(resource);
    if (token === undefined) return undefined;
    kept.set(resource, token);
    const [oldest] = kept.keys();
    if (oldest !== undefined && kept.size > mostResources) kept.delete(oldest);
    return token;
  };

  return {
    /** Of another connection than before nothing is kept. */
    forget: (): void => kept.clear(),
    answer: async (query: URLSearchParams, authorization: string | undefined): Promise<Outcome> => {
      const resources = query.getAll('resource');
      const [resource = ''] = resources;
      if (resources.length !== 1 || resource === '' || resource.length > 1_024)
        return refused(400, 'invalid_request', 'The query parameter resource has to be there once');
      if (selectors.some((name) => query.has(name)))
        return refused(400, 'invalid_request', 'Identity not found');
      if (authorization === undefined) {
        const challenge = await challenges.issue();
        return { ...refused(401, 'unauthorized_client', 'Missing Basic Authorization header'), challenge };
      }
      const content = /^Basic ([\x21-\x7e]{1,4096})$/i.exec(authorization)?.[1];
      if (content === undefined || !(await challenges.redeem(content)))
        return refused(401, 'unauthorized_client', 'Invalid Basic Authorization header');
      const token = await tokenFor(resource, query.get('bypass_cache')?.toLowerCase() === 'true');
      if (token === undefined) return notConnected;
      const left = String(Math.max(0, token.expiresOn - Math.floor(now() / 1000)));
      return {
        status: 200,
        body: {
          access_token: token.accessToken,
          expires_in: left,
          ext_expires_in: left,
          expires_on: String(token.expiresOn),
          resource: token.resource,
          token_type: 'Bearer',
        },
      };
    },
  };
};
