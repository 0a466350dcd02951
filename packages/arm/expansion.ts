/** `$expand` of a GET: references of the answer become what they lead to, as far as the caller may read it. */

import { isObject, stringAt } from '@tombolo/store/document';
import type { Json, JsonObject } from '@tombolo/store/port';
import { armError } from './errors.ts';
import { present } from './present.ts';
import { parseResourceId, type ResourceId } from './resource-id.ts';
import type { AnyResourceType, Expandable, OperationContext, Registry } from './resource-type.ts';
import type { Target } from './route.ts';
import { actionOfMethod } from './type-operations.ts';
import { warningHeader } from './warning-header.ts';

/** Paths of one request, and names of one path: the documented ones have two. */
const mostPaths = 16;
const mostNames = 3;
/** Places of one answer at which a resource stands instead of its id. */
const mostExpanded = 1_000;
/** Characters of JSON put in for ids in one answer: what one resource refers to many times stands there whole each time. */
const mostPutIn = 4 * 1024 * 1024;
/** Resources read at a time: with their children they may be large, and most may stay ids. */
const readAtOnce = 50;

/** What is expanded, by the canonical name of the property. */
type Plan = ReadonlyMap<string, PlannedStep>;
interface PlannedStep {
  /** It is an id, of a resource of this type; undefined: the resource itself is there. */
  readonly leadsTo: string | undefined;
  readonly plan: Map<string, PlannedStep>;
}

const askedPaths = (context: Pick<OperationContext, 'request'>): readonly string[] =>
  (context.request.query.get('$expand') ?? '')
    .split(',')
    .map((path) => path.trim())
    .filter((path) => path !== '');

const isTree = (expands: AnyResourceType['expands']): expands is { readonly [name: string]: Expandable } =>
  typeof expands === 'object' && !Array.isArray(expands);

/** What a resource of the type refers to. An IP configuration has no type of its own here: its interface says it. */
const treeOf = (registry: Registry, type: string): { readonly [name: string]: Expandable } => {
  const { expands } = registry.typeOf(type) ?? {};
  if (isTree(expands)) return expands;
  const end = type.lastIndexOf('/');
  const holder = registry.typeOf(type.slice(0, end))?.expands;
  const within = isTree(holder) ? holder[type.slice(end + 1)] : undefined;
  return typeof within === 'object' ? within : {};
};

const refusal = (name: string, tree: { readonly [name: string]: Expandable }) => {
  const known = Object.keys(tree);
  return armError(
    'InvalidExpandQueryOptionValue',
    [name, known.length === 0 ? 'nothing' : known.join(', ')],
    '$expand',
  );
};

/** Throws where a name is no reference of its type. */
const planOf = (context: OperationContext, type: AnyResourceType): Plan => {
  const plan: Map<string, PlannedStep> = new Map();
  const paths = askedPaths(context);
  if (paths.length > mostPaths)
    throw armError('InvalidQueryParameter', ['$expand', `it has more than ${mostPaths} paths.`]);
  for (const path of paths) {
    const names = path.split('/');
    if (names.length > mostNames)
      throw armError('InvalidQueryParameter', ['$expand', `a path has more than ${mostNames} names.`]);
    let tree = isTree(type.expands) ? type.expands : {};
    let at = plan;
    for (const name of names) {
      const known = Object.keys(tree).find((key) => key.toLowerCase() === name.trim().toLowerCase());
      if (known === undefined) throw refusal(name.slice(0, 80), tree);
      const to = tree[known]!;
      const step = at.get(known) ?? {
        leadsTo: typeof to === 'string' ? to : undefined,
        plan: new Map<string, PlannedStep>(),
      };
      at.set(known, step);
      at = step.plan;
      tree = typeof to === 'string' ? treeOf(context.registry, to) : to;
    }
  }
  return plan;
};

/** The body with what `replaced` has for the references of the plan. */
const walk = (
  body: JsonObject,
  plan: Plan,
  replaced: (reference: JsonObject, step: PlannedStep) => Json,
): JsonObject => {
  if (plan.size === 0 || !isObject(body.properties)) return body;
  const properties: Record<string, Json | undefined> = { ...body.properties };
  for (const [name, step] of plan) {
    const one = (item: Json): Json => {
      if (!isObject(item)) return item;
      return step.leadsTo === undefined ? walk(item, step.plan, replaced) : replaced(item, step);
    };
    const value = properties[name];
    if (value !== undefined) properties[name] = Array.isArray(value) ? value.map(one) : one(value);
  }
  return { ...body, properties };
};

/** Where the document is: an IP configuration's is its interface's. */
const holderOf = ({ registry }: OperationContext, id: ResourceId): ResourceId | undefined =>
  registry.typeOf(id.type) ? id : id.parent;

/** A resource that stands whole in its holder's properties. */
const within = (holder: JsonObject | undefined, id: ResourceId): JsonObject | undefined => {
  const collection = id.type.slice(id.type.lastIndexOf('/') + 1).toLowerCase();
  const properties = isObject(holder?.properties) ? holder.properties : {};
  const entries = Object.entries(properties).find(([name]) => name.toLowerCase() === collection)?.[1];
  if (!Array.isArray(entries)) return undefined;
  return (entries as readonly Json[]).find(
    (entry): entry is JsonObject =>
      isObject(entry) && stringAt(entry, 'id')?.toLowerCase() === id.text.toLowerCase(),
  );
};

/** The resources of these ids as they are shown, those that are here and that the caller may read. */
const load = async (
  context: OperationContext,
  ids: readonly string[],
): Promise<ReadonlyMap<string, JsonObject>> => {
  const sought = ids.flatMap((text) => {
    const id = parseResourceId(text);
    const holder = id && holderOf(context, id);
    const type = holder && context.registry.typeOf(holder.type);
    return type ? [{ id: id!, holder: holder!, type }] : [];
  });
  const holders = new Map(sought.map((each) => [each.holder.text.toLowerCase(), each]));
  const documents = await context.store.getMany([...holders.keys()]);
  const readable = await Promise.all(
    [...holders].map(async ([key, { type, holder }]) => {
      const document = documents.get(key);
      if (document?.type !== type.type || type.hidden?.(document)) return [];
      return (await context.allows(actionOfMethod(type, 'GET'), holder.text)) ? [{ type, document }] : [];
    }),
  );
  const byType = Map.groupBy(readable.flat(), ({ type }) => type);
  const found = new Map<string, JsonObject>();
  for (const [type, entries] of byType) {
    const shown = await present(
      type,
      context,
      entries.map(({ document }) => document),
    );
    for (const body of shown) found.set(String(body.id).toLowerCase(), body);
  }
  for (const { id, holder } of sought) {
    const key = id.text.toLowerCase();
    const own = found.has(key) ? undefined : within(found.get(holder.text.toLowerCase()), id);
    if (own) found.set(key, own);
  }
  return found;
};

interface Expanded {
  readonly body: JsonObject;
  readonly headers: Readonly<Record<string, string>>;
}

/** Undefined where nothing was asked for, or the type has no references to expand. */
export const expansionOf = (
  context: OperationContext,
  type: AnyResourceType,
): ((body: JsonObject) => Promise<Expanded>) | undefined => {
  if (!isTree(type.expands) || askedPaths(context).length === 0) return undefined;
  const plan = planOf(context, type);
  return async (body) => {
    const found = new Map<string, JsonObject>();
    const sizes = new Map<string, number>();
    const tried = new Set<string>();
    for (;;) {
      const missing = new Set<string>();
      let places = 0;
      let left = 0;
      let putIn = 0;
      let full = false;
      const replaced = (reference: JsonObject, step: PlannedStep): Json => {
        const key = stringAt(reference, 'id')?.toLowerCase() ?? '';
        const there = found.get(key);
        if (there === undefined && !tried.has(key)) missing.add(key);
        const size = sizes.get(key) ?? 0;
        full ||= places >= mostExpanded || putIn + size > mostPutIn;
        if (there === undefined || full) {
          left += 1;
          return reference;
        }
        places += 1;
        putIn += size;
        return walk(there, step.plan, replaced);
      };
      const expanded = walk(body, plan, replaced);
      const next = [...missing].slice(0, readAtOnce);
      if (next.length === 0 || full) return { body: expanded, headers: left === 0 ? {} : stayed(left) };
      for (const key of next) tried.add(key);
      for (const [key, shown] of await load(context, next)) {
        found.set(key, shown);
        sizes.set(key, JSON.stringify(shown).length);
      }
    }
  };
};

const stayed = (left: number) =>
  warningHeader([
    `$expand: ${left} of the references are shown by id only. What they lead to is not served here, may not be read by the caller, or exceeds ${mostExpanded} resources or ${mostPutIn} characters.`,
  ]);

/** What is said of an `$expand` that the type does not read. */
export const ignoredExpansion = (
  context: Pick<OperationContext, 'request'>,
  { type, kind }: Pick<Target, 'type' | 'kind'>,
): Readonly<Record<string, string>> => {
  const paths = askedPaths(context);
  const { expands } = type;
  if (context.request.method !== 'GET' || paths.length === 0 || expands === 'itself') return {};
  if (kind === 'resource' && isTree(expands)) return {};
  const always = Array.isArray(expands) ? expands.map((name: string) => name.toLowerCase()) : [];
  if (paths.every((path) => always.includes(path.toLowerCase()))) return {};
  const what = kind === 'collection' ? `lists of ${type.type}` : type.type;
  return warningHeader([`$expand is not implemented for ${what}: nothing is expanded.`]);
};
