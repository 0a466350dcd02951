/** What a move asks for, and why it cannot be: every reason at once, as Azure lists them. */

import {
  type AnyResourceType,
  armError,
  browse,
  type Effects,
  linkedRefusal,
  type OperationContext,
  parseResourceId,
  type ResourceId,
  sameId,
} from '@tombolo/arm';
import { isObject, nameOf, propertiesOf } from '@tombolo/store/document';
import type { Document, Json } from '@tombolo/store/port';
import { groupType } from '../api-versions.ts';
import { moveError } from '../refusals.ts';
import { stateOf } from '../resource-groups/model.ts';
import { type Renaming, renamerOf, spokenOf } from './renaming.ts';

/** As Azure bounds a move. */
const most = 800;

/** Entries of the one batch that moves; the store takes twice as many. */
export const mostChanges = 10_000;
/** Each that moves is expected where it is, and nothing where it goes; it is deleted there and put here. */
const mostMoved = mostChanges / 4;

export interface Move {
  readonly source: Document;
  readonly target: Document;
  readonly renamings: readonly Renaming[];
}

type Movable = NonNullable<AnyResourceType['movable']>;

interface Reason {
  readonly code: string;
  readonly target: string;
  readonly message: string;
}

const read = (body: Json | undefined): { readonly ids: readonly string[]; readonly target: string } => {
  const { resources, targetResourceGroup } = isObject(body) ? body : {};
  const ids = Array.isArray(resources) ? resources : [];
  if (ids.length === 0 || ids.length > most || ids.some((id) => typeof id !== 'string'))
    throw armError(
      'InvalidRequestContent',
      [`'resources' has to be a list of 1 to ${most} ids.`],
      'resources',
    );
  if (typeof targetResourceGroup !== 'string')
    throw armError(
      'InvalidRequestContent',
      ["'targetResourceGroup' has to be the id of a resource group."],
      'targetResourceGroup',
    );
  return { ids: ids as readonly string[], target: targetResourceGroup };
};

/** Takes nothing and gives nothing while resources leave it or come. Throws ResourceGroupNotFound, ResourceGroupBeingDeleted, …Moved. */
const groupFor = async (context: OperationContext, id: string, name: string): Promise<Document> => {
  const group = await context.store.get(id);
  if (group?.type !== groupType) throw armError('ResourceGroupNotFound', [name]);
  const state = stateOf(group);
  if (state === 'Deleting') throw armError('ResourceGroupBeingDeleted', [name]);
  if (state === 'MovingResources') throw armError('ResourceGroupBeingMoved', [name]);
  return group;
};

const targetFor = async (context: OperationContext, source: Document, text: string): Promise<Document> => {
  const id = parseResourceId(text);
  if (id?.container !== 'resourceGroup')
    throw armError(
      'InvalidRequestContent',
      [`'${text.slice(0, 256)}' is no resource group.`],
      'targetResourceGroup',
    );
  const action = `${groupType}/write`;
  if (!(await context.allows(action, id.text)))
    throw linkedRefusal(
      context.principal,
      { action: `${groupType}/moveResources/action`, id: { text: source.id } },
      { action, scope: id.text },
    );
  const target = await groupFor(context, id.text, id.name);
  if (sameId(target.id, source.id))
    throw moveError('ResourceMoveTargetIsSource', [source.id], 'targetResourceGroup');
  return target;
};

const isSettled = (document: Document): boolean =>
  ['Succeeded', undefined].includes(propertiesOf(document).provisioningState as string | undefined);

/** Whether it can go, apart from what speaks of it. */
const reasonsOfRoot = (
  context: OperationContext,
  { text }: ResourceId,
  document: Document,
  byId: ReadonlyMap<string, Document>,
  to: string,
): readonly Reason[] => {
  const type = context.registry.typeOf(document.type);
  const reason = (code: string, message: string): Reason => ({ code, target: text, message });
  if (type?.movable === undefined)
    return [
      reason(
        'ResourceMoveNotSupported',
        `Resource move is not supported for resource types '${document.type}'.`,
      ),
    ];
  if (byId.has(to.toLowerCase()))
    return [
      reason(
        'ResourceMoveNameConflict',
        `The target resource group has a resource '${nameOf(to)}' of this type already.`,
      ),
    ];
  return [];
};

/** Throws ResourceMoveTooLarge by a count that ends where it is too much, before everything is read to be judged. */
const checkSize = async ({ store }: OperationContext, ids: readonly string[]): Promise<void> => {
  let counted = 0;
  for (const id of new Set(ids.map((text) => text.toLowerCase()))) {
    // The store bounds names; what is no id is refused by itself.
    if (parseResourceId(id) === undefined) continue;
    counted += 1 + (await store.list({ under: id, limit: mostMoved + 1 - counted })).length;
    if (counted > mostMoved) throw moveError('ResourceMoveTooLarge', [String(mostMoved), id], 'resources');
  }
};

/** Throws the refusal of a request that cannot be read, ResourceMoveValidationFailed with every reason. */
export const validatedMove = async (
  context: OperationContext,
  group: ResourceId,
  body: Json | undefined,
): Promise<Move> => {
  const { ids, target: targetText } = read(body);
  const source = await groupFor(context, group.text, group.name);
  const target = await targetFor(context, source, targetText);
  await checkSize(context, ids);
  const named = ids.map((text) => parseResourceId(text));
  const byId = await context.store.getMany(
    named.flatMap((id) => (id ? [id.text, `${target.id}${id.text.slice(source.id.length)}`] : [])),
  );
  const reasons: Reason[] = [];
  const roots: Root[] = [];
  const asked = new Set<string>();
  for (const [index, text] of ids.entries()) {
    const id = named[index];
    if (!id || !sameId(id.parent?.text ?? '', source.id) || id.type.split('/').length !== 2)
      throw moveError('ResourceMoveNotOfGroup', [text.slice(0, 256), source.id], 'resources');
    if (asked.has(id.key)) continue;
    asked.add(id.key);
    const document = byId.get(id.key);
    const type = document && context.registry.typeOf(document.type);
    if (!document || !type || type.hidden?.(document))
      throw armError('ResourceNotFound', [id.text, group.name]);
    const to = `${target.id}${document.id.slice(source.id.length)}`;
    reasons.push(...reasonsOfRoot(context, id, document, byId, to));
    roots.push({ document, renaming: { from: document.id, to } });
  }
  const around = await reasonsAround(context, roots);
  reasons.push(...around.reasons);
  const count = reasons.length + around.more;
  if (count > 0)
    throw moveError('ResourceMoveValidationFailed', [String(count)], {
      details: reasons.slice(0, mostShown),
    });
  return { source, target, renamings: roots.map(({ renaming }) => renaming) };
};

interface Root {
  readonly document: Document;
  readonly renaming: Renaming;
}

const mostShown = 50;

/**
 * Everything in them and everything that speaks of them has to stand still, and nothing may use them that cannot come along. What speaks
 * of them may be of another subscription: all is looked at once, however many move, and nothing of it is kept.
 */
const reasonsAround = async (
  { store, registry }: OperationContext,
  roots: readonly Root[],
): Promise<{ readonly reasons: readonly Reason[]; readonly more: number }> => {
  const judged = roots.flatMap(({ document, renaming }) => {
    const movable = registry.typeOf(document.type)?.movable;
    return movable === undefined ? [] : [{ document, renaming, movable, reasons: [] as Reason[] }];
  });
  const byRenaming = new Map(judged.map((root) => [root.renaming, root]));
  const renamer = renamerOf(judged.map(({ renaming }) => renaming));
  let found = 0;
  const judge = (document: Document): void => {
    const { id, type, body } = document;
    const within = renamer.of(id);
    for (const renaming of new Set([...(within ? [within] : []), ...spokenOf(body, renamer)])) {
      const root = byRenaming.get(renaming)!;
      const why = reasonsOfNeighbour(root, { id, type, isSettled: isSettled(document) });
      found += why.length;
      root.reasons.push(...why.slice(0, mostShown - root.reasons.length));
    }
  };
  await browse(store, {}, (documents) => {
    for (const document of documents) judge(document);
    return undefined;
  });
  const reasons = judged.flatMap((root) => root.reasons).slice(0, mostShown);
  return { reasons, more: found - reasons.length };
};

const reasonsOfNeighbour = (
  { document: root, movable }: { readonly document: Document; readonly movable: Movable },
  { id, type, isSettled }: { readonly id: string; readonly type: string; readonly isSettled: boolean },
): readonly Reason[] => {
  const restless: Reason = {
    code: 'MoveCannotProceedWithResourcesNotInSucceededState',
    target: root.id,
    message: `'${id}' is not in a succeeded state. Wait for what it does, or mend it.`,
  };
  const keeping: Reason = {
    code: 'MissingMoveDependentResources',
    target: root.id,
    message: `'${id}' depends on it and does not come along: resources of type '${type}' cannot be moved. Delete it first.`,
  };
  const stays = movable !== true && movable.unlessUsedBy.includes(type);
  return [...(isSettled ? [] : [restless]), ...(stays ? [keeping] : [])];
};

/** Both groups are held for the move. */
export const heldGroups = (
  { source, target }: Pick<Move, 'source' | 'target'>,
  state: 'MovingResources' | 'Succeeded',
): Effects => ({
  expect: [source, target].map(({ id, version }) => ({ id, version })),
  puts: [source, target].map(({ id, type, body }) => ({
    id,
    type,
    body: { ...body, properties: { ...propertiesOf({ body }), provisioningState: state } },
  })),
});
