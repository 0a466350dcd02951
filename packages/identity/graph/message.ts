/** Requests and answers of Microsoft Graph, and what answering them needs: no sockets. */

import type { Method, Principal } from '@tombolo/arm';
import type { Json, JsonObject, Reading, Store } from '@tombolo/store/port';

export interface GraphRequest {
  readonly method: Method;
  /** Below `/v1.0`, decoded: `['servicePrincipals', '{id}']`. */
  readonly segments: readonly string[];
  /** By lower-case name, `$` included. */
  readonly query: ReadonlyMap<string, string>;
  readonly body?: Json | undefined;
  readonly principal: Principal;
  /** `https://localhost:8443/v1.0`: the base of contexts and next links. */
  readonly base: string;
  readonly requestId: string;
}

export interface GraphResponse {
  readonly status: number;
  readonly body?: JsonObject;
}

export interface GraphServices {
  readonly store: Store;
  readonly tenantId: string;
  /** The operator's own: without it nobody could sign in, so it is neither deleted nor disabled. */
  readonly operatorAppId: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly newGuid: () => string;
  readonly randomBytes: (length: number) => Uint8Array;
  /** The same authorizer as ARM's. */
  readonly isAllowed: (
    principal: Principal,
    action: string,
    scopeId: string,
    reading: Reading,
  ) => Promise<boolean>;
}

/** Answers one request; throws an error of `graphError`. */
export type GraphHandler = (services: GraphServices, request: GraphRequest) => Promise<GraphResponse>;
