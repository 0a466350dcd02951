/** What every write shares: what it expects around it, its audit line, its operation and its answer's headers. */

import { propertiesOf } from '@tombolo/store/document';
import type { AuditEntry, Batch, Document, Expectation, Operation, Store } from '@tombolo/store/port';
import type { ServedApiVersion } from './api-version.ts';
import { ArmError } from './arm-error.ts';
import type { Effects, OperationStart } from './decision.ts';
import { armError, noSubscription } from './errors.ts';
import { operationHeaders, operationRow, providerOfKind } from './long-running.ts';
import type { ResourceId } from './resource-id.ts';
import { groupIdOf, parseResourceId, subscriptionIdOf } from './resource-id.ts';
import type { AnyResourceType, OperationContext, Registry } from './resource-type.ts';

export interface WriteServices {
  readonly store: Pick<Store, 'commit'>;
  readonly registry: Registry;
}

/** A routed and authorized write. */
export interface WriteTarget {
  readonly type: AnyResourceType;
  readonly id: ResourceId;
  readonly version: ServedApiVersion;
  /** The RBAC action, for the activity log. */
  readonly action: string;
}

/** Nested below its parent, as a subnet is, and not an extension of it, as a role assignment is. */
const isNested = (id: ResourceId): boolean =>
  id.parent !== undefined && id.type.toLowerCase().startsWith(`${id.parent.type.toLowerCase()}/`);

/** The subscription, group and parent that a write needs; what the batch then expects of them. */
export const surroundings = async (
  context: OperationContext,
  type: AnyResourceType,
  id: ResourceId,
): Promise<Expectation[]> => {
  const expected: Expectation[] = [];
  const deleting = context.request.method === 'DELETE';
  if (id.subscriptionId !== undefined && id.container !== 'subscription') {
    const subscription = await context.store.get(subscriptionIdOf(id.subscriptionId));
    if (!subscription) throw noSubscription(id.subscriptionId);
  }
  if (id.resourceGroup !== undefined && id.container !== 'resourceGroup') {
    const group = await context.store.get(groupIdOf(id.subscriptionId!, id.resourceGroup));
    if (!group) throw armError('ResourceGroupNotFound', [id.resourceGroup]);
    const state = propertiesOf(group).provisioningState;
    if (state === 'MovingResources') throw armError('ResourceGroupBeingMoved', [id.resourceGroup]);
    if (state === 'Deleting' && !deleting) throw armError('ResourceGroupBeingDeleted', [id.resourceGroup]);
    expected.push({ id: group.id, version: group.version });
  }
  const { parent } = id;
  if (parent && isNested(id) && parent.container === undefined && !deleting) {
    const found = await context.store.get(parent.text);
    if (!found) throw armError('ParentResourceNotFound', [parent.text, { type: type.type, name: id.name }]);
    expected.push({ id: found.id, version: 'present' });
  }
  return expected;
};

export const auditEntry = (
  context: OperationContext,
  target: Pick<WriteTarget, 'id' | 'action'>,
  status: number,
): AuditEntry => ({
  at: context.now,
  correlationId: context.request.correlationId,
  caller: context.principal.objectId,
  action: target.action,
  resourceId: target.id.text,
  status,
});

export const merge = (base: Batch, effects: Effects | undefined): Batch => ({
  ...base,
  expect: [...(base.expect ?? []), ...(effects?.expect ?? [])],
  puts: [...(base.puts ?? []), ...(effects?.puts ?? [])],
  deletes: [...(base.deletes ?? []), ...(effects?.deletes ?? [])],
  claims: [...(base.claims ?? []), ...(effects?.claims ?? [])],
  releases: [...(base.releases ?? []), ...(effects?.releases ?? [])],
});

export const startOperation = (
  context: OperationContext,
  operation: OperationStart | undefined,
  id: string,
  location: string,
): Operation | undefined => {
  if (!operation) return undefined;
  const subscriptionId = parseResourceId(id)?.subscriptionId ?? '';
  return operationRow(operation, { id, subscriptionId, location }, context.now, context.newGuid());
};

/** `accepted`: the answer is 202. */
export const writeHeaders = (
  context: OperationContext,
  services: WriteServices,
  feed: number,
  operation: Operation | undefined,
  accepted: boolean,
): Record<string, string> => {
  const headers = { 'x-tombolo-feed': String(feed) };
  if (!operation) return headers;
  const provider = providerOfKind(services.registry, operation.kind);
  if (!provider) throw new Error(`no provider has operations of kind ${operation.kind}`);
  const apiVersion = context.request.query.get('api-version') ?? context.apiVersion;
  const { origin } = context.request;
  return { ...headers, ...operationHeaders(operation, provider, origin, apiVersion, accepted) };
};

/** Throws the refusal; else the decision. */
export const decided = <T extends object>(decision: T | ArmError): T => {
  if (decision instanceof ArmError) throw decision;
  return decision;
};

/**
 * The id under which a resource is stored: names in the creator's case, the words between them in the canonical one
 * (clients send `resourcegroups` and then look for `resourceGroups`), all below the parent's own stored id.
 */
export const storedId = (id: ResourceId, type: AnyResourceType, parent: Document | undefined): string => {
  const base = parent?.id ?? (id.parent ? canonical(id.parent) : '');
  const segments = type.type.split('/');
  const withoutProvider = isNested(id) || id.container === 'subscription';
  return withoutProvider
    ? `${base}/${segments.at(-1)}/${id.name}`
    : `${base}/providers/${segments.join('/')}/${id.name}`;
};

const canonical = (id: ResourceId): string =>
  id.text
    .replace(/^\/subscriptions\//i, '/subscriptions/')
    .replace(/^(\/subscriptions\/[^/]+)\/resourcegroups\//i, '$1/resourceGroups/')
    .replaceAll(/\/providers\//gi, '/providers/');
