/** R7: what a network finds in the zones that it is linked to, and what a write about it, and not about the zones, changes there. */

import { type OperationContext, sameId } from '@tombolo/arm';
import { concernsArc, type Member, type ZoneWarning, zoneWarnings } from '@tombolo/private-link';
import { nameOf, parentIdOf } from '@tombolo/store/document';
import type { Document } from '@tombolo/store/port';
import {
  answeringNames,
  besidesOf,
  loadAnswering,
  loadLinkIds,
  loadNeeded,
  redirects,
} from './linked-zones.ts';

/** A zone that has to do with Arc and is linked to the network. */
export interface LinkOfNetwork {
  readonly id: string;
  readonly zoneId: string;
  readonly records: readonly Document[];
  readonly redirectsToPublic: boolean;
  /** Which names the network was taken to need until now. */
  readonly members: readonly Member[];
}

export const loadLinksOfNetwork = async (
  { store, settings }: Pick<OperationContext, 'store' | 'settings'>,
  networkId: string,
): Promise<readonly LinkOfNetwork[]> => {
  const judged = (await loadLinkIds(store, networkId)).filter((id) =>
    concernsArc(nameOf(parentIdOf(id)), settings.suffixes),
  );
  return Promise.all(
    judged.map(async (id) => {
      const [records, link] = await Promise.all([loadAnswering(store, parentIdOf(id)), store.get(id)]);
      const zoneId = parentIdOf(link?.id ?? id);
      const members = await loadNeeded(store, settings, networkId, nameOf(zoneId), records);
      const redirectsToPublic = link !== undefined && redirects(link);
      return { id, zoneId, records, redirectsToPublic, members };
    }),
  );
};

/** `members`: which names it needs from now on; `without`: the link that goes, and lets the other zones have its names. */
export const warningsOfNetwork = (
  networkId: string,
  links: readonly LinkOfNetwork[],
  change: { readonly members: readonly Member[] } | { readonly without: string },
): readonly ZoneWarning[] => {
  const ids = links.map(({ id }) => id);
  const goes = (id: string): boolean => 'without' in change && sameId(change.without, id);
  const kept = links.filter(({ id }) => !goes(id));
  return kept.flatMap(({ zoneId, records, redirectsToPublic, members: membersBefore }) => {
    const answers = answeringNames(records);
    const linked = {
      networkId,
      redirectsToPublic,
      members: 'members' in change ? change.members : membersBefore,
      membersBefore,
      besides: besidesOf(
        ids.filter((id) => !goes(id)),
        zoneId,
      ),
      besidesBefore: besidesOf(ids, zoneId),
    };
    return zoneWarnings({ zoneId, before: answers, after: answers, networks: [linked] });
  });
};
