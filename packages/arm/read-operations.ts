/** GET of a resource and of collections. */

import type { Document, JsonObject } from '@tombolo/store/port';
import { charactersOf } from './browse.ts';
import { armError, noSubscription } from './errors.ts';
import { etagOf, notModified } from './etag.ts';
import { expansionOf } from './expansion.ts';
import type { ArmResponse } from './message.ts';
import type { PageQuery } from './paging.ts';
import { defaultPageSize, mostOnPage, pageQuery, pageResponse, textsThatFit } from './paging.ts';
import { present } from './present.ts';
import { groupIdOf, type ResourceId, subscriptionIdOf } from './resource-id.ts';
import type { AnyResourceType, ListScope, OperationContext } from './resource-type.ts';

const isResponse = (value: object): value is ArmResponse => 'status' in value && 'headers' in value;

/** The error of a resource that is not there. */
export const notFound = (id: ResourceId, type: Pick<AnyResourceType, 'type' | 'missing'>): Error => {
  if (type.missing) return type.missing(id);
  const relative = id.type.includes('/') ? `${type.type}/${namesOf(id)}` : id.text;
  if (id.container === 'resourceGroup') {
    return armError('ResourceGroupNotFound', [id.name]);
  }
  if (id.resourceGroup === undefined) return armError('NotFound', [`The resource '${id.text}'`]);
  return armError('ResourceNotFound', [relative, id.resourceGroup]);
};

const namesOf = (id: ResourceId): string => {
  const names = [id.name];
  for (let parent = id.parent; parent && parent.namespace === id.namespace; parent = parent.parent)
    names.unshift(parent.name);
  return names.join('/');
};

export const readResource = async (
  context: OperationContext,
  type: AnyResourceType,
  id: ResourceId,
): Promise<ArmResponse> => {
  if (type.computed?.get) {
    const answer = await type.computed.get(context, id);
    if (answer === undefined) throw notFound(id, type);
    return isResponse(answer) ? answer : { status: 200, headers: {}, body: answer };
  }
  const document = await context.store.get(id.text);
  if (document === undefined || document.type !== type.type || type.hidden?.(document)) {
    await requireContainers(context, id);
    if (type.placement === 'proxy') await requireAbove(context, id);
    else if (type.missing && !(await isAbove(context, id))) throw notFound(id, { type: type.type });
    throw notFound(id, type);
  }
  const expand = expansionOf(context, type);
  // What is shown beside the document (a status, what refers to it, what it refers to) changes without a new etag.
  if (!type.present && !expand && notModified(context.request, document))
    return { status: 304, headers: { etag: etagOf(document) } };
  const [shown] = await present(type, context, [document]);
  const { body, headers } = (await expand?.(shown!)) ?? { body: shown!, headers: {} };
  return { status: 200, headers: { ...headers, etag: etagOf(document) }, body };
};

export const listScopeOf = (parent: ResourceId | undefined): ListScope => {
  if (parent === undefined) return 'tenant';
  return parent.container ?? 'parent';
};

/** Throws for the subscription or the group that is not there: ARM names them before what is in them. */
const requireContainers = async (context: OperationContext, id: ResourceId): Promise<void> => {
  const { subscriptionId, resourceGroup } = id;
  if (subscriptionId === undefined) return;
  const [subscription, group] = await Promise.all([
    context.store.get(subscriptionIdOf(subscriptionId)),
    resourceGroup === undefined ? undefined : context.store.get(groupIdOf(subscriptionId, resourceGroup)),
  ]);
  if (!subscription) throw noSubscription(subscriptionId);
  if (resourceGroup !== undefined && !group) throw armError('ResourceGroupNotFound', [resourceGroup]);
};

/**
 * Throws for the parent that is not there. Resource Manager knows tracked resources itself, and asks the provider for what is
 * below one (hashicorp/terraform-provider-azurerm#7964).
 */
const requireAbove = async (context: OperationContext, { parent, namespace }: ResourceId): Promise<void> => {
  if (parent === undefined || parent.container !== undefined || parent.namespace !== namespace) return;
  const type = context.registry.typeOf(parent.type);
  if (!type || type.computed) return;
  const document = await context.store.get(parent.text);
  if (document?.type !== type.type) throw armError('ParentResourceNotFound', [parent.name]);
};

/** The service speaks of what is below a resource that is there; else Resource Manager does. */
const isAbove = async ({ store }: OperationContext, { parent }: ResourceId): Promise<boolean> =>
  parent === undefined || (await store.get(parent.text)) !== undefined;

const requireParent = async (context: OperationContext, parent: ResourceId): Promise<void> => {
  await requireContainers(context, parent);
  const type = context.registry.typeOf(parent.type);
  if (!type || type.computed) return;
  const document = await context.store.get(parent.text);
  if (document?.type !== type.type || type.hidden?.(document)) throw notFound(parent, type);
};

/** A page of a collection; the parent has to be there. */
export const readCollection = async (
  context: OperationContext,
  type: AnyResourceType,
  parent: ResourceId | undefined,
): Promise<ArmResponse> => {
  const page = pageQuery(context.request);
  // Open to everybody: it must not tell what is there and what is not.
  if (parent !== undefined && type.authorization !== 'own') await requireParent(context, parent);
  if (type.computed?.list) {
    const items = await type.computed.list(context, parent);
    if (!Array.isArray(items)) return items as ArmResponse;
    return pageComputed(context, items as readonly JsonObject[], page);
  }
  const { documents, next } = await collectDocuments(context, page, {
    type: type.type,
    ...(parent === undefined ? {} : { under: parent.text }),
    keep: (document) => !type.hidden?.(document) && (type.listed?.(document, context) ?? true),
  });
  const { shown, texts } = await presentPage(type, context, documents);
  const last = documents[shown.length - 1]?.id.toLowerCase();
  return pageResponse(context.request, shown, shown.length < documents.length ? last : next, { texts });
};

/** Shown first; where all of these are small, the rest at once. What has its children in it may be large. */
const shownFirst = (type: AnyResourceType): number => (type.inlineChildren ? 10 : defaultPageSize);

/** As many of them as a page takes, and no great part more: a thousand security groups are not shown to be cut off. */
const presentPage = async (
  type: AnyResourceType,
  context: OperationContext,
  documents: readonly Document[],
): Promise<{ readonly shown: readonly JsonObject[]; readonly texts: readonly string[] }> => {
  const shown: JsonObject[] = [];
  const texts: string[] = [];
  let size = 0;
  for (let atOnce = shownFirst(type); shown.length < documents.length; ) {
    const part = await present(type, context, documents.slice(shown.length, shown.length + atOnce));
    const fit = textsThatFit(part, mostOnPage - size, shown.length === 0 ? 1 : 0);
    shown.push(...part.slice(0, fit.length));
    texts.push(...fit);
    size += fit.reduce((sum, { length }) => sum + length, 0);
    if (fit.length < part.length || size >= mostOnPage) break;
    atOnce = Math.max(1, Math.floor((mostOnPage - size) / (size / shown.length)));
  }
  return { shown, texts };
};

const pageComputed = (
  context: OperationContext,
  items: readonly JsonObject[],
  page: { size: number; after: string | undefined },
) => {
  const start = page.after === undefined ? 0 : Number(page.after);
  if (!Number.isSafeInteger(start) || start < 0)
    throw armError('InvalidQueryParameter', ['$skipToken', 'it is not a token of this list.']);
  const end = start + page.size;
  return pageResponse(
    context.request,
    items.slice(start, end),
    end < items.length ? String(end) : undefined,
    { keyOf: (index) => String(start + index + 1) },
  );
};

/** Documents that one request looks at for its page: what they are judged by is in no index. */
const mostLookedAt = 10_000;
/** Characters of their bodies that it reads: a few pages of them; whoever stores large ones has short pages, and others their memory. */
const mostRead = 4 * mostOnPage;
/** Looked at in one read where the page is not full after the first: so many that the store lets others have their turn. */
const atATime = 1_000;

/** One page of the documents that `keep` keeps. Where few are kept it may be short, or empty, and another follows. */
export const collectDocuments = async (
  context: Pick<OperationContext, 'store'>,
  page: PageQuery,
  query: {
    readonly type?: string;
    readonly under?: string;
    readonly keep: (document: Document) => boolean;
  },
): Promise<{ readonly documents: readonly Document[]; readonly next: string | undefined }> => {
  const { keep, ...where } = query;
  const kept: Document[] = [];
  let after = page.after;
  let limit = page.size + 1;
  let characters = mostRead;
  for (let left = mostLookedAt; kept.length <= page.size && left > 0 && characters > 0; left -= limit) {
    if (left < mostLookedAt) limit = Math.min(left, Math.max(page.size + 1, atATime));
    const read = await context.store.list({
      ...where,
      limit,
      characters,
      // The first comes with what else the request asks for; what more it looks at is not kept.
      ...(left < mostLookedAt ? { once: true as const } : {}),
      ...(after === undefined ? {} : { after }),
    });
    kept.push(...read.filter(keep));
    if (read.length < limit || kept.length <= page.size) characters -= charactersOf(read);
    // Fewer than asked for: the last, unless there are so many characters of them.
    after = read.length < limit && characters > 0 ? undefined : read.at(-1)?.id.toLowerCase();
    if (after === undefined) break;
  }
  const documents = kept.slice(0, page.size);
  return { documents, next: kept.length > page.size ? documents.at(-1)!.id.toLowerCase() : after };
};

/** As `collectDocuments`, of places of which none is in another, one after the other. A page may end with a place, and the next begin it. */
export const collectFrom = async (
  context: Pick<OperationContext, 'store'>,
  page: PageQuery,
  query: {
    readonly type: string;
    /** What is below each; '' alone: everything. */
    readonly places: readonly string[];
    readonly keep: (document: Document) => boolean;
  },
): Promise<{ readonly documents: readonly Document[]; readonly next: string | undefined }> => {
  const { type, keep } = query;
  const places = query.places.map((place) => place.toLowerCase());
  const after = page.after;
  const begun = places.findIndex((place) => after === place || after?.startsWith(`${place}/`));
  const documents: Document[] = [];
  for (const [index, under] of [...places.entries()].slice(Math.max(begun, 0))) {
    if (documents.length === page.size) return { documents, next: under };
    const found = await collectDocuments(
      context,
      { size: page.size - documents.length, after: index === begun ? after : undefined },
      { type, keep, ...(under === '' ? {} : { under }) },
    );
    documents.push(...found.documents);
    if (found.next !== undefined) return { documents, next: found.next };
  }
  return { documents, next: undefined };
};
