/** In which order a resource group's deletion takes this provider's resources: users before what they use. */

import type { Provider } from '@tombolo/arm';

/** Lower first; what has no rank of its own is 50. */
const defaultRank = 50;

/** The types that are deleted by themselves, first to last; the others go with their parents. Read from the types. */
export const deletionOrderOf = (
  provider: Provider,
): readonly { readonly type: string; readonly rank: number }[] =>
  provider.types
    .flatMap(({ type, put, deletionRank = defaultRank }) =>
      put === undefined || deletionRank === 'with-parent' ? [] : [{ type, rank: deletionRank }],
    )
    .sort((left, right) => left.rank - right.rank);
