/** How a resource group's deletion asks each resource's own type, and what goes into one batch. */

import type { Effects, OperationContext, Principal, Removal, StepInput, StepOutcome } from '@tombolo/arm';
import { ArmError, decideRemoval, useKey } from '@tombolo/arm';
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
    return await decideRemoval(contextOf(input, principal, document), type, document);
  } catch (error) {
    if (error instanceof ArmError) return error;
    throw error;
  }
};

/** Removals decide as if the caller of the group's deletion had asked for each. */
const contextOf = (input: StepInput, principal: Principal, document: Document): OperationContext => ({
  request: {
    method: 'DELETE',
    path: document.id,
    query: new Map(),
    headers: new Map(),
    principal,
    origin: '',
    correlationId: input.operation.id,
  },
  principal,
  store: input.store,
  apiVersion: '',
  tenantId: principal.tenantId,
  now: input.now,
  newGuid: input.newGuid,
  newLinkIdentifier: () => {
    throw new Error('a deletion takes no link identifier');
  },
  allows: async () => true,
  settings: input.settings,
  registry: input.registry,
});

/** Someone who uses what would go and does not go in the same batch. */
export const holderOf = async (
  input: StepInput,
  removal: Removal,
  gone: ReadonlySet<string>,
): Promise<string | undefined> => {
  const own = new Set(removal.removed.map(({ id }) => id.toLowerCase()));
  const released = new Set((removal.effects.releases ?? []).map(({ holder }) => holder.toLowerCase()));
  for (const { id } of removal.removed) {
    const claim = await input.store.claim(useKey(id));
    const user = claim?.holders.find((holder) => {
      const key = holder.toLowerCase();
      return !own.has(key) && !gone.has(key) && !released.has(key);
    });
    if (user !== undefined) return user;
  }
  return undefined;
};

/** Decisions that write nothing elsewhere, as one. */
export const together = (effects: readonly Effects[]): Effects => ({
  expect: effects.flatMap(({ expect }) => expect ?? []),
  deletes: effects.flatMap(({ deletes }) => deletes ?? []),
  claims: effects.flatMap(({ claims }) => claims ?? []),
  releases: effects.flatMap(({ releases }) => releases ?? []),
});

/** A resource with more below it than one batch takes loses its last children first. */
export const leavesFirst = ({ removed }: Removal): Partial<StepOutcome> => {
  const leaves = removed.slice(-largestBatch / 2);
  return {
    effects: {
      deletes: leaves.map(({ id }) => id),
      releases: leaves.map(({ id }) => ({ holder: id.toLowerCase() })),
    },
  };
};
