/** The question that each request asks of `decideAccess`, from the state as it is at that moment. */

import { ArmError } from '@tombolo/arm';
import type { AccessMachine, AccessQuestion, Route } from '@tombolo/private-link';
import { compareVersions, decideAccess, isAnotherScope, normalizeLocation } from '@tombolo/private-link';
import type { MachineCaller } from './caller.ts';
import { serviceError } from './errors.ts';
import type { ServiceName } from './host.ts';
import { bareHost } from './host.ts';
import type { HybridState, Machine } from './projection.ts';
import type { Arrival, ServiceRequest } from './request.ts';

/** The connection is reset: no HTTP answer. */
export class ConnectionReset extends Error {}

/**
 * The route by which a request came, and that the host is the member behind it.
 * @throws ConnectionReset for a link identifier that no connection has; ArmError 421 for another member's name.
 */
export const routeOf = (arrival: Arrival, host: string, state: HybridState): Route => {
  if (arrival.kind === 'public') return { kind: 'public' };
  const connection = state.connection(arrival.linkIdentifier);
  if (connection === undefined) throw new ConnectionReset('no connection has this link identifier');
  const member = connection.members.find((entry) => entry.privateIpAddress === arrival.destination);
  if (member === undefined || !member.fqdns.includes(bareHost(host))) {
    const why = member
      ? `${arrival.destination} is the private endpoint address of member '${member.memberName}' (${member.fqdns.join(', ')})`
      : `${arrival.destination} is no member's address of private endpoint connection '${connection.id}'`;
    throw serviceError('MisdirectedRequest', [host, why]);
  }
  return {
    kind: 'private',
    scopeId: connection.scopeId,
    connectionId: connection.id,
    status: connection.status,
  };
};

/** A request has to be for the name that the TLS handshake was for (RFC 9110 §7.4). */
export const checkServerName = (request: Pick<ServiceRequest, 'host' | 'serverName'>): void => {
  const { host, serverName } = request;
  if (serverName !== undefined && bareHost(serverName) !== bareHost(host)) {
    throw serviceError('MisdirectedRequest', [host, `the TLS connection was made for '${serverName}'`]);
  }
};

/** Regional names serve the machines of their region only. */
export const checkRegion = (service: ServiceName, machine: Machine): void => {
  const location = normalizeLocation(machine.location);
  if (service.region !== undefined && service.region.name !== location) {
    const why = `machine '${machine.id}' is in ${machine.location}; ask gbl for the hosts of that region`;
    throw serviceError('MisdirectedRequest', [service.fqdn, why]);
  }
};

/** @param agentVersion the machine's signed statement, if it made one. */
export const accessMachine = (machine: Machine, state: HybridState, agentVersion?: string): AccessMachine => {
  const scopeId = machine.privateLinkScopeResourceId;
  const found = scopeId === undefined ? undefined : state.scope(scopeId);
  const remade = isAnotherScope(machine.privateLinkScopeGuid, found?.privateLinkScopeId);
  const scope = remade ? undefined : found;
  return {
    id: machine.id,
    agentVersion: agentVersion ?? machine.agentVersion ?? '',
    ...(scopeId === undefined
      ? {}
      : {
          scope: {
            id: scope?.id ?? scopeId,
            publicNetworkAccess: scope?.publicNetworkAccess ?? 'Disabled',
            deleted: scope === undefined,
            ...(remade ? { remade } : {}),
          },
        }),
  };
};

/** R10 at registration: the older of what the machine says and what its resource says. */
export const olderVersion = (stated: string, recorded: string | undefined): string =>
  recorded === undefined || (compareVersions(stated, recorded) ?? -1) <= 0 ? stated : recorded;

/** (machine, serial) in the newest state: the lookup is the revocation. */
export const certificateState = (
  caller: Pick<MachineCaller, 'machineId' | 'serial' | 'keyThumbprint'>,
  state: HybridState,
  now: number,
): 'valid' | 'unknown' | 'revoked' => {
  const identity = state.identity(caller.machineId);
  if (identity === undefined) return 'unknown';
  const certificate = identity.certificates.find((entry) => entry.serial === caller.serial);
  if (certificate === undefined || certificate.notAfter <= now) return 'revoked';
  if (identity.keyThumbprint !== caller.keyThumbprint) return 'revoked';
  // The resource was created again for another key: that one may register, this one is out.
  const wanted = state.machine(caller.machineId)?.keyThumbprint;
  return wanted === undefined || wanted === identity.keyThumbprint ? 'valid' : 'revoked';
};

/** @throws ArmError 401 or 403 with the decision's code, ConnectionReset */
export const requireAccess = (question: AccessQuestion): { readonly rateLimited: boolean } => {
  const decision = decideAccess(question);
  if (decision.allow) return decision;
  const { status, code, message } = decision;
  if (status === 'reset') throw new ConnectionReset(message);
  throw new ArmError({
    status,
    code,
    message,
    ...(question.machine === undefined ? {} : { target: question.machine.id }),
  });
};
