/** Moving resources to another group: one batch renames them wherever they are spoken of; both groups take no writes until it is done. */

import { browse, type Effects, type OperationKind, type StepInput, type StepOutcome } from '@tombolo/arm';
import { groupIdIn, stringsAt } from '@tombolo/store/document';
import type { Document, JsonObject } from '@tombolo/store/port';
import { z } from 'zod';
import { stateOf } from '../resource-groups/model.ts';
import { type Renaming, renamedBody, renamedClaim, renamedId, renamerOf } from './renaming.ts';
import { heldGroups, mostChanges } from './request.ts';

export const moveKind = 'Microsoft.Resources/resourceMove';

const stored = z.object({
  phase: z.enum(['move', 'sweep']),
  source: z.string(),
  target: z.string(),
  renamings: z.array(z.object({ from: z.string(), to: z.string() })),
});
type MoveState = z.infer<typeof stored>;

export const moveState = (source: string, target: string, renamings: readonly Renaming[]): JsonObject => ({
  phase: 'move',
  source,
  target,
  renamings: renamings.map((renaming) => ({ ...renaming })),
});

/** As in Azure, roles given at a resource do not come along with it. */
const staysBehind = ({ type }: Document): boolean => type === 'Microsoft.Authorization/roleAssignments';

/** A record of ours below a resource: a machine's identity, by whose former id its agent goes on asking. */
const isOwnRecord = ({ type }: Document): boolean => type.startsWith('Tombolo/');

/** Moves of one machine that its agent may have slept through. */
const mostFormerIds = 16;

const withFormerId = (body: JsonObject, id: string): JsonObject => ({
  ...body,
  formerIds: [id, ...stringsAt(body, 'formerIds')].slice(0, mostFormerIds),
});

/** All that speaks of what is renamed, renamed; undefined: nothing does. Of more than one batch takes it looks for no more. */
const renameEverything = async (
  { store }: StepInput,
  renamings: readonly Renaming[],
): Promise<Effects | undefined> => {
  const renamer = renamerOf(renamings);
  const left: Document[] = [];
  const changed: { readonly document: Document; readonly id: string; readonly body: JsonObject }[] = [];
  await browse(store, {}, (documents) => {
    for (const document of documents) {
      const id = renamedId(document.id, renamer);
      const isElsewhere = id !== document.id;
      if (isElsewhere && staysBehind(document)) {
        left.push(document);
        continue;
      }
      const renamed = renamedBody(document.body, renamer);
      const body = isElsewhere && isOwnRecord(document) ? withFormerId(renamed, document.id) : renamed;
      if (isElsewhere || body !== document.body) changed.push({ document, id, body });
    }
    return changed.length + left.length <= mostChanges;
  });
  const gone = new Set(left.map(({ id }) => id.toLowerCase()));
  // Every renamed id has its group in it: the others are passed over by a look at their text.
  const groups = [...new Set(renamings.map(({ from }) => groupIdIn(from).toLowerCase()))];
  const maySpeak = (text: string): boolean => {
    const lower = text.toLowerCase();
    return groups.some((group) => lower.includes(group));
  };
  const taken = (await store.claimsUnder(''))
    .filter(({ key, value, holders }) => [key, value, ...holders].some(maySpeak))
    .flatMap((claim) => renamedClaim(claim, renamer))
    .filter(({ before }) => !gone.has(before.holder.toLowerCase()));
  if (changed.length === 0 && taken.length === 0 && left.length === 0) return undefined;
  const moved = changed.filter(({ document, id }) => id !== document.id);
  return {
    expect: [
      ...[...changed.map(({ document }) => document), ...left].map(({ id, version }) => ({ id, version })),
      ...moved.map(({ id }) => ({ id, version: 'absent' as const })),
    ],
    deletes: [...moved.map(({ document }) => document), ...left].map(({ id }) => id),
    puts: changed.map(({ document: { type }, id, body }) => ({ id, type, body })),
    releases: [...taken.map(({ before }) => before), ...left.map(({ id }) => ({ holder: id }))],
    claims: taken.map(({ after }) => after),
  };
};

const weightOf = (effects: Effects): number =>
  Object.values(effects).reduce((sum, list) => sum + (Array.isArray(list) ? list.length : 0), 0);

const step = async (input: StepInput): Promise<StepOutcome> => {
  const state: MoveState = stored.parse(input.operation.state);
  const [source, target] = await Promise.all([state.source, state.target].map((id) => input.store.get(id)));
  if (!source || !target || [source, target].some((group) => stateOf(group) !== 'MovingResources'))
    return {
      status: 'Failed',
      error: { code: 'ResourceMoveFailed', message: 'A group of the move is not held for it any more.' },
    };
  const released = heldGroups({ source, target }, 'Succeeded');
  const effects = await renameEverything(input, state.renamings);
  if (effects === undefined) return { status: 'Succeeded', effects: released };
  if (weightOf(effects) > mostChanges)
    return {
      status: 'Failed',
      effects: released,
      error: {
        code: 'ResourceMoveFailed',
        message: `The move would change ${weightOf(effects)} things at once, and ${mostChanges} are the most. Nothing was moved; move fewer resources at a time.`,
      },
    };
  // A reference to the former id may have been written meanwhile: once it is nowhere, none can be any more.
  const next = { ...state, phase: 'sweep' as const };
  return {
    status: 'InProgress',
    effects,
    state: { ...next, renamings: next.renamings.map((renaming) => ({ ...renaming })) },
    dueAt: input.now,
  };
};

export const resourceMove: OperationKind = { step };
