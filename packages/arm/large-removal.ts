/** When a deletion is more than one batch takes, and who keeps what is below from it. */

import type { HeldClaim, ListQuery, StoreReader } from '@tombolo/store/port';
import { isUnder, sameId } from './resource-id.ts';
import { useKey } from './use-claim.ts';

/** Documents below a resource that go with it in one batch: with their expectations and releases the store takes as many. */
export const mostRemoved = 4_000;

/** One more says that there are too many; the rest of them is not read. */
export const goingWith = (id: string): ListQuery => ({ under: id, limit: mostRemoved + 1 });

/** The kind of operation by which a provider deletes what has more below it. */
export const stepsKindOf = (type: string): string => `${type.split('/')[0]}/removalInSteps`;

export interface UsesBelow {
  readonly claims: readonly HeldClaim[];
  /** What is used by somebody who does not go with it. */
  readonly outside: { readonly key: string; readonly holders: readonly string[] } | undefined;
}

/** All uses of what is below, in one reading. */
export const usesBelow = async (store: StoreReader, id: string): Promise<UsesBelow> => {
  const claims = await store.claimsUnder(useKey(`${id}/`));
  for (const { key, holders } of claims) {
    const others = holders.filter((holder) => !isUnder(holder, id) && !sameId(holder, id));
    if (others.length > 0) return { claims, outside: { key, holders: others } };
  }
  return { claims, outside: undefined };
};
