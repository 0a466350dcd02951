/** Scopes of roles: the tenant, a subscription, a group, a resource, an extension of it. */

import type { OperationContext, ResourceId } from '@tombolo/arm';
import { armError, isUnder, sameId } from '@tombolo/arm';

/** Is `scope` the same as `other` or above it? `/` is above everything. */
export const covers = (scope: string, other: string): boolean =>
  scope === '/' || sameId(scope, other) || isUnder(other, scope);

/** The scope that an extension's id extends, in the case in which it is stored. Throws where it is not there. */
export const scopeOf = async (
  context: OperationContext,
  extended: ResourceId | undefined,
): Promise<string> => {
  if (extended === undefined) return '/';
  const document = await context.store.get(extended.text);
  if (document && !context.registry.typeOf(document.type)?.hidden?.(document)) return document.id;
  const { subscriptionId, resourceGroup } = extended;
  if (resourceGroup !== undefined) {
    const group = await context.store.get(`/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}`);
    if (!group) throw armError('ResourceGroupNotFound', [resourceGroup]);
    throw armError('ResourceNotFound', [extended.text, resourceGroup]);
  }
  if (/^\/subscriptions\/[^/]+$/i.test(extended.text))
    throw armError('SubscriptionNotFound', [subscriptionId ?? '']);
  throw armError('NotFound', [`The scope '${extended.text}'`]);
};

/** The scope itself and all above it, nearest first; the tenant last. */
export const scopesAbove = (extended: ResourceId | undefined): readonly string[] => {
  const scopes: string[] = [];
  for (let id = extended; id; id = id.parent) scopes.push(id.text);
  return [...scopes, '/'];
};

/** Where extensions of a type stand below a scope: `{scope}/providers/{type}`. */
export const extensionsAt = (scope: string, type: string): string =>
  `${scope === '/' ? '' : scope}/providers/${type}`;
