/** The one place where the references of a write are judged: form, permission on what they lead to, existence, place. */

import { isObject, nameOf, stringAt } from '@tombolo/store/document';
import type { Document, JsonObject } from '@tombolo/store/port';
import type { ArmError } from './arm-error.ts';
import type { Command, Effects } from './decision.ts';
import { armError } from './errors.ts';
import { jsonPath } from './json-path.ts';
import { parseResourceId, type ResourceId, sameId } from './resource-id.ts';
import { declaredReferences, foundAlong, type ReferenceDeclaration } from './resource-reference.ts';
import type { AnyResourceType, OperationContext } from './resource-type.ts';
import { useClaim, useRelease } from './use-claim.ts';
import type { WriteTarget } from './write-batch.ts';

/** A reference of a written or stored body. */
interface Reference {
  /** The id of the document that holds it: the resource itself, or a child that its PUT carries. */
  readonly holder: string;
  /** Its place within the holder's body, without the numbers of list items. */
  readonly slot: string;
  /** Where it stands in the request, for messages. */
  readonly path: string;
  readonly text: string;
  readonly declaration: ReferenceDeclaration;
}

/** What one batch of the store takes with room for what was there before. */
const mostReferences = 5_000;

const nameOfEntry = (entry: unknown): string =>
  isObject(entry) ? (stringAt(entry, 'name') ?? nameOf(stringAt(entry, 'id') ?? '')) : '';

/** The ids of the children that a body carries: what they referred to before may be let go. */
const childrenIn = (type: AnyResourceType, own: string, properties: unknown): readonly string[] =>
  (type.inlineChildren ?? []).flatMap((collection) => {
    const entries = isObject(properties) ? properties[collection] : undefined;
    return Array.isArray(entries) ? entries.map((entry) => `${own}/${collection}/${nameOfEntry(entry)}`) : [];
  });

/** The references of `properties` as the type's schema declares them; those of inline children belong to the children. */
const referencesIn = (type: AnyResourceType, own: string, properties: unknown): readonly Reference[] =>
  (type.properties ? declaredReferences(type.properties) : []).flatMap(({ place, declaration }) =>
    foundAlong(properties, place).flatMap(({ way, text }): Reference | [] => {
      if (text === '' && declaration.orEmpty) return [];
      const path = jsonPath(['properties', ...way]);
      const [collection, index] = way;
      if (place[1] !== '[]' || !type.inlineChildren?.includes(collection!))
        return { holder: own, slot: ['properties', ...place].join('.'), path, text, declaration };
      const entries = (properties as JsonObject)[collection!] as readonly unknown[];
      const holder = `${own}/${collection}/${nameOfEntry(entries[Number(index)])}`;
      return { holder, slot: place.slice(2).join('.'), path, text, declaration };
    }),
  );

/** The same of a stored document, by what `type` declares of that holder. */
const storedReferences = (
  type: AnyResourceType,
  own: string,
  document: Document,
): readonly Pick<Reference, 'slot' | 'text' | 'declaration'>[] =>
  (type.properties ? declaredReferences(type.properties) : []).flatMap(({ place, declaration }) => {
    const child = !sameId(document.id, own);
    if (child !== (place[1] === '[]' && (type.inlineChildren?.includes(place[0]!) ?? false))) return [];
    if (child && document.id.split('/').at(-2)?.toLowerCase() !== place[0]!.toLowerCase()) return [];
    const within = child ? place.slice(2) : ['properties', ...place];
    const slot = within.join('.');
    return foundAlong(document.body, within).flatMap(({ text }) =>
      text === '' ? [] : [{ slot, text, declaration }],
    );
  });

/** Throws where the id is none, or leads to another type. */
const checkForm = ({ text, path, declaration }: Reference): ResourceId | undefined => {
  const id = parseResourceId(text);
  const fits =
    id !== undefined &&
    (declaration.type === undefined || id.type.toLowerCase() === declaration.type.toLowerCase());
  if (fits) return id;
  const shown = text.slice(0, 512);
  // Resource Manager asks before any provider (Azure/avdaccelerator#77).
  if (text === '') throw armError('LinkedInvalidPropertyId', [shown, path], path);
  if (declaration.judgedByType) return undefined;
  if (id === undefined && !/^\/(subscriptions|providers)\//i.test(text))
    throw armError('LinkedInvalidPropertyId', [shown, path], path);
  // Microsoft.Network says so in the details of a general refusal.
  const { code, message } =
    id === undefined
      ? armError('InvalidJsonReferenceFormat', [shown, declaration.type, path])
      : armError('InvalidJsonReferenceWrongType', [shown, declaration.type!, path]);
  const details = [{ code, message, target: path }];
  throw armError('InvalidRequestFormat', [message], { target: path, details });
};

const checkPermissions = async (
  context: OperationContext,
  target: Pick<WriteTarget, 'id' | 'action'>,
  references: readonly Reference[],
): Promise<void> => {
  const asked = new Map<string, Reference>();
  for (const reference of references) {
    const { linkedAction } = reference.declaration;
    if (linkedAction !== undefined) asked.set(`${linkedAction} ${reference.text.toLowerCase()}`, reference);
  }
  const checks = [...asked.values()];
  const allowed = await Promise.all(
    checks.map(({ declaration, text }) => context.allows(declaration.linkedAction!, text)),
  );
  const missing = checks.find((_, index) => !allowed[index]);
  if (!missing) return;
  throw linkedRefusal(context.principal, target, {
    action: missing.declaration.linkedAction!,
    scope: missing.text,
    otherwise: missing.declaration.withoutAction,
  });
};

/** The refusal of a write whose caller lacks an action on a second resource, as ARM words it, and what helps. */
export const linkedRefusal = (
  { appId, objectId }: OperationContext['principal'],
  write: { readonly action: string; readonly id: { readonly text: string } },
  linked: { readonly action: string; readonly scope: string; readonly otherwise?: string | undefined },
): ArmError =>
  armError(
    'LinkedAuthorizationFailed',
    [
      appId ?? objectId,
      objectId,
      { action: write.action, scope: write.id.text },
      linked,
      `Have a role with that action assigned on it${linked.otherwise ? `, or ${linked.otherwise}` : ''}.`,
    ],
    linked.scope,
  );

const mustExist = ({ declaration }: Reference, isNew: boolean): boolean =>
  declaration.resolve === 'must-exist' || (isNew && declaration.resolve === 'must-exist-at-first');

const fits = (
  { declaration, holder }: Reference,
  found: Document | undefined,
  location: unknown,
): found is Document => {
  if (found === undefined) return false;
  if (declaration.type !== undefined && found.type !== declaration.type) return false;
  if (declaration.near === undefined) return true;
  const subscription = (id: string) => parseResourceId(id)?.subscriptionId?.toLowerCase();
  const together = declaration.near === 'region' || subscription(found.id) === subscription(holder);
  return found.body.location === location && together;
};

export interface ResolvedReferences {
  /** What is referred to and is there, by lower-case id. */
  readonly referenced: ReadonlyMap<string, Document>;
  /** That it stays, and is in use. */
  readonly effects: Required<Pick<Effects, 'expect' | 'claims' | 'releases'>>;
}

/**
 * Judges every reference of the write. A caller without the linked action is told nothing of what it names, not even
 * whether it is there. `location`: of the resource, or of the parent where it has none itself.
 */
export const resolveReferences = async (
  context: OperationContext,
  target: Pick<WriteTarget, 'type' | 'id' | 'action'>,
  command: Command<unknown>,
  parent: Document | undefined,
): Promise<ResolvedReferences> => {
  const { type } = target;
  const own = command.storedId;
  const all = referencesIn(type, own, command.properties);
  if (all.length > mostReferences)
    throw armError('InvalidRequestContent', [
      `it refers to other resources ${all.length} times; one request may ${mostReferences} times.`,
    ]);
  const parsed = all.filter((reference) => checkForm(reference) !== undefined);
  const { store } = context;
  // What is not implemented is nowhere.
  const sought = parsed.filter(({ declaration }) => declaration.resolve !== 'not-implemented');
  const [stored, referenced] = await Promise.all([
    store.getMany(childrenIn(type, own, command.properties)),
    store.getMany([...new Set(sought.map(({ text }) => text.toLowerCase()))]),
  ]);
  const holders = new Map(stored);
  if (command.existing) holders.set(own.toLowerCase(), command.existing);
  const before = new Map(
    [...holders].map(([key, document]) => [key, storedReferences(type, own, document)] as const),
  );
  const keyOf = (holder: string, text: string, slot = ''): string =>
    `${holder.toLowerCase()}\n${slot}\n${text.toLowerCase()}`;
  const had = new Set(
    [...before].flatMap(([holder, references]) =>
      references.map(({ slot, text }) => keyOf(holder, text, slot)),
    ),
  );
  const changed = parsed.filter(({ holder, slot, text }) => !had.has(keyOf(holder, text, slot)));
  const isChanged = new Set(changed);
  const gap = changed.find(({ declaration }) => declaration.resolve === 'not-implemented');
  if (gap) throw armError('NotImplemented', [`Referring to ${gap.declaration.type} (${gap.path})`], gap.path);
  await checkPermissions(context, target, context.settings.asksEachReference ? parsed : changed);
  const location = command.location ?? parent?.body.location;
  for (const reference of sought) {
    if (!mustExist(reference, isChanged.has(reference))) continue;
    if (!fits(reference, referenced.get(reference.text.toLowerCase()), location))
      throw (
        reference.declaration.notThere?.(reference.holder, reference.text, reference.path) ??
        armError(
          'InvalidResourceReference',
          [reference.text, reference.holder, reference.declaration.near],
          reference.path,
        )
      );
  }
  const there = changed.flatMap((reference) => {
    const found = referenced.get(reference.text.toLowerCase());
    return found && mustExist(reference, true) ? [{ ...reference, found }] : [];
  });
  const uses = (reference: { readonly declaration: ReferenceDeclaration }) =>
    reference.declaration.uses === true;
  const used = new Set(all.filter(uses).map(({ holder, text }) => keyOf(holder, text)));
  const released = [...before].flatMap(([holder, references]) =>
    references
      .filter((old) => uses(old) && !used.has(keyOf(holder, old.text)))
      .map((old) => useRelease(old.text, holder)),
  );
  return {
    referenced,
    effects: {
      expect: there.map(({ found }) => ({ id: found.id, version: 'present' as const })),
      claims: there.filter(uses).map(({ found, holder }) => useClaim(found.id, holder)),
      releases: released,
    },
  };
};
