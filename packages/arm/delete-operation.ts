/** DELETE, and the one decision about a removal that a resource group's deletion takes too. */

import type { Document } from '@tombolo/store/port';
import type { Effects, OperationStart } from './decision.ts';
import { armError } from './errors.ts';
import { checkWriteConditions } from './etag.ts';
import { goingWith, mostRemoved, stepsKindOf, usesBelow } from './large-removal.ts';
import type { ArmResponse } from './message.ts';
import { present } from './present.ts';
import { notFound } from './read-operations.ts';
import { parseResourceId } from './resource-id.ts';
import type { AnyResourceType, OperationContext } from './resource-type.ts';
import { explainUse } from './store-conflict.ts';
import { unusedExpectations, usedIdOf } from './use-claim.ts';
import { warningHeader } from './warning-header.ts';
import type { WriteServices, WriteTarget } from './write-batch.ts';
import { auditEntry, decided, merge, startOperation, surroundings, writeHeaders } from './write-batch.ts';

export interface Removal {
  readonly effects: Effects;
  /** What goes with this batch; empty where the operation's steps delete. */
  readonly removed: readonly Document[];
  readonly operation?: OperationStart;
  readonly status: number;
  readonly warnings: readonly string[];
}

/** What deleting this document and all below it writes. Throws the type's refusal. */
export const decideRemoval = async (
  context: OperationContext,
  type: AnyResourceType,
  existing: Document,
): Promise<Removal> => {
  const id = parseResourceId(existing.id);
  if (!id) throw new Error(`stored under no id: ${existing.id}`);
  const { now, newGuid, settings, store, registry } = context;
  const first = await store.list(goingWith(existing.id));
  const tooMany = first.length > mostRemoved;
  const kind = stepsKindOf(existing.type);
  const inSteps = tooMany && registry.kindOf(kind) !== undefined;
  const below = tooMany ? await keepers(context, type, existing) : first;
  const loaded = type.loadForRemove ? await type.loadForRemove(context, existing) : undefined;
  const decision = type.remove
    ? decided(type.remove({ id, existing, below, loaded, now, newGuid, settings }))
    : {};
  const warnings = decision.warnings ?? [];
  const there = { id: existing.id, version: existing.version };
  if (inSteps && !decision.deferred) {
    const { outside } = await usesBelow(store, existing.id);
    const refused = outside && explainUse(registry, usedIdOf(outside.key)!, outside.holders);
    if (refused) throw refused;
    const operation = { kind, state: { principal: { ...context.principal } } };
    return { effects: { expect: [there] }, removed: [], operation, status: 202, warnings };
  }
  if (tooMany && !decision.deferred)
    throw armError('Conflict', [
      `'${existing.id}' has more than ${mostRemoved} resources below it: delete some of them first.`,
    ]);
  const removed = decision.deferred ? [] : [existing, ...below];
  const effects = merge(
    {
      expect: [there, ...unusedExpectations(decision.deferred ? [existing] : removed)],
      deletes: removed.map((document) => document.id),
      releases: removed.map((document) => ({ holder: document.id.toLowerCase() })),
    },
    decision.effects,
  );
  return {
    effects,
    removed,
    ...(decision.operation ? { operation: decision.operation } : {}),
    status: decision.status ?? (decision.operation ? 202 : 200),
    warnings,
  };
};

/** Of what has too much below it to read: that which the type judges its removal by. */
const keepers = async (
  { store }: OperationContext,
  { keptBy = [] }: AnyResourceType,
  { id }: Document,
): Promise<readonly Document[]> =>
  (await Promise.all(keptBy.map((type) => store.list({ type, under: id, limit: mostRemoved })))).flat();

export const deleteResource = async (
  context: OperationContext,
  services: WriteServices,
  target: WriteTarget,
): Promise<ArmResponse> => {
  const { type, id } = target;
  const found = await context.store.get(id.text);
  const existing = found && (found.type !== type.type || type.hidden?.(found)) ? undefined : found;
  checkWriteConditions(context.request, existing);
  const expected = await surroundings(context, type, id);
  if (!existing) {
    if (type.saysNothingToDelete) throw notFound(id, type);
    return { status: 204, headers: {} };
  }
  const removal = await decideRemoval(context, type, existing);
  const location = String(existing.body.location ?? 'global');
  const operation = startOperation(context, removal.operation, existing.id, location);
  const [shown] = type.showsDeleted ? await present(type, context, [existing]) : [];
  const committed = await services.store.commit(
    merge(
      {
        expect: expected,
        audit: [auditEntry(context, target, removal.status)],
        ...(operation ? { operations: [operation] } : {}),
      },
      removal.effects,
    ),
  );
  return {
    status: removal.status,
    headers: {
      ...warningHeader(removal.warnings),
      ...writeHeaders(context, services, committed.feed, operation, removal.status === 202),
    },
    ...(shown ? { body: shown } : {}),
  };
};
