/** The way of one request: name, route, caller, access decision, operation. Free of sockets. */

import { ArmError } from '@tombolo/arm';
import type { IssuerChain } from '@tombolo/identity/machine-certificate-check';
import type { CloudProfile, Route } from '@tombolo/private-link';
import {
  accessMachine,
  certificateState,
  checkRegion,
  checkServerName,
  olderVersion,
  requireAccess,
  routeOf,
} from './access.ts';
import type { Authentication, MachineCaller, RegistrationStatement } from './caller.ts';
import { authenticateAssertion, authenticateRegistration, authenticateRequest } from './caller.ts';
import { serviceError } from './errors.ts';
import type { HeartbeatBuffer } from './heartbeat-buffer.ts';
import type { ServiceName } from './host.ts';
import { resolveHost } from './host.ts';
import type { Listener } from './notification-channel.ts';
import type { OperationContext } from './operation-context.ts';
import type { Operation } from './operations.ts';
import { operations } from './operations.ts';
import type { HybridState, Machine } from './projection.ts';
import type { RateLimit } from './rate-limit.ts';
import type { RegistrationAuthority } from './registration-authority.ts';
import type { ReplayCache } from './replay-cache.ts';
import { type Downloads, type ServiceRequest, type ServiceResponse, sourceKey } from './request.ts';

export interface HybridServiceOptions {
  readonly profile: Pick<CloudProfile, 'suffixes' | 'regions'>;
  readonly state: HybridState;
  readonly downloads?: Downloads;
  readonly packageDirectory?: string;
  /** Until this process has applied a feed number, within bounds. */
  readonly applied: (feed: number) => Promise<boolean>;
  readonly authority: RegistrationAuthority;
  readonly heartbeats: HeartbeatBuffer;
  readonly replays: ReplayCache;
  /** For bootstrap operations, by source. */
  readonly bootstrapLimit: RateLimit;
  /** For failed authentications, by source: a source that used it up is not verified at all. */
  readonly failureLimit: RateLimit;
  /** Those that issue machine certificates. */
  readonly machineAuthorities: readonly IssuerChain[];
  readonly now: () => number;
  readonly newGuid: () => string;
  readonly onFailureLog: (entry: Readonly<Record<string, string>>, source: string) => void;
}

/** @throws ArmError, ConnectionReset; anything else is a fault of ours. */
export type HybridService = (request: ServiceRequest) => Promise<ServiceResponse>;

const findOperation = (service: ServiceName, request: ServiceRequest): [Operation, readonly string[]] => {
  const atPath = operations.filter((entry) => entry.kind === service.kind && entry.path.test(request.path));
  const operation = atPath.find((entry) => entry.method === request.method);
  if (operation === undefined) {
    if (atPath.length === 0)
      throw serviceError('NotFound', [`${request.method} ${request.path} of ${service.fqdn}`]);
    const allowed = atPath.map((entry) => entry.method).join(', ');
    throw serviceError('MethodNotAllowed', [request.method, request.path, allowed]);
  }
  try {
    return [operation, (operation.path.exec(request.path)?.slice(1) ?? []).map(decodeURIComponent)];
  } catch {
    throw serviceError('InvalidRequest', ['the path is badly encoded.']);
  }
};

/** The number of the write that the caller made before: it asks not to be judged by what was before that. */
const statedFeed = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;

export const createHybridService = (options: HybridServiceOptions): HybridService => {
  const { state, failureLimit } = options;

  const limited = (limit: RateLimit, request: ServiceRequest, what: string): void => {
    const wait = limit.take(sourceKey(request.arrival));
    if (wait > 0) throw serviceError('TooManyRequests', [what], { retryAfterSeconds: wait });
  };

  /** Verification is work for us: a source that keeps failing is turned away before it. */
  const guarded = async <T>(
    request: ServiceRequest,
    verify: (by: Authentication) => Promise<T>,
  ): Promise<T> => {
    const wait = failureLimit.peek(sourceKey(request.arrival));
    if (wait > 0)
      throw serviceError('TooManyRequests', ['failed authentications'], { retryAfterSeconds: wait });
    const by = {
      state,
      replays: options.replays,
      authorities: options.machineAuthorities,
      now: options.now(),
    };
    try {
      return await verify(by);
    } catch (error) {
      if (error instanceof ArmError && error.status === 401) failureLimit.take(sourceKey(request.arrival));
      throw error;
    }
  };

  /** An agent of before a move goes by the former name: its key says whose it is. */
  const registering = ({ machineId, keyThumbprint }: RegistrationStatement): Machine | undefined => {
    const named = state.machine(machineId);
    if (named?.keyThumbprint === keyThumbprint) return named;
    const moved = state.identity(machineId, { keyThumbprint });
    return moved?.keyThumbprint === keyThumbprint ? (state.machine(moved.machineId) ?? named) : named;
  };

  const judgeMachine = (
    caller: MachineCaller,
    route: Route,
    service: ServiceName,
    source: string,
  ): Machine => {
    const machine = state.machine(caller.machineId);
    const certificate = certificateState(caller, state, options.now());
    if (certificate !== 'valid') failureLimit.take(source);
    requireAccess({
      operation: 'request',
      route,
      certificate,
      ...(machine === undefined ? {} : { machine: accessMachine(machine, state, caller.agentVersion) }),
    });
    // requireAccess lets nobody through who has no machine resource.
    if (machine === undefined) throw serviceError('MachineNotFound', [caller.machineId]);
    checkRegion(service, machine);
    return machine;
  };

  const listenerOf = (caller: MachineCaller): Listener => ({
    machineId: () => {
      if (certificateState(caller, state, options.now()) !== 'valid') return undefined;
      // It may have been moved.
      return state.machine(state.identity(caller.machineId, caller)?.machineId ?? caller.machineId)?.id;
    },
  });

  return async (request) => {
    checkServerName(request);
    const service = resolveHost(request.host, options.profile);
    if (service === undefined)
      throw serviceError('MisdirectedRequest', [request.host, 'it is no name of a service']);
    const route = routeOf(request.arrival, request.host, state);
    const [operation, parameters] = findOperation(service, request);
    const context: OperationContext = {
      ...options,
      request,
      service,
      parameters,
      now: options.now(),
      route:
        route.kind === 'public' ? { kind: 'public' } : { kind: 'private', connectionId: route.connectionId },
    };
    const current = (): Route => routeOf(request.arrival, request.host, state);
    switch (operation.access) {
      case 'open':
        return operation.run(context);
      case 'bootstrap':
        if (requireAccess({ operation: 'bootstrap', route }).rateLimited)
          limited(options.bootstrapLimit, request, 'requests');
        return operation.run(context);
      case 'registration': {
        const statement = await guarded(request, (by) => authenticateRegistration(request, by));
        if (statement.feed !== undefined) await options.applied(statement.feed);
        const machine = registering(statement);
        // The state may have moved while we waited: route and machine are read again.
        requireAccess({
          operation: 'registration',
          route: current(),
          ...(machine === undefined
            ? {}
            : {
                machine: accessMachine(
                  machine,
                  state,
                  olderVersion(statement.agentVersion, machine.agentVersion),
                ),
              }),
        });
        if (machine === undefined) throw serviceError('MachineNotFound', [statement.machineId]);
        checkRegion(service, machine);
        if (machine.keyThumbprint !== statement.keyThumbprint) {
          failureLimit.take(sourceKey(request.arrival));
          throw serviceError('MachineKeyMismatch', [machine.id], { target: 'properties.clientPublicKey' });
        }
        return operation.run({ ...context, statement: { ...statement, machineId: machine.id } });
      }
      case 'listening': {
        const caller = await guarded(request, (by) => authenticateRequest(request, by));
        const source = sourceKey(request.arrival);
        // Notifications are public and no scope's business (R11): the identity is judged, and again as long as it listens.
        const listener = listenerOf(caller);
        if (listener.machineId() === undefined) {
          failureLimit.take(source);
          const certificate = certificateState(caller, state, options.now());
          requireAccess({ operation: 'request', route: { kind: 'public' }, certificate });
          throw serviceError('MachineNotFound', [caller.machineId]);
        }
        return { status: 101, listener };
      }
      case 'token':
      case 'request': {
        const feed = statedFeed(request.headers['x-tombolo-feed']);
        if (feed !== undefined) await options.applied(feed);
        const verify = operation.access === 'token' ? authenticateAssertion : authenticateRequest;
        const caller = await guarded(request, (by) => verify(request, by));
        const judge = (): Machine => judgeMachine(caller, current(), service, sourceKey(request.arrival));
        const machine = judge();
        // A body may take its time: who is shut out meanwhile is shut out.
        const readBody = async (): Promise<string> => {
          const body = await request.readBody();
          judge();
          return body;
        };
        return operation.run({ ...context, request: { ...request, readBody }, caller, machine });
      }
    }
  };
};
