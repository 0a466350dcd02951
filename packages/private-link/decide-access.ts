/** May this machine use the service by this route? The access table of the blueprint, from the top. */

export type Route =
  | { readonly kind: 'public' }
  /** `scopeId`: the resource id of the scope that the private endpoint connects to. */
  | {
      readonly kind: 'private';
      readonly scopeId: string;
      readonly connectionId: string;
      readonly status: 'Approved' | 'Pending' | 'Rejected' | 'Disconnected';
    };

export type AccessOperation = 'bootstrap' | 'registration' | 'request';

export interface AccessMachine {
  readonly id: string;
  /** azcmagent-compatible, `1.67.0`. */
  readonly agentVersion: string;
  /** Absent: associated with none. */
  readonly scope?: {
    readonly id: string;
    readonly publicNetworkAccess: 'Enabled' | 'Disabled';
    /** The association names a scope that is no longer there. */
    readonly deleted: boolean;
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
  | { readonly allow: false; readonly status: 401 | 403 | 'reset'; readonly code: AccessCode; readonly message: string };
