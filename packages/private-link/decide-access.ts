/** May this machine use the service by this route? The access table, read from the top: the first row that fits decides. */

import { sameId } from '@tombolo/arm/resource-id';
import { minimumPrivateEndpointAgent, supportsPrivateEndpoints } from './agent-version.ts';
import { type ConnectionStatus, carriesTraffic } from './connection-state.ts';
import { type PublicNetworkAccess, routesAllowed } from './public-access.ts';
import type { Refusal } from './refusals.ts';
import { refuse } from './refusals.ts';

export type Route =
  | { readonly kind: 'public' }
  /** `scopeId`: the resource id of the scope that the private endpoint connects to. */
  | {
      readonly kind: 'private';
      readonly scopeId: string;
      readonly connectionId: string;
      readonly status: ConnectionStatus;
    };

type AccessOperation = 'bootstrap' | 'registration' | 'request';

export interface AccessMachine {
  readonly id: string;
  /** azcmagent-compatible, `1.67.0`. */
  readonly agentVersion: string;
  /** Absent: associated with none. */
  readonly scope?: {
    readonly id: string;
    readonly publicNetworkAccess: PublicNetworkAccess;
    /** The association names a scope that is no longer there. */
    readonly deleted: boolean;
    /** One of its name was made since: it is another one. */
    readonly remade?: true;
  };
}

export interface AccessQuestion {
  readonly operation: AccessOperation;
  readonly route: Route;
  /** Absent where the caller has no identity; for a registration, the machine that the ARM resource says. */
  readonly machine?: AccessMachine;
  /** For `request`: what the follower's state says of (machine, certificate serial). */
  readonly certificate?: 'valid' | 'unknown' | 'revoked';
}

export type AccessCode =
  | 'PrivateEndpointConnectionNotApproved'
  | 'MachineCertificateRejected'
  | 'MachineNotFound'
  | 'AgentVersionNotSupported'
  | 'MachineNotAssociated'
  | 'PublicNetworkAccessDisabled'
  | 'PrivateLinkScopeDeleted';

export type AccessDecision =
  | { readonly allow: true; readonly rateLimited: boolean }
  /** `reset`: no HTTP answer, the gateway resets the connection. */
  | {
      readonly allow: false;
      readonly status: 401 | 403 | 'reset';
      readonly code: AccessCode;
      readonly message: string;
    };

const deny = (status: 401 | 403 | 'reset', code: AccessCode, message: string): AccessDecision => ({
  allow: false,
  status,
  code,
  message,
});

const routeName = (route: Route): string =>
  route.kind === 'public'
    ? 'the public endpoint'
    : `private endpoint connection '${route.connectionId}' of private link scope '${route.scopeId}'`;

const decideMachine = (machine: AccessMachine, route: Route): AccessDecision => {
  const { scope } = machine;
  if (route.kind === 'private' && !supportsPrivateEndpoints(machine.agentVersion)) {
    return deny(
      403,
      'AgentVersionNotSupported',
      `Machine '${machine.id}' came by ${routeName(route)} with agent version '${machine.agentVersion}', ` +
        `but private endpoints need agent ${minimumPrivateEndpointAgent} or later. Upgrade the agent on the machine.`,
    );
  }
  // A scope that is gone can neither vouch for its endpoint nor open the public route: its own row, whatever it last said.
  if (scope?.deleted) {
    return deny(
      403,
      'PrivateLinkScopeDeleted',
      `Machine '${machine.id}' came by ${routeName(route)}, but it is associated with private link scope '${scope.id}', ` +
        `which has been deleted${scope.remade ? ' (the one of that name was made since, and is another)' : ''}. ` +
        "Set the machine's privateLinkScopeResourceId to null, or to a scope that exists.",
    );
  }
  if (route.kind === 'private') {
    if (scope && sameId(scope.id, route.scopeId)) return { allow: true, rateLimited: false };
    return deny(
      403,
      'MachineNotAssociated',
      `Machine '${machine.id}' came by ${routeName(route)}, but it is associated with ` +
        `${scope ? `private link scope '${scope.id}'` : 'no private link scope'}. Associate the machine with ` +
        `'${route.scopeId}', or let it resolve ${scope ? "its own scope's endpoint" : 'the public addresses'}.`,
    );
  }
  if (scope === undefined || routesAllowed(scope.publicNetworkAccess).includes(route.kind))
    return { allow: true, rateLimited: false };
  return deny(
    403,
    'PublicNetworkAccessDisabled',
    `Machine '${machine.id}' came by ${routeName(route)}, but public network access is disabled by its private link ` +
      `scope '${scope.id}'${scope.publicNetworkAccess === 'SecuredByPerimeter' ? ' (SecuredByPerimeter, and no network security perimeter takes it in)' : ''}. ` +
      "Let the machine resolve the scope's private endpoint, or set publicNetworkAccess to Enabled.",
  );
};

/**
 * Rows of the table, for his, gas and dp (sign-in, ARM and gns are public and outside it). Total: a `request` whose
 * certificate state is missing counts as unknown, an agent version that cannot be read as too old.
 * A registration brings no certificate yet and is judged as the machine that the ARM resource says (R8, R9, R10, R2).
 */
export const decideAccess = ({ operation, route, machine, certificate }: AccessQuestion): AccessDecision => {
  const subject = machine ? `Machine '${machine.id}'` : 'A caller without identity';
  if (route.kind === 'private' && !carriesTraffic(route.status)) {
    return deny(
      'reset',
      'PrivateEndpointConnectionNotApproved',
      `${subject} came by ${routeName(route)}, whose state is ${route.status}. ` +
        (route.status === 'Disconnected'
          ? 'Delete the private endpoint and create it anew.'
          : 'Approve the connection on the scope.'),
    );
  }
  if (operation === 'bootstrap') return { allow: true, rateLimited: true };
  if (operation === 'request' && certificate !== 'valid') {
    return deny(
      401,
      'MachineCertificateRejected',
      `${subject} came by ${routeName(route)} with a certificate that is ${certificate ?? 'unknown'}` +
        `${machine?.scope ? ` (its private link scope is '${machine.scope.id}')` : ''}. ` +
        'Disconnect the machine locally and connect it again.',
    );
  }
  if (machine === undefined) {
    return deny(
      operation === 'request' ? 401 : 403,
      'MachineNotFound',
      `${subject} came by ${routeName(route)}, but no machine resource stands for it. ` +
        'Create the machine resource (azcmagent connect) before it uses the service.',
    );
  }
  return decideMachine(machine, route);
};

export type RelayedFeature = 'SSH' | 'Windows Admin Center';

/**
 * R13: SSH and Windows Admin Center travel through the public relay, so a machine that a scope holds (a deleted one
 * too, until the association is cleared) is refused them, whatever its route. Undefined: available.
 */
export const refuseFeature = (
  feature: RelayedFeature,
  machine: Pick<AccessMachine, 'id' | 'scope'>,
): Refusal | undefined =>
  machine.scope &&
  refuse(
    'R13',
    'FeatureNotAvailableOverPrivateLink',
    `${feature} is not available for machine '${machine.id}': it goes by the public relay, and the machine is associated ` +
      `with private link scope '${machine.scope.id}'. Reach the machine over your own network, or clear its ` +
      'privateLinkScopeResourceId.',
    machine.id,
  );
