/** One request through its stops: route, api-version, authorization, operation, answer. No sockets. */

import type { AuditEntry, Store } from '@tombolo/store/port';
import { StoreConflict } from '@tombolo/store/port';
import { serveApiVersion } from './api-version.ts';
import { ArmError, armError, errorBody } from './errors.ts';
import type { ArmRequest, ArmResponse, Principal } from './message.ts';
import type { Registry } from './provider.ts';
import { listScopeOf, readCollection, readResource } from './read-operations.ts';
import type { AnyResourceType, OperationContext, Settings } from './resource-type.ts';
import type { Target } from './route.ts';
import { route } from './route.ts';
import { deleteResource, explainConflict, putResource } from './write-operations.ts';

export interface PipelineServices {
  readonly store: Store;
  readonly registry: Registry;
  readonly settings: Settings;
  readonly tenantId: string;
  readonly now: () => number;
  readonly newGuid: () => string;
  readonly newLinkIdentifier: () => number;
  /** Default is deny. */
  readonly isAllowed: (principal: Principal, action: string, scopeId: string) => Promise<boolean>;
  /** Refused requests, for the activity log. */
  readonly onRefusal: (entry: AuditEntry) => void;
  /** Errors that are ours; they never leave the process. */
  readonly onFailure: (correlationId: string, error: unknown) => void;
}

export type Pipeline = (request: ArmRequest) => Promise<ArmResponse>;

const conflictRetries = 10;

export const createPipeline =
  (services: PipelineServices): Pipeline =>
  async (request) => {
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
    try {
      const response = await answer(request, services);
      return { ...response, headers: { ...headers, ...response.headers } };
    } catch (error) {
      const refusal =
        error instanceof ArmError ? error : armError('InternalServerError', [request.correlationId]);
      if (!(error instanceof ArmError)) services.onFailure(request.correlationId, error);
      services.onRefusal(refusalEntry(request, services, refusal));
      return {
        status: refusal.status,
        headers: { ...headers, 'x-ms-failure-cause': 'gateway', ...refusal.headers },
        body: errorBody(refusal),
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

const answer = async (request: ArmRequest, services: PipelineServices): Promise<ArmResponse> => {
  const target = route(request, services.registry);
  const { type } = target;
  const version = serveApiVersion(
    request.query.get('api-version'),
    type.type,
    type.apiVersions,
    services.settings.strictApiVersions,
  );
  const action = actionOf(request, target);
  const scope = target.kind === 'collection' ? (target.parent?.text ?? '/') : target.id.text;
  if (!(await services.isAllowed(request.principal, action, scope))) {
    const { appId, objectId } = request.principal;
    throw armError('AuthorizationFailed', [appId ?? objectId, objectId, action, scope]);
  }
  const served: Record<string, string> = version.newer
    ? { 'x-tombolo-api-version-served': version.served }
    : {};
  for (let attempt = 1; ; attempt += 1) {
    try {
      const response = await perform(
        contextOf(request, services, version.served),
        services,
        target,
        version,
        action,
      );
      return { ...response, headers: { ...served, ...response.headers } };
    } catch (error) {
      if (!(error instanceof StoreConflict) || target.kind === 'collection') throw error;
      const refusal = explainConflict(error, type, target.id);
      if (refusal) throw refusal;
      if (attempt === conflictRetries) throw armError('RetryableConflict', [target.id.text]);
    }
  }
};

const contextOf = (
  request: ArmRequest,
  services: PipelineServices,
  apiVersion: string,
): OperationContext => ({
  request,
  principal: request.principal,
  store: services.store,
  apiVersion,
  tenantId: services.tenantId,
  now: services.now(),
  newGuid: services.newGuid,
  newLinkIdentifier: services.newLinkIdentifier,
  allows: (action, scopeId) => services.isAllowed(request.principal, action, scopeId),
  settings: services.settings,
});

const perform = (
  context: OperationContext,
  services: PipelineServices,
  target: Target,
  version: ReturnType<typeof serveApiVersion>,
  action: string,
): Promise<ArmResponse> => {
  const { method } = context.request;
  const { type } = target;
  if (target.kind === 'action') return target.action.run(context, target.id, context.request.body);
  if (target.kind === 'collection') return readCollection(context, type, target.parent);
  switch (method) {
    case 'GET':
      return readResource(context, type, target.id);
    case 'HEAD':
      return headResource(context, type, target.id);
    case 'PUT':
    case 'PATCH':
      return putResource(context, services, type, target.id, version, action);
    case 'DELETE':
      return deleteResource(context, services, type, target.id, action);
    case 'POST':
      throw armError('MethodNotAllowed', [method, type.type, allowedMethods(target).join(', ')]);
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

/** Methods of a type, by what its definition has. */
export const allowedMethods = (target: Pick<Target, 'kind' | 'type'>): readonly string[] => {
  const { type } = target;
  if (target.kind === 'action') return ['POST'];
  if (target.kind === 'collection') return ['GET'];
  return [
    ...(type.computed && !type.computed.get ? [] : ['GET', 'HEAD']),
    ...(type.put ? ['PUT'] : []),
    ...(type.patch ? ['PATCH'] : []),
    ...(type.put ? ['DELETE'] : []),
  ];
};

/** The RBAC action of the request; throws MethodNotAllowed. */
const actionOf = (request: ArmRequest, target: Target): string => {
  const { type } = target;
  const refused = (): never => {
    throw armError('MethodNotAllowed', [
      request.method,
      type.type,
      allowedMethods(target).join(', ') || 'none',
    ]);
  };
  if (target.kind === 'action') return target.action.action ?? `${type.type}/${target.name}/action`;
  if (target.kind === 'collection') {
    if (request.method !== 'GET') refused();
    const scope = listScopeOf(target.parent);
    const listable = type.computed?.list !== undefined || type.lists.includes(scope);
    if (!listable) throw armError('NotImplemented', [`Listing '${type.type}' at this scope`]);
    return type.rbac?.read ?? `${type.type}/read`;
  }
  if (!allowedMethods(target).includes(request.method)) refused();
  if (request.method === 'DELETE') return type.rbac?.delete ?? `${type.type}/delete`;
  if (request.method === 'GET' || request.method === 'HEAD') return type.rbac?.read ?? `${type.type}/read`;
  return type.rbac?.write ?? `${type.type}/write`;
};
