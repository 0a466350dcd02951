/** Long-running operations: their rows, the headers that lead to them, what polling them answers. */

import { isObject, stringsAt } from '@tombolo/store/document';
import type { JsonObject, Operation } from '@tombolo/store/port';
import { ArmError } from './arm-error.ts';
import type { OperationStart } from './decision.ts';
import { findEndedOperation, shownForMs } from './ended-operation.ts';
import { armError } from './errors.ts';
import type { ArmResponse } from './message.ts';
import type { AnyResourceType, OperationContext, Provider, Registry } from './resource-type.ts';
import { defineResourceType } from './resource-type.ts';
import { isoTime } from './system-data.ts';
import { warningHeader } from './warning-header.ts';

/** Seconds; 0 would make some clients wait 30 s between polls. */
const retryAfter = '1';

export const operationRow = (
  start: OperationStart,
  target: { readonly id: string; readonly subscriptionId: string; readonly location: string },
  now: number,
  guid: string,
): Operation => ({
  id: guid,
  kind: start.kind,
  subscriptionId: target.subscriptionId,
  location: start.location ?? target.location,
  target: target.id,
  status: 'InProgress',
  startTime: now,
  dueAt: now,
  state: start.state,
});

/** `Azure-AsyncOperation`, `Location` (where the answer is 202) and `Retry-After`. */
export const operationHeaders = (
  operation: Operation,
  provider: Provider,
  origin: string,
  apiVersion: string,
  accepted: boolean,
): Record<string, string> => {
  const addresses = provider.operationAddresses;
  if (!addresses) throw new Error(`${provider.namespace} has no operation addresses`);
  const subscription = `${origin}/subscriptions/${operation.subscriptionId}`;
  const base =
    addresses.base === 'subscription'
      ? subscription
      : `${subscription}/providers/${provider.namespace}/locations/${operation.location}`;
  const query = `?api-version=${apiVersion}`;
  return {
    ...(addresses.status === undefined
      ? {}
      : { 'azure-asyncoperation': `${base}/${addresses.status}/${operation.id}${query}` }),
    ...(accepted ? { location: `${base}/${addresses.result}/${operation.id}${query}` } : {}),
    ...(addresses.notifies ? { 'azure-asyncnotification': 'Enabled' } : {}),
    'retry-after': retryAfter,
  };
};

const find = async (
  context: OperationContext,
  subscriptionId: string | undefined,
  name: string,
): Promise<Operation> => {
  const ended = findEndedOperation(name, subscriptionId ?? '', context.now);
  if (ended) return ended;
  const operation = await context.store.operation(name.toLowerCase());
  // Whether it has been swept already is nobody's matter.
  const over = operation?.endTime !== undefined && context.now - operation.endTime >= shownForMs;
  if (!operation || over || operation.subscriptionId.toLowerCase() !== subscriptionId?.toLowerCase()) {
    throw armError('NotFound', [`The operation '${name}'`]);
  }
  return operation;
};

/** What an operation that has succeeded leaves as `warnings` in its state: what it has broken although it was allowed. */
const warningsOf = ({ status, state }: Operation): Record<string, string> =>
  status === 'Succeeded' ? warningHeader(stringsAt(state, 'warnings')) : {};

/** `{name, status, startTime, endTime?, error?}`. */
const operationBody = (operation: Operation): JsonObject => ({
  name: operation.id,
  status: operation.status,
  startTime: isoTime(operation.startTime),
  ...(operation.endTime === undefined ? {} : { endTime: isoTime(operation.endTime) }),
  ...(operation.error ? { error: operation.error } : {}),
});

/**
 * The two computed types at which a provider's operations are polled. Whoever knows an operation's GUID may poll it:
 * a caller with a role on one group only could not see anything below the subscription's locations.
 */
export const operationTypes = (
  namespace: string,
  addresses: { readonly status: string; readonly result: string },
  apiVersions: readonly string[],
): readonly AnyResourceType[] => [
  defineResourceType<never>({
    type: `${namespace}/locations/${addresses.status}`,
    apiVersions,
    placement: 'proxy',
    lists: [],
    authorization: 'own',
    computed: {
      get: async (context, id) => {
        const operation = await find(context, id.subscriptionId, id.name);
        const headers: Record<string, string> =
          operation.status === 'InProgress' ? { 'retry-after': retryAfter } : warningsOf(operation);
        return { status: 200, headers, body: operationBody(operation) } satisfies ArmResponse;
      },
    },
  }),
  operationResultType(`${namespace}/locations/${addresses.result}`, apiVersions, 204),
];

/**
 * The type at which `Location` of an accepted request is polled: 202, then `finished`, or the operation's error. An
 * operation that leaves an object `result` in its state has that for its answer, with 200.
 */
export const operationResultType = (
  type: string,
  apiVersions: readonly string[],
  finished: 200 | 204,
): AnyResourceType =>
  defineResourceType<never>({
    type,
    apiVersions,
    placement: 'proxy',
    lists: [],
    authorization: 'own',
    computed: {
      get: async (context, id) =>
        resultResponse(await find(context, id.subscriptionId, id.name), context, finished),
    },
  });

const resultResponse = (operation: Operation, context: OperationContext, finished: number): ArmResponse => {
  if (operation.status === 'InProgress') {
    const location = `${context.request.origin}${context.request.path}?api-version=${context.request.query.get('api-version') ?? ''}`;
    return { status: 202, headers: { location, 'retry-after': retryAfter } };
  }
  if (operation.error) throw new ArmError({ ...operation.error, status: 409 });
  const { result } = operation.state;
  const headers = warningsOf(operation);
  return isObject(result) ? { status: 200, headers, body: result } : { status: finished, headers };
};

/** Finds the provider that started an operation of this kind. */
export const providerOfKind = (registry: Registry, kind: string): Provider | undefined =>
  registry.providers.find((provider) => provider.operationKinds && kind in provider.operationKinds);
