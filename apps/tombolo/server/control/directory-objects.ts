/** Stores that an earlier version wrote: principals and machines' identities are found by their object ids from now on. */

import {
  directoryObjectClaim,
  directoryObjectKey,
  readServicePrincipal,
  servicePrincipalType,
} from '@tombolo/identity';
import type { Store } from '@tombolo/store';
import { objectAt, textAt } from '@tombolo/store/document';
import type { Claim, Document } from '@tombolo/store/port';

/** Claims of one batch. */
const most = 1_000;

const objectIdOf = ({ type, body }: Document): string | undefined =>
  type === servicePrincipalType
    ? readServicePrincipal(body)?.objectId
    : textAt(objectAt(body, 'identity'), 'principalId');

/** Takes the claims that are missing; what came with them needs none. */
export const claimDirectoryObjects = async (store: Store): Promise<void> => {
  const lists = await Promise.all(
    [servicePrincipalType, 'Microsoft.HybridCompute/machines'].map((type) => store.list({ type })),
  );
  const held = new Set((await store.claimsUnder(directoryObjectKey(''))).map(({ key }) => key));
  const missing: Claim[] = lists.flat().flatMap((document) => {
    const objectId = objectIdOf(document);
    const claim = objectId === undefined ? undefined : directoryObjectClaim(objectId, document.id);
    return claim && !held.has(claim.key) ? [claim] : [];
  });
  for (let from = 0; from < missing.length; from += most)
    await store.commit({ claims: missing.slice(from, from + most) });
};
