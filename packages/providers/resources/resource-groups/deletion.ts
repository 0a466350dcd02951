/** Deleting a resource group: users before what they use, one bounded batch a step, restored if something holds on. */

import type { OperationKind, StepInput, StepOutcome } from '@tombolo/arm';
import { ArmError, explainUse, isUnder, useKey } from '@tombolo/arm';
import type { Document } from '@tombolo/store/port';
import { type DeletionState, readState, storedState } from './deletion-state.ts';
import { inState, stateOf } from './model.ts';
import { addTo, attempt, emptyPlan, holderOf, largestBatch } from './removals.ts';

const checksAStep = 200;
const removalsAStep = 50;
const pageSize = 1_000;
const pollMs = 250;
const defaultRank = 50;

export const resourceGroupDeletion: OperationKind = {
  wakesOnAcknowledge: true,
  step: async (input) => {
    const state = readState(input.operation.state);
    const group = await input.store.get(input.operation.target);
    if (!group) return { status: 'Succeeded' };
    if (stateOf(group) !== 'Deleting')
      return failed({
        code: 'ResourceGroupDeletionBlocked',
        message: 'Another deletion of this group failed.',
      });
    return state.phase === 'check' ? check(input, state, group) : remove(input, state, group);
  },
};

type Failure = { readonly code: string; readonly message: string };

const failed = (error: Failure): StepOutcome => ({ status: 'Failed', error });

/** The group takes writes again. */
const restored = (group: Document, error: Failure): StepOutcome => ({
  status: 'Failed',
  error,
  effects: { expect: [{ id: group.id, version: group.version }], puts: [inState(group, 'Succeeded')] },
});

const goOn = (
  input: StepInput,
  state: DeletionState,
  more: Partial<StepOutcome> = {},
  delayMs = 0,
): StepOutcome =>
  ({
    ...more,
    status: 'InProgress',
    state: storedState(state),
    dueAt: input.now + delayMs,
  }) as StepOutcome;

/** Who uses this from outside of the group; undefined: no one. */
const outsideUser = async (
  input: StepInput,
  group: Document,
  document: Document,
): Promise<string | undefined> => {
  const claim = await input.store.claim(useKey(document.id));
  const users = input.registry.typeOf(document.type)?.users?.(document) ?? [];
  return [...(claim?.holders ?? []), ...users].find((user) => !isUnder(user, group.id));
};

const blocked = (group: Document, used: string, user: string): StepOutcome =>
  restored(group, {
    code: 'ResourceGroupDeletionBlocked',
    message: `Deletion of resource group '${group.id}' was given up because '${used}' is in use by '${user}', which is outside of the group. Delete '${user}' or move it off '${used}', then delete the group again. The group takes writes again.`,
  });

const check = async (input: StepInput, state: DeletionState, group: Document): Promise<StepOutcome> => {
  const documents = await input.store.list({
    under: group.id,
    limit: checksAStep,
    ...(state.after === undefined ? {} : { after: state.after }),
  });
  for (const document of documents) {
    const user = await outsideUser(input, group, document);
    if (user !== undefined) return blocked(group, document.id, user);
  }
  return documents.length < checksAStep
    ? goOn(input, { phase: 'delete', principal: state.principal })
    : goOn(input, { ...state, after: documents.at(-1)!.id.toLowerCase() });
};

const everythingIn = async (input: StepInput, group: Document): Promise<readonly Document[]> => {
  const all: Document[] = [];
  for (;;) {
    const after = all.at(-1)?.id.toLowerCase();
    const page = await input.store.list({
      under: group.id,
      limit: pageSize,
      ...(after === undefined ? {} : { after }),
    });
    all.push(...page);
    if (page.length < pageSize) return all;
  }
};

/** Warnings that are kept; of a larger loss these say enough. */
const mostWarnings = 20;

/**
 * What a resource's own deletion warns of (R7), but of what goes with the group: the first id in a warning is what it is
 * about, the others are whom it concerns.
 */
const warned = (state: DeletionState, group: Document, more: readonly string[]): DeletionState => {
  const lasting = more.filter((warning) => {
    const [about, ...concerned] = [...warning.matchAll(/'(\/subscriptions\/[^']+)'/g)].map(([, id]) => id!);
    if (about === undefined) return true;
    // It names the first few only.
    if (/ and \d+ more\b/.test(warning) && !isUnder(about, group.id)) return true;
    return (
      !isUnder(about, group.id) && !(concerned.length > 0 && concerned.every((id) => isUnder(id, group.id)))
    );
  });
  const warnings = [...new Set([...(state.warnings ?? []), ...lasting])].slice(0, mostWarnings);
  return warnings.length === 0 ? state : { ...state, warnings };
};

const depthOf = (id: string): number => id.split('/').length;

const remove = async (input: StepInput, state: DeletionState, group: Document): Promise<StepOutcome> => {
  const all = await everythingIn(input, group);
  const waiting = await stillWaiting(input, state, all);
  if ('error' in waiting) return restored(group, waiting.error);
  const rankOf = (type: string): number | undefined => {
    const definition = input.registry.typeOf(type);
    if (!definition || definition.deletionRank === 'with-parent') return undefined;
    return definition.deletionRank ?? defaultRank;
  };
  const candidates = all
    .filter(({ id, type }) => rankOf(type) !== undefined && !(id.toLowerCase() in waiting.ids))
    .sort((a, b) => rankOf(a.type)! - rankOf(b.type)! || depthOf(a.id) - depthOf(b.id));
  if (candidates.length === 0 && Object.keys(waiting.ids).length === 0)
    return finish(input, state, group, all);

  const plan = emptyPlan();
  const warnings: string[] = [];
  let refusal: Failure | undefined;
  for (const document of candidates) {
    if (plan.gone.has(document.id.toLowerCase())) continue;
    const outcome = await attempt(input, state.principal, document);
    if (outcome instanceof ArmError) {
      refusal ??= { code: outcome.code, message: outcome.message };
      continue;
    }
    const user = await holderOf(input, document, outcome, plan.gone);
    if (user !== undefined) {
      if (!isUnder(user, group.id)) return blocked(group, document.id, user);
      refusal ??= explainUse(input.registry, document.id, [user]);
      continue;
    }
    const before = plan.removals;
    const more = addTo(plan, document, outcome, input.newGuid);
    if (plan.removals > before) warnings.push(...outcome.warnings);
    if (!more || plan.removals === removalsAStep) break;
  }
  if (plan.removals > 0)
    return goOn(input, kept(warned(state, group, warnings), { ...waiting.ids, ...plan.waiting }), {
      effects: plan.effects,
      starts: plan.starts,
    });
  if (Object.keys(waiting.ids).length > 0) return goOn(input, kept(state, waiting.ids), {}, pollMs);
  return restored(
    group,
    refusal ?? { code: 'ResourceGroupDeletionBlocked', message: 'Nothing of the group could be deleted.' },
  );
};

const kept = (state: DeletionState, waiting: Readonly<Record<string, string>>): DeletionState => ({
  phase: 'delete',
  principal: state.principal,
  ...(Object.keys(waiting).length === 0 ? {} : { waiting }),
  ...(state.warnings === undefined ? {} : { warnings: state.warnings }),
});

/** Operations that resources still need; the error of one that failed. */
const stillWaiting = async (
  input: StepInput,
  state: DeletionState,
  all: readonly Document[],
): Promise<{ readonly ids: Readonly<Record<string, string>> } | { readonly error: Failure }> => {
  const present = new Set(all.map(({ id }) => id.toLowerCase()));
  const ids: Record<string, string> = {};
  for (const [resource, operationId] of Object.entries(state.waiting ?? {})) {
    const operation = await input.store.operation(operationId);
    if (operation?.status === 'Failed')
      return { error: operation.error ?? { code: 'Conflict', message: `Deleting '${resource}' failed.` } };
    if (present.has(resource) && operation?.status === 'InProgress') ids[resource] = operationId;
  }
  return { ids };
};

/** What is left has no type of its own (identities, records of ours): it goes with the group. */
const finish = (
  input: StepInput,
  state: DeletionState,
  group: Document,
  left: readonly Document[],
): StepOutcome => {
  if (left.length > largestBatch)
    return goOn(input, kept(state, {}), {
      effects: {
        deletes: left.slice(0, largestBatch).map(({ id }) => id),
        releases: left.slice(0, largestBatch).map(({ id }) => ({ holder: id.toLowerCase() })),
      },
    });
  const removed = [...left, group];
  return {
    status: 'Succeeded',
    state: storedState(kept(state, {})),
    effects: {
      expect: [{ id: group.id, version: group.version }],
      deletes: removed.map(({ id }) => id),
      releases: removed.map(({ id }) => ({ holder: id.toLowerCase() })),
    },
  };
};
