/** What a verdict on one entry needs to know of the others: who supersedes it, whether its cloud states private link at all. */

import type { RequirementQuery } from './query.ts';
import type { Requirement } from './requirement.ts';
import { type Gap, gapsOf } from './version-bounds.ts';

export interface CatalogueFacts {
  /** Some row of the query's cloud says that it goes to a private endpoint. */
  readonly privateLinkStated: boolean;
  /** Versions that the query names and that fall between the last bound and the next. */
  readonly gaps: readonly Gap[];
  readonly successorOf: (entry: Requirement) => Requirement | undefined;
}

export const factsFor = (requirements: readonly Requirement[], query: RequirementQuery): CatalogueFacts => {
  const own = requirements.filter((entry) => entry.cloud === query.cloud);
  const byId = new Map(own.map((entry) => [entry.id, entry]));
  return {
    privateLinkStated: own.some((entry) => entry.privateLink === 'private'),
    gaps: gapsOf(own, query),
    successorOf: ({ supersededBy }) => (supersededBy === undefined ? undefined : byId.get(supersededBy)),
  };
};
