/** PUT, PATCH and DELETE: load, decide, one atomic batch, answer. */

import type {
  AuditEntry,
  Batch,
  Document,
  Expectation,
  JsonObject,
  Operation,
  Store,
  StoreConflict,
} from '@tombolo/store/port';
import type { ServedApiVersion } from './api-version.ts';
import { ArmError, armError } from './errors.ts';
import { checkWriteConditions, etagOf } from './etag.ts';
import { operationHeaders, operationRow, providerOfKind } from './long-running.ts';
import type { ArmResponse } from './message.ts';
import { present } from './present.ts';
import type { Registry } from './provider.ts';
import { isObject, mergePatch, parseBody, tagsOf } from './request-body.ts';
import type { ResourceId } from './resource-id.ts';
import { groupIdOf, parseResourceId, subscriptionIdOf } from './resource-id.ts';
import type { AnyResourceType, Effects, OperationContext, OperationStart } from './resource-type.ts';
import { systemData } from './system-data.ts';
import { unusedExpectations } from './use-claim.ts';

export interface WriteServices {
  readonly store: Store;
  readonly registry: Registry;
}

const groupType = 'microsoft.resources/subscriptions/resourcegroups';

/** The subscription, group and parent that a write needs; what the batch then expects of them. */
const surroundings = async (
  context: OperationContext,
  type: AnyResourceType,
  id: ResourceId,
): Promise<Expectation[]> => {
  const expected: Expectation[] = [];
  if (id.subscriptionId !== undefined && type.type.toLowerCase() !== 'microsoft.resources/subscriptions') {
    const subscription = await context.store.get(subscriptionIdOf(id.subscriptionId));
    if (!subscription) throw armError('SubscriptionNotFound', [id.subscriptionId]);
  }
  if (id.resourceGroup !== undefined && type.type.toLowerCase() !== groupType) {
    const group = await context.store.get(groupIdOf(id.subscriptionId!, id.resourceGroup));
    if (!group) throw armError('ResourceGroupNotFound', [id.resourceGroup]);
    const state = (group.body.properties as JsonObject | undefined)?.provisioningState;
    if (state === 'Deleting' && context.request.method !== 'DELETE')
      throw armError('ResourceGroupBeingDeleted', [id.resourceGroup]);
    expected.push({ id: group.id, version: group.version });
  }
  const parent = id.parent;
  const below =
    parent !== undefined && parent.namespace === id.namespace && parent.type.toLowerCase() !== groupType;
  if (below && parent.namespace !== 'Microsoft.Resources' && context.request.method !== 'DELETE') {
    const found = await context.store.get(parent.text);
    if (!found) throw armError('ParentResourceNotFound', [type.type, id.name, parent.text]);
    expected.push({ id: found.id, version: 'present' });
  }
  return expected;
};

const auditEntry = (
  context: OperationContext,
  action: string,
  id: ResourceId,
  status: number,
): AuditEntry => ({
  at: context.now,
  correlationId: context.request.correlationId,
  caller: context.principal.objectId,
  action,
  resourceId: id.text,
  status,
});

const merge = (base: Batch, effects: Effects | undefined): Batch => ({
  ...base,
  expect: [...(base.expect ?? []), ...(effects?.expect ?? [])],
  puts: [...(base.puts ?? []), ...(effects?.puts ?? [])],
  deletes: [...(base.deletes ?? []), ...(effects?.deletes ?? [])],
  claims: [...(base.claims ?? []), ...(effects?.claims ?? [])],
  releases: [...(base.releases ?? []), ...(effects?.releases ?? [])],
});

const start = (
  context: OperationContext,
  operation: OperationStart | undefined,
  id: string,
  location: string,
): Operation | undefined => {
  if (!operation) return undefined;
  const subscriptionId = parseResourceId(id)?.subscriptionId ?? '';
  return operationRow(operation, { id, subscriptionId, location }, context.now, context.newGuid());
};

const headersOf = (
  context: OperationContext,
  services: WriteServices,
  operation: Operation | undefined,
  accepted: boolean,
) => {
  if (!operation) return {};
  const provider = providerOfKind(services.registry, operation.kind)!;
  return operationHeaders(
    operation,
    provider,
    context.request.origin,
    context.request.query.get('api-version') ?? context.apiVersion,
    accepted,
  );
};

const refuse = <T extends object>(decision: T | ArmError): T => {
  if (decision instanceof ArmError) throw decision;
  return decision;
};

/** The stored id keeps its creator's case, below its parent's. */
const storedId = (
  id: ResourceId,
  type: AnyResourceType,
  existing: Document | undefined,
  parentText: string | undefined,
): string => {
  if (existing) return existing.id;
  const written = id.text.split('/');
  const typeSegments = type.type.split('/');
  const last = typeSegments.at(-1)!;
  const rest = written.slice(0, -2);
  const parent = parentText ?? rest.join('/');
  const provider = id.parent?.namespace === id.namespace && id.namespace !== 'Microsoft.Resources';
  if (provider || id.namespace === 'Microsoft.Resources') return `${parent}/${last}/${id.name}`;
  return `${parent.replace(/\/providers\/[^/]+$/i, '')}/providers/${typeSegments[0]}/${last}/${id.name}`;
};

export const putResource = async (
  context: OperationContext,
  services: WriteServices,
  type: AnyResourceType,
  id: ResourceId,
  version: ServedApiVersion,
  action: string,
): Promise<ArmResponse> => {
  const existing = await context.store.get(id.text);
  checkWriteConditions(context.request, existing);
  const patching = context.request.method === 'PATCH';
  if (patching && !existing)
    throw armError('ResourceNotFound', [`${type.type}/${id.name}`, id.resourceGroup ?? '']);
  const expected = await surroundings(context, type, id);
  if (type.name && !existing && !type.name.pattern.test(id.name))
    throw armError('InvalidResourceName', [id.name, type.name.rule], 'name');
  if (patching && type.patch === 'tags')
    return patchTags(context, services, type, id, existing!, expected, action);

  const body = patching ? patchedBody(type, existing!, context) : context.request.body;
  const { command, ignored } = parseBody(type, id, body, version.newer || patching, existing);
  checkLocation(context, type, command.location, existing);
  const loaded = type.load ? await type.load(context, command) : undefined;
  const { now, newGuid, newLinkIdentifier, settings, principal } = context;
  const decision = refuse(
    type.put!({ command, loaded, now, newGuid, newLinkIdentifier, settings, principal }),
  );

  const parentDocument =
    id.parent && id.parent.namespace === id.namespace ? await context.store.get(id.parent.text) : undefined;
  const own = storedId(id, type, existing, parentDocument?.id);
  const stored: JsonObject = {
    ...(command.location === undefined ? {} : { location: command.location }),
    ...(type.placement === 'proxy' ? {} : { tags: command.tags ?? {} }),
    ...(decision.envelope ?? command.envelope),
    properties: decision.properties,
    systemData: systemData(principal, now, existing),
  };
  const location = command.location ?? 'global';
  const operation = start(context, decision.operation, own, location);
  const status = existing ? (decision.status?.updated ?? 200) : (decision.status?.created ?? 201);
  const batch = merge(
    {
      expect: [...expected, { id: own, version: existing ? existing.version : 'absent' }],
      puts: [{ id: own, type: type.type, body: stored }],
      audit: [auditEntry(context, action, id, status)],
      ...(operation ? { operations: [operation] } : {}),
    },
    decision.effects,
  );
  const committed = await services.store.commit(batch);
  const document: Document = {
    id: own,
    type: type.type,
    body: stored,
    version: committed.versions.get(own.toLowerCase())!,
  };
  const [shown] = await present(type, context, [document]);
  const ignoredHeader: Record<string, string> =
    ignored.length > 0 ? { 'x-tombolo-ignored-properties': ignored.join(', ') } : {};
  return {
    status,
    headers: {
      etag: etagOf(document),
      'x-tombolo-feed': String(committed.feed),
      ...ignoredHeader,
      ...headersOf(context, services, operation, status === 202),
    },
    body: shown!,
  };
};

const checkLocation = (
  context: OperationContext,
  type: AnyResourceType,
  location: string | undefined,
  existing: Document | undefined,
): void => {
  if (location === undefined) return;
  const stored = existing?.body.location;
  if (typeof stored === 'string' && stored.replaceAll(' ', '').toLowerCase() !== location) {
    throw armError('InvalidResourceLocation', [existing!.id, type.type, stored, location], 'location');
  }
  const offered = type.placement === 'global' ? ['global'] : context.settings.regions;
  if (!offered.includes(location))
    throw armError(
      'LocationNotAvailableForResourceType',
      [location, type.type, offered.join(',')],
      'location',
    );
};

const patchedBody = (type: AnyResourceType, existing: Document, context: OperationContext): JsonObject => {
  const patch = context.request.body;
  if (!isObject(patch)) throw armError('InvalidRequestContent', ['the body has to be a JSON object.']);
  const allowed = ['location', 'tags', 'properties', ...(type.envelope ?? []), 'id', 'name', 'type'];
  const unknown = Object.keys(patch).find((key) => !allowed.includes(key));
  if (unknown !== undefined)
    throw armError('InvalidRequestContent', [`could not find member '${unknown}'.`], unknown);
  if (isObject(patch.properties) && type.properties?.shape) {
    const shape = type.properties.shape;
    const readOnly = (type.readOnly ?? []).map((name) => name.toLowerCase());
    const odd = Object.keys(patch.properties).find(
      (key) => !(key in shape) && !readOnly.includes(key.toLowerCase()),
    );
    if (odd !== undefined)
      throw armError(
        'InvalidRequestContent',
        [`could not find member '${odd}'. Known members are: ${Object.keys(shape).join(', ')}.`],
        `properties.${odd}`,
      );
  }
  const { systemData: _, ...body } = existing.body;
  return mergePatch(body, patch) as JsonObject;
};

const patchTags = async (
  context: OperationContext,
  services: WriteServices,
  type: AnyResourceType,
  id: ResourceId,
  existing: Document,
  expected: readonly Expectation[],
  action: string,
): Promise<ArmResponse> => {
  const patch = context.request.body;
  if (!isObject(patch)) throw armError('InvalidRequestContent', ['the body has to be a JSON object.']);
  const other = Object.keys(patch).find((key) => key !== 'tags');
  if (other !== undefined)
    throw armError(
      'InvalidRequestContent',
      [`only 'tags' can be updated here, not '${other}'. Use PUT for the rest.`],
      other,
    );
  const tags = patch.tags === undefined ? (existing.body.tags ?? {}) : tagsOf(patch.tags ?? {});
  const stored: JsonObject = {
    ...existing.body,
    tags: tags as JsonObject,
    systemData: systemData(context.principal, context.now, existing),
  };
  const committed = await services.store.commit({
    expect: [...expected, { id: existing.id, version: existing.version }],
    puts: [{ id: existing.id, type: type.type, body: stored }],
    audit: [auditEntry(context, action, id, 200)],
  });
  const document = { ...existing, body: stored, version: committed.versions.get(existing.id.toLowerCase())! };
  const [shown] = await present(type, context, [document]);
  return {
    status: 200,
    headers: { etag: etagOf(document), 'x-tombolo-feed': String(committed.feed) },
    body: shown!,
  };
};

export const deleteResource = async (
  context: OperationContext,
  services: WriteServices,
  type: AnyResourceType,
  id: ResourceId,
  action: string,
): Promise<ArmResponse> => {
  const existing = await context.store.get(id.text);
  checkWriteConditions(context.request, existing);
  const expected = await surroundings(context, type, id);
  if (!existing || existing.type !== type.type) return { status: 204, headers: {} };
  const below = await context.store.list({ under: existing.id });
  const loaded = type.loadForRemove ? await type.loadForRemove(context, existing) : undefined;
  const { now, newGuid, settings } = context;
  const decision = type.remove
    ? refuse(type.remove({ id, existing, below, loaded, now, newGuid, settings }))
    : {};
  const operation = start(
    context,
    decision.operation,
    existing.id,
    String(existing.body.location ?? 'global'),
  );
  const removed = decision.deferred ? [] : [existing, ...below];
  const status = decision.status ?? (operation ? 202 : 200);
  const batch = merge(
    {
      expect: [...expected, { id: existing.id, version: existing.version }, ...unusedExpectations(removed)],
      deletes: removed.map((document) => document.id),
      releases: removed.map((document) => ({ holder: document.id.toLowerCase() })),
      audit: [auditEntry(context, action, id, status)],
      ...(operation ? { operations: [operation] } : {}),
    },
    decision.effects,
  );
  const committed = await services.store.commit(batch);
  return {
    status,
    headers: {
      'x-tombolo-feed': String(committed.feed),
      ...headersOf(context, services, operation, status === 202),
    },
  };
};

/** A claim or use that stood in the way, as an ARM error; undefined where a retry may help. */
export const explainConflict = (
  conflict: StoreConflict,
  type: AnyResourceType,
  id: ResourceId,
): ArmError | undefined => {
  const reason = conflict.reason;
  if (reason.kind === 'version') return undefined;
  const own = type.explain?.(reason, id);
  if (own === 'retry') return undefined;
  if (own) return own;
  if (reason.kind === 'in-use') return armError('CannotDeleteResource', [id.text, reason.holders.join(', ')]);
  return armError('Conflict', [
    `'${reason.key}' is '${reason.held.value}' for ${reason.held.holders.join(', ')}; it cannot be '${reason.wanted}' too.`,
  ]);
};
