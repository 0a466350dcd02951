/** Requests and answers as the pipeline sees them: no sockets, no framework. */

import type { Json } from '@tombolo/store/port';
import type { ArmError } from './arm-error.ts';

export type Method = 'GET' | 'HEAD' | 'PUT' | 'PATCH' | 'DELETE' | 'POST';

/** As the caller of a request that came without a valid token; no principal has this object id. */
export const unknownCaller = 'anonymous';

export interface Principal {
  readonly objectId: string;
  readonly appId?: string;
  readonly tenantId: string;
  readonly kind: 'ServicePrincipal' | 'User';
  /** Which generation of the principal's tokens its own is of; absent: the first. */
  readonly tokenGeneration?: number;
  /** The resource whose managed identity it is, as the token says. */
  readonly managedIdentityOf?: string;
}

export interface ArmRequest {
  readonly method: Method;
  /** Decoded path, without the query. */
  readonly path: string;
  /** By lower-case name. */
  readonly query: ReadonlyMap<string, string>;
  /** By lower-case name; none is empty. */
  readonly headers: ReadonlyMap<string, string>;
  /** Parsed JSON; undefined where there was none. */
  readonly body?: Json;
  /** There was a body, and this is why it could not be parsed. Said only to who may write what the path names. */
  readonly unreadable?: ArmError;
  readonly principal: Principal;
  /** `https://management.azure.com:8443`: the base of nextLink and operation addresses. */
  readonly origin: string;
  readonly correlationId: string;
}

export interface ArmResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Json;
  /** The body's JSON, where it is there already: a page is measured by it. */
  readonly text?: string;
}
