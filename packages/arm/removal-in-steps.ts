/** Deletes what has more below it than one batch takes: what is below first, a bounded batch a step, then as any other. */

import type { Document } from '@tombolo/store/port';
import { z } from 'zod';
import { ArmError } from './arm-error.ts';
import { decideRemoval } from './delete-operation.ts';
import { mostRemoved, stepsKindOf, usesBelow } from './large-removal.ts';
import type { Principal } from './message.ts';
import type { OperationContext, OperationKind, StepInput } from './resource-type.ts';
import { useKey } from './use-claim.ts';

/** Whoever asked for a deletion, as an operation keeps it between its steps. */
export const storedPrincipal = z.object({
  objectId: z.string(),
  appId: z.string().exactOptional(),
  tenantId: z.string(),
  kind: z.enum(['ServicePrincipal', 'User']),
});

const storedSteps = z.object({ principal: storedPrincipal });

/** A step decides as if whoever began the operation had asked for this deletion. */
export const removalContext = (
  input: StepInput,
  principal: Principal,
  document: Document,
): OperationContext => ({
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
  seal: async () => undefined,
  allows: async () => true,
  // What was asked for has been decided, of a group links go with it, and nobody reads a warning: R7 refuses nothing here.
  settings: { ...input.settings, strictDns: false },
  registry: input.registry,
});

export const removalInSteps: OperationKind = {
  step: async (input) => {
    const { operation, store, registry, now } = input;
    const document = await store.get(operation.target);
    const type = document && registry.typeOf(document.type);
    if (!document || !type) return { status: 'Succeeded' };
    const { principal } = storedSteps.parse(operation.state);
    try {
      const removal = await decideRemoval(removalContext(input, principal, document), type, document);
      // What is left goes in one batch. Its own operation only tells whoever asked for it, who follows this one.
      if (removal.operation?.kind !== stepsKindOf(document.type))
        return { status: 'Succeeded', effects: removal.effects };
    } catch (error) {
      if (!(error instanceof ArmError)) throw error;
      return { status: 'Failed', error: { code: error.code, message: error.message } };
    }
    const [part, { claims }] = await Promise.all([
      store.list({ under: document.id, limit: mostRemoved / 2 }),
      usesBelow(store, document.id),
    ]);
    const holders = new Map(claims.map((claim) => [claim.key, claim.holders]));
    const going = part.map(({ id }) => ({ id, key: useKey(id) }));
    return {
      status: 'InProgress',
      effects: {
        // Those who use it go with a later step; nobody else has come.
        expect: going.map(({ key }) => ({ unclaimed: key, except: holders.get(key) ?? [] })),
        deletes: going.map(({ id }) => id),
        releases: going.map(({ id }) => ({ holder: id.toLowerCase() })),
      },
      state: operation.state,
      dueAt: now,
    };
  },
};
