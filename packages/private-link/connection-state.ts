/** R15: how a private endpoint connection begins, and who may move it from which state to which. */

import type { Refusal } from './refusals.ts';
import { refuse } from './refusals.ts';

export const connectionStatuses = ['Pending', 'Approved', 'Rejected', 'Disconnected'] as const;
export type ConnectionStatus = (typeof connectionStatuses)[number];

/** The state in which a connection carries traffic; in every other one it is reset. */
export const carriesTraffic = (status: ConnectionStatus): boolean => status === 'Approved';

/** `privateLinkServiceConnectionState` of the REST contract. */
export interface ConnectionState {
  readonly status: ConnectionStatus;
  readonly description: string;
  readonly actionsRequired: string;
}

const state = (status: ConnectionStatus, description: string): ConnectionState => ({
  status,
  description,
  actionsRequired: 'None',
});

/** The live service writes `Auto Approved` while the endpoint is Updating and `Auto-approved` once it is Succeeded. */
export const autoApproved = (settled: boolean): ConnectionState =>
  state('Approved', settled ? 'Auto-approved' : 'Auto Approved');

/** Checked on the scope for an endpoint under `privateLinkServiceConnections`. */
export const approvalAction =
  'Microsoft.HybridCompute/privateLinkScopes/privateEndpointConnectionsApproval/action';

/** `auto`: `privateLinkServiceConnections`; `manual`: `manualPrivateLinkServiceConnections`. */
export type ConnectionMode = 'auto' | 'manual';

/**
 * The state in which a connection is created. The one that its maker may approve ({@link approvalAction}, which is asked
 * as the linked action of the reference to the scope) is approved as it is made; a manual one waits, for owners too.
 * @param connection its `requestMessage`, shown as the description of a Pending connection, is what the endpoint's owner
 * says to the scope's.
 */
export const initialConnectionState = (connection: {
  readonly mode: ConnectionMode;
  readonly requestMessage?: string | undefined;
}): ConnectionState =>
  connection.mode === 'manual'
    ? state('Pending', connection.requestMessage || 'Awaiting approval')
    : autoApproved(false);

/**
 * Who asks. `scope`: the scope's side writes the connection. `removal`: the scope's side deletes the connection, or
 * itself. `endpoint`: the endpoint's side writes the endpoint, which carries the state along but decides nothing.
 */
export type ConnectionActor = 'scope' | 'removal' | 'endpoint';

/** What each side may make of each state; staying is always allowed. Nothing becomes Pending again. */
const transitions: Readonly<
  Record<ConnectionActor, Readonly<Record<ConnectionStatus, readonly ConnectionStatus[]>>>
> = {
  scope: {
    Pending: ['Approved', 'Rejected'],
    Approved: ['Rejected'],
    // Some Azure services keep a rejected connection rejected; here approving restores it.
    Rejected: ['Approved'],
    Disconnected: [],
  },
  removal: {
    Pending: ['Disconnected'],
    Approved: ['Disconnected'],
    Rejected: ['Disconnected'],
    Disconnected: [],
  },
  endpoint: { Pending: [], Approved: [], Rejected: [], Disconnected: [] },
};

const fixes: Readonly<Record<ConnectionActor, string>> = {
  scope:
    'A connection that the scope removed stays Disconnected: delete the private endpoint and create it anew.',
  removal: 'Removing a connection only ever makes it Disconnected.',
  endpoint: "Ask the scope's owner, who decides on the scope's privateEndpointConnections.",
};

export type ConnectionChange =
  /** `changed` false: nothing to write. */
  { readonly refused: false; readonly changed: boolean; readonly state: ConnectionState };

/**
 * R15: a wanted state from a current one. Idempotent: asking for what is there again changes nothing; the scope's side
 * may reword the description. Status compares without regard to case (clients send `approved`).
 */
export const decideConnectionChange = (change: {
  readonly connectionId: string;
  readonly current: ConnectionState;
  readonly wanted: { readonly status: string; readonly description?: string };
  readonly by: ConnectionActor;
}): ConnectionChange | Refusal => {
  const { current, wanted, by } = change;
  const same = wanted.status.toLowerCase() === current.status.toLowerCase();
  const allowed = transitions[by][current.status];
  const status = same
    ? current.status
    : allowed.find((candidate) => candidate.toLowerCase() === wanted.status.toLowerCase());
  if (status === undefined) {
    const choice = allowed.length === 0 ? 'none' : allowed.join(' or ');
    return refuse(
      'R15',
      'PrivateEndpointConnectionStateNotAllowed',
      `Private endpoint connection '${change.connectionId}' is ${current.status} and cannot become '${wanted.status}' ` +
        `by a change of the ${by === 'endpoint' ? "endpoint's" : "scope's"} side (possible from here: ${choice}). ` +
        (by === 'scope' && allowed.length > 0
          ? `Set the status to ${choice}, or delete the connection.`
          : fixes[by]),
      change.connectionId,
    );
  }
  const description = by === 'endpoint' ? undefined : wanted.description;
  const next: ConnectionState = {
    ...current,
    status,
    description: description ?? (same ? current.description : status),
  };
  return { refused: false, changed: !same || next.description !== current.description, state: next };
};
