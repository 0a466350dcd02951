/** Stores that an earlier version wrote: principals and machines' identities are found by their object ids from now on. */

import { directoryObjectClaim, readServicePrincipal, servicePrincipalType } from '@tombolo/identity';
import type { Store } from '@tombolo/store';
import { objectAt, textAt } from '@tombolo/store/document';
import type { Claim, Document } from '@tombolo/store/port';

/** Documents looked at at once: a fleet is not held in memory for it. */
const most = 1_000;
/** The fact that says that it is done: what is written since comes with its claims. */
const doneKey = 'done:directory-object-claims';

const objectIdOf = ({ type, body }: Document): string | undefined =>
  type === servicePrincipalType
    ? readServicePrincipal(body)?.objectId
    : textAt(objectAt(body, 'identity'), 'principalId');

/** Takes the claims that are missing, once in a store's life: a start must not take longer the larger the fleet is. */
export const claimDirectoryObjects = async (store: Store, now: () => number): Promise<void> => {
  if ((await store.facts([doneKey])).has(doneKey)) return;
  for (const type of [servicePrincipalType, 'Microsoft.HybridCompute/machines']) {
    let after: string | undefined = '';
    while (after !== undefined) {
      const page: readonly Document[] = await store.list({ type, after, limit: most });
      await claimMissing(store, page);
      after = page.length < most ? undefined : page.at(-1)?.id;
    }
  }
  await store.recordFacts([{ key: doneKey, at: now(), value: {} }]);
};

const claimMissing = async (store: Store, documents: readonly Document[]): Promise<void> => {
  const claims = documents.flatMap((document): readonly Claim[] => {
    const objectId = objectIdOf(document);
    return objectId === undefined ? [] : [directoryObjectClaim(objectId, document.id)];
  });
  const { claims: held } = await store.read({ claims: claims.map(({ key }) => key) });
  const missing = claims.filter(({ key }) => !held.has(key));
  if (missing.length > 0) await store.commit({ claims: missing });
};
