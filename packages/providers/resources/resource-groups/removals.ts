/** How a resource group's deletion asks each resource's own type, and what goes into one batch. */

import type { Effects, Principal, Removal, StartedOperation, StepInput } from '@tombolo/arm';
import { ArmError, decideRemoval, isUnder, removalContext, useKey } from '@tombolo/arm';
import type { Document } from '@tombolo/store/port';

/** Documents that one batch deletes at most. */
export const largestBatch = 4_000;

/** The decision about one resource, or its refusal. */
export const attempt = async (
  input: StepInput,
  principal: Principal,
  document: Document,
): Promise<Removal | ArmError> => {
  try {
    const type = input.registry.typeOf(document.type)!;
    return await decideRemoval(removalContext(input, principal, document), type, document);
  } catch (error) {
    if (error instanceof ArmError) return error;
    throw error;
  }
};

/** Someone who uses what would go and does not go in the same batch. */
export const holderOf = async (
  input: StepInput,
  document: Document,
  removal: Removal,
  gone: ReadonlySet<string>,
): Promise<string | undefined> => {
  // What its operation deletes later may be in use no more than what goes at once.
  const going = removal.removed.length > 0 ? removal.removed : [document];
  const own = new Set(going.map(({ id }) => id.toLowerCase()));
  const released = new Set((removal.effects.releases ?? []).map(({ holder }) => holder.toLowerCase()));
  for (const { id } of going) {
    const claim = await input.store.claim(useKey(id));
    const user = claim?.holders.find((holder) => {
      const key = holder.toLowerCase();
      // What is below it goes before it, where that is not in this batch.
      return !own.has(key) && !gone.has(key) && !released.has(key) && !isUnder(holder, document.id);
    });
    if (user !== undefined) return user;
  }
  return undefined;
};

/** One batch of a group's deletion, as it grows. */
export interface RemovalPlan {
  removals: number;
  effects: Effects;
  readonly starts: StartedOperation[];
  /** Operations to wait for, by lower-case resource id. */
  readonly waiting: Record<string, string>;
  /** Lower-case ids of what this batch deletes. */
  readonly gone: Set<string>;
}

export const emptyPlan = (): RemovalPlan => ({
  removals: 0,
  effects: {},
  starts: [],
  waiting: {},
  gone: new Set(),
});

/** False: it does not fit beside what is there; it is for a later batch. */
export const addTo = (
  plan: RemovalPlan,
  document: Document,
  removal: Removal,
  newGuid: () => string,
): boolean => {
  const { effects, removed, operation } = removal;
  // What writes elsewhere goes alone: two such decisions do not know of each other.
  const writes = (effects.puts?.length ?? 0) > 0;
  if (plan.removals > 0 && (writes || plan.gone.size + removed.length > largestBatch)) return false;
  plan.removals += 1;
  plan.effects = together(plan.effects, effects);
  for (const { id } of removed) plan.gone.add(id.toLowerCase());
  if (operation) {
    const id = newGuid();
    const location = operation.location ?? String(document.body.location ?? 'global');
    plan.starts.push({ ...operation, id, target: document.id, location });
    // Where the documents go now, the operation has only its own follow-up to do.
    if (removed.length === 0) plan.waiting[document.id.toLowerCase()] = id;
  }
  return !writes;
};

const together = (first: Effects, second: Effects): Effects => ({
  expect: [...(first.expect ?? []), ...(second.expect ?? [])],
  puts: [...(first.puts ?? []), ...(second.puts ?? [])],
  deletes: [...(first.deletes ?? []), ...(second.deletes ?? [])],
  claims: [...(first.claims ?? []), ...(second.claims ?? [])],
  releases: [...(first.releases ?? []), ...(second.releases ?? [])],
});
