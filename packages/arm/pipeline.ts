/** One request through its stops: route, api-version, authorization, operation, answer. No sockets. */

import type { AuditEntry, Batch, Reading, Store } from '@tombolo/store/port';
import { StoreConflict } from '@tombolo/store/port';
import { serveApiVersion } from './api-version.ts';
import { ArmError, errorBody, flatErrorBody } from './arm-error.ts';
import { writeComputed } from './computed-write.ts';
import { deleteResource } from './delete-operation.ts';
import { armError } from './errors.ts';
import { ignoredExpansion } from './expansion.ts';
import { firstReads } from './first-reads.ts';
import type { ArmRequest, ArmResponse, Principal } from './message.ts';
import { putResource } from './put-operation.ts';
import { listScopeOf, readCollection, readResource } from './read-operations.ts';
import type { AnyResourceType, OperationContext, Registry, Seal } from './resource-type.ts';
import type { Target } from './route.ts';
import { route } from './route.ts';
import type { Settings } from './settings.ts';
import { explainConflict } from './store-conflict.ts';
import { tidyRequest } from './tidy-request.ts';
import { actionOfMethod, actionOfPost, hasMethod, resourceMethods } from './type-operations.ts';
import { unexpected } from './unexpected.ts';
import type { WriteServices } from './write-batch.ts';

export interface PipelineServices {
  readonly store: Store;
  readonly registry: Registry;
  readonly settings: Settings;
  readonly tenantId: string;
  readonly now: () => number;
  readonly newGuid: () => string;
  readonly newLinkIdentifier: () => number;
  readonly seal: Seal;
  /** Default is deny. What it reads, it reads with the request. */
  readonly isAllowed: (
    principal: Principal,
    action: string,
    scopeId: string,
    reading: Reading,
  ) => Promise<boolean>;
  /** Throws 401 where the caller's token is over before its time. What it reads, it reads with the request. */
  readonly requireStanding: (principal: Principal, reading: Reading) => Promise<void>;
  /** Refused requests, for the activity log. */
  readonly onRefusal: (entry: AuditEntry) => void;
  /** Errors that are ours; they never leave the process. */
  readonly onFailure: (correlationId: string, error: unknown) => void;
}

export type Pipeline = (request: ArmRequest) => Promise<ArmResponse>;

/** Writers of one subnet or group decide one after the other: some dozens at once are well. */
const conflictRetries = 48;

export const createPipeline =
  (services: PipelineServices): Pipeline =>
  async (asSent) => {
    const request = tidyRequest(asSent);
    const requestId = services.newGuid();
    const headers = {
      'x-ms-request-id': requestId,
      'x-ms-correlation-request-id': request.correlationId,
      'x-ms-routing-request-id': `TOMBOLO:${requestId}`,
      ...(request.headers.get('x-ms-return-client-request-id') === 'true' &&
      request.headers.has('x-ms-client-request-id')
        ? { 'x-ms-client-request-id': request.headers.get('x-ms-client-request-id')! }
        : {}),
    };
    let target: Target | undefined;
    try {
      target = route(request, services.registry);
      const response = await answer(request, services, target);
      return { ...response, headers: { ...headers, ...response.headers } };
    } catch (error) {
      const refusal = error instanceof ArmError ? error : unexpected(error, request.correlationId);
      if (!(error instanceof ArmError)) services.onFailure(request.correlationId, error);
      services.onRefusal(refusalEntry(request, services, refusal));
      const ofGateway = refusal.source === 'gateway';
      return {
        status: refusal.status,
        headers: {
          ...headers,
          ...(ofGateway ? { 'x-ms-failure-cause': 'gateway' } : {}),
          ...refusal.headers,
        },
        body: target?.type.flatErrors && !ofGateway ? flatErrorBody(refusal) : errorBody(refusal),
      };
    }
  };

const refusalEntry = (request: ArmRequest, services: PipelineServices, refusal: ArmError): AuditEntry => ({
  at: services.now(),
  correlationId: request.correlationId,
  caller: request.principal.objectId,
  action: request.method,
  resourceId: request.path.slice(0, 512),
  status: refusal.status,
  code: refusal.code,
  message: refusal.message.slice(0, 512),
});

const answer = async (
  request: ArmRequest,
  services: PipelineServices,
  target: Target,
): Promise<ArmResponse> => {
  const { type } = target;
  const version = serveApiVersion(
    request.query.get('api-version'),
    type.type,
    type.apiVersions,
    services.settings.strictApiVersions,
  );
  const action = actionOf(request, target);
  const scope = target.kind === 'collection' ? (target.parent?.text ?? '/') : target.id.text;
  const openReading = (): Reading => {
    const reading = services.store.reading();
    reading.ahead(firstReads(target, request, services.settings));
    return reading;
  };
  let reading = openReading();
  let last: Batch | undefined;
  const [allowed] = await Promise.all([
    action === undefined || services.isAllowed(request.principal, action, scope, reading),
    services.requireStanding(request.principal, reading),
  ]);
  if (action !== undefined && !allowed) {
    const { appId, objectId } = request.principal;
    throw armError('AuthorizationFailed', [appId ?? objectId, objectId, action, scope]);
  }
  if (request.unreadable) throw request.unreadable;
  const served: Record<string, string> = {
    ...(version.newer ? { 'x-tombolo-api-version-served': version.served } : {}),
    ...ignoredExpansion({ request }, target),
  };
  for (let attempt = 1; ; attempt += 1) {
    try {
      const response = await perform(
        contextOf(request, services, reading, version.served),
        writesOf(services, reading, (batch) => {
          last = batch;
        }),
        target,
        version,
        action ?? '',
      );
      return { ...response, headers: { ...served, ...response.headers } };
    } catch (error) {
      if (!(error instanceof StoreConflict) || target.kind === 'collection') throw error;
      const refusal = explainConflict(error, services.registry, { type, id: target.id }, last?.deletes);
      if (refusal) throw refusal;
      if (attempt === conflictRetries) throw armError('RetryableConflict', [target.id.text]);
      reading = openReading();
    }
  }
};

/** The answer to a write is made of what was read and what was written. */
const writesOf = (
  { store, registry }: PipelineServices,
  reading: Reading,
  tried: (batch: Batch) => void,
): WriteServices => ({
  registry,
  store: {
    commit: async (batch) => {
      tried(batch);
      const committed = await store.commit(batch);
      reading.wrote(batch, committed);
      return committed;
    },
  },
});

const contextOf = (
  request: ArmRequest,
  services: PipelineServices,
  reading: Reading,
  apiVersion: string,
): OperationContext => ({
  request,
  principal: request.principal,
  store: reading,
  apiVersion,
  tenantId: services.tenantId,
  now: services.now(),
  newGuid: services.newGuid,
  newLinkIdentifier: services.newLinkIdentifier,
  seal: services.seal,
  allows: (action, scopeId) => services.isAllowed(request.principal, action, scopeId, reading),
  settings: services.settings,
  registry: services.registry,
});

const perform = (
  context: OperationContext,
  services: WriteServices,
  target: Target,
  version: ReturnType<typeof serveApiVersion>,
  action: string,
): Promise<ArmResponse> => {
  const { method, body } = context.request;
  const { type } = target;
  if (target.kind === 'collection') return readCollection(context, type, target.parent);
  const { id } = target;
  const write = { type, id, version, action };
  if (target.kind === 'action') {
    return writeComputed(context, services, write, () => target.action.run(context, id, body));
  }
  const computed = { PUT: type.computed?.put, PATCH: type.computed?.patch, DELETE: type.computed?.delete };
  switch (method) {
    case 'GET':
      return readResource(context, type, id);
    case 'HEAD':
      return headResource(context, type, id);
    case 'PUT':
    case 'PATCH':
    case 'DELETE': {
      const decide = computed[method];
      if (decide) return writeComputed(context, services, write, () => decide(context, id, body));
      return method === 'DELETE'
        ? deleteResource(context, services, write)
        : putResource(context, services, write);
    }
    case 'POST':
      throw refusedMethod(method, type);
  }
};

/** ARM's existence check: 204 or 404, no body. */
const headResource = async (
  context: OperationContext,
  type: AnyResourceType,
  id: Parameters<typeof readResource>[2],
): Promise<ArmResponse> => {
  try {
    const found = await readResource(context, type, id);
    return { status: 204, headers: found.headers };
  } catch (error) {
    if (error instanceof ArmError && error.status === 404) return { status: 404, headers: {} };
    throw error;
  }
};

const refusedMethod = (method: string, type: AnyResourceType): ArmError =>
  type.gap === undefined
    ? armError('MethodNotAllowed', [method, type.type, resourceMethods(type).join(', ') || 'none'])
    : armError('NotImplemented', [type.gap]);

/** The RBAC action of the request; undefined: open to every caller. Throws MethodNotAllowed, NotImplemented. */
const actionOf = (request: ArmRequest, target: Target): string | undefined => {
  const { type } = target;
  if (target.kind === 'action') return actionOfPost(type, target.name, target.id);
  const read = type.authorization === 'own' ? undefined : actionOfMethod(type, 'GET');
  if (target.kind === 'collection') {
    if (request.method !== 'GET') throw armError('MethodNotAllowed', [request.method, type.type, 'GET']);
    const scope = listScopeOf(target.parent);
    const listable = type.computed?.list !== undefined || type.lists.includes(scope);
    if (!listable) throw armError('NotImplemented', [type.gap ?? `Listing '${type.type}' at this scope`]);
    return read;
  }
  if (!hasMethod(type, request.method)) throw refusedMethod(request.method, type);
  return request.method === 'GET' || request.method === 'HEAD' ? read : actionOfMethod(type, request.method);
};
