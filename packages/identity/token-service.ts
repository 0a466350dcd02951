/** The token service at Entra's paths: discovery documents, keys, and tokens for applications. No sockets here. */

import { isGuid } from '@tombolo/arm/guid';
import { jsonOf } from '@tombolo/store/document';
import type { ReplayJournal } from '@tombolo/store/kept-journal';
import type { JsonObject } from '@tombolo/store/port';
import { accessTokenClaims, createTokenSigner } from './access-token-issue.ts';
import { createAssertionReplays } from './assertion-replays.ts';
import { verifyAssertion } from './client-assertion.ts';
import { checkSecret } from './credentials.ts';
import { createFailedAttempts, type FailedAttempts } from './failed-attempts.ts';
import { type ServicePrincipal, tokenGenerationOf } from './service-principals.ts';
import { publicKeys, type SigningKeyRing, tokenLifetimeSeconds } from './signing-keys.ts';
import {
  assertionAudiences,
  findResource,
  findTenant,
  instanceDiscovery,
  isSharedTenant,
  openIdConfiguration,
  type Tenant,
  type TokenResource,
} from './tenant-directory.ts';
import { TokenError, tokenErrorBody } from './token-error.ts';
import { readForm, readTokenRequest, type TokenRequest } from './token-request.ts';

export interface TokenServiceOptions {
  /** `https://login.arc.example:8443`, without a trailing slash; the first is the installation's own, the others are aliases. */
  readonly origins: readonly string[];
  readonly tenants: readonly Tenant[];
  readonly resources: readonly TokenResource[];
  readonly findServicePrincipal: (appId: string) => Promise<ServicePrincipal | undefined>;
  readonly signingKeys: () => Promise<SigningKeyRing>;
  readonly now: () => number;
  readonly newGuid: () => string;
  readonly failedAttempts?: FailedAttempts;
  /** Where uses of client assertions are kept over a restart; absent: the process alone remembers them. */
  readonly replayJournal?: ReplayJournal;
  readonly onJournalFailure?: (error: unknown) => void;
  /** A request for a token that got none. */
  readonly onRefusal?: (refused: RefusedSignIn) => void;
}

interface RefusedSignIn {
  readonly error: TokenError;
  readonly correlationId: string;
  readonly tenant: string;
  /** The address that the request came from. */
  readonly source: string;
}

export type TokenOperation =
  | { readonly kind: 'configuration'; readonly tenant: string; readonly version: 1 | 2 }
  | { readonly kind: 'keys'; readonly tenant: string }
  | { readonly kind: 'instance'; readonly authorizationEndpoint: string }
  | {
      readonly kind: 'token';
      readonly tenant: string;
      readonly version: 1 | 2;
      readonly method: string;
      /** `application/x-www-form-urlencoded`, undecoded. */
      readonly body: string;
      readonly authorization?: string | undefined;
      /** The address that the request came from. */
      readonly source: string;
    };

interface TokenServiceRequest {
  readonly operation: TokenOperation;
  /** `https://` and the Host header; one that is not ours is answered as our first. */
  readonly origin: string;
  /** `client-request-id`. */
  readonly correlationId?: string | undefined;
}

export interface TokenServiceResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: JsonObject;
}

export interface TokenService {
  /** Never rejects for what a caller sent; rejects where the store or the keys cannot be read. */
  handle(request: TokenServiceRequest): Promise<TokenServiceResponse>;
}

/** Version 1 says numbers as text; AD FS says them as numbers (RFC 6749 §5.1), and MSAL for Python adds to what it finds there. */
const lifetimeOf = (tenant: string): string | number =>
  tenant.toLowerCase() === 'adfs' ? tokenLifetimeSeconds : String(tokenLifetimeSeconds);

/** MSAL for Python leaves the port out of the authority that it asks about. */
const withoutPort = (origins: readonly string[], authority: URL | null): string | undefined =>
  origins.find((origin) => authority?.origin === `https://${new URL(origin).hostname}`);

export const createTokenService = (options: TokenServiceOptions): TokenService => {
  const { origins, tenants, now, newGuid } = options;
  const attempts = options.failedAttempts ?? createFailedAttempts();
  const replays = createAssertionReplays({
    journal: options.replayJournal,
    ...(options.onJournalFailure ? { onJournalFailure: options.onJournalFailure } : {}),
  });
  const sign = createTokenSigner();

  const tenantOf = (segment: string): Tenant => {
    const tenant = findTenant(tenants, segment);
    if (!tenant) throw new TokenError(90002, [segment]);
    return tenant;
  };

  const prove = async (
    request: TokenRequest,
    principal: ServicePrincipal,
    asked: { readonly tenant: Tenant; readonly segment: string; readonly source: string },
  ): Promise<void> => {
    const { proof } = request;
    if (proof.kind === 'secret') {
      const outcome = checkSecret(principal, proof.secret, now());
      if (outcome === 'wrong') throw new TokenError(7000215, [principal.appId]);
      if (outcome === 'expired') throw new TokenError(7000222, [principal.appId]);
      return;
    }
    const { assertion } = proof;
    const audiences = assertionAudiences(origins, asked.tenant, asked.segment);
    const verified = await verifyAssertion({ assertion, principal, audiences, now: now() });
    replays.use({ assertion, clientId: principal.appId, source: asked.source, now: now(), ...verified });
  };

  const authenticate = async (
    request: TokenRequest,
    asked: { readonly tenant: Tenant; readonly segment: string; readonly source: string },
  ): Promise<ServicePrincipal> => {
    const { clientId } = request;
    const wait = attempts.secondsToWait(clientId, asked.source, now());
    if (wait > 0) throw new TokenError(50053, [clientId, String(wait)], wait);
    try {
      const principal = isGuid(clientId) ? await options.findServicePrincipal(clientId) : undefined;
      if (!principal) throw new TokenError(700016, [clientId, asked.tenant.id]);
      await prove(request, principal, asked);
      // Only who has proven to be the client learns that it is disabled.
      if (!principal.enabled) throw new TokenError(7000112, [clientId, principal.displayName]);
      attempts.succeeded(clientId, asked.source);
      return principal;
    } catch (error) {
      if (error instanceof TokenError) attempts.failed(clientId, asked.source, now());
      throw error;
    }
  };

  const token = async (
    operation: Extract<TokenOperation, { kind: 'token' }>,
    origin: string,
  ): Promise<JsonObject> => {
    if (operation.method !== 'POST') throw new TokenError(900561, [operation.method]);
    if (isSharedTenant(operation.tenant)) throw new TokenError(50059);
    const tenant = tenantOf(operation.tenant);
    const request = readTokenRequest(readForm(operation.body), operation.authorization, operation.version);
    const principal = await authenticate(request, {
      tenant,
      segment: operation.tenant,
      source: operation.source,
    });
    const resource = findResource(options.resources, request.resource);
    if (!resource) throw new TokenError(500011, [request.resource, tenant.id]);
    const claims = accessTokenClaims({
      origin,
      tenantId: tenant.id,
      audience: request.resource,
      version: resource.tokenVersion,
      appId: principal.appId,
      objectId: principal.objectId,
      generation: tokenGenerationOf(principal),
      authentication: request.proof.kind === 'secret' ? 'secret' : 'certificate',
      now: now(),
      tokenId: newGuid(),
    });
    const accessToken = await sign((await options.signingKeys()).current, claims);
    return operation.version === 2
      ? {
          token_type: 'Bearer',
          expires_in: tokenLifetimeSeconds,
          ext_expires_in: tokenLifetimeSeconds,
          access_token: accessToken,
        }
      : {
          token_type: 'Bearer',
          expires_in: lifetimeOf(operation.tenant),
          ext_expires_in: lifetimeOf(operation.tenant),
          expires_on: String(claims.exp),
          not_before: String(claims.nbf),
          resource: request.resource,
          access_token: accessToken,
        };
  };

  const instance = (authorizationEndpoint: string): JsonObject => {
    const authority = URL.parse(authorizationEndpoint);
    const known = origins.find((origin) => origin === authority?.origin) ?? withoutPort(origins, authority);
    if (!authority || known === undefined) throw new TokenError(50049, [authority?.host ?? '']);
    return instanceDiscovery(origins, new URL(`${known}${authority.pathname}`));
  };

  const answer = async (operation: TokenOperation, origin: string): Promise<JsonObject> => {
    switch (operation.kind) {
      case 'token':
        return token(operation, origin);
      case 'instance':
        return instance(operation.authorizationEndpoint);
      case 'keys': {
        if (!isSharedTenant(operation.tenant)) tenantOf(operation.tenant);
        return { keys: publicKeys(await options.signingKeys(), now()).map(jsonOf) };
      }
      case 'configuration': {
        const { tenant: segment, version } = operation;
        const tenantId = isSharedTenant(segment) ? undefined : tenantOf(segment).id;
        return openIdConfiguration({ origin, segment, tenantId, version });
      }
    }
  };

  return {
    async handle(request) {
      const origin = origins.includes(request.origin) ? request.origin : (origins[0] ?? request.origin);
      const traceId = newGuid();
      const asked = request.correlationId ?? '';
      const correlationId = isGuid(asked) ? asked : newGuid();
      const headers: Record<string, string> = {
        'x-ms-request-id': traceId,
        'client-request-id': correlationId,
        // RFC 6749 §5.1. Discovery may be cached; tokens and refusals may not.
        'cache-control':
          request.operation.kind === 'token' || request.operation.kind === 'instance'
            ? 'no-store, no-cache'
            : 'max-age=3600, private',
        ...(request.operation.kind === 'token' ? { pragma: 'no-cache' } : {}),
      };
      try {
        return { status: 200, headers, body: await answer(request.operation, origin) };
      } catch (error) {
        if (!(error instanceof TokenError)) throw error;
        const { operation } = request;
        if (operation.kind === 'token') {
          const { tenant, source } = operation;
          options.onRefusal?.({ error, correlationId, tenant, source });
        }
        return {
          status: error.status,
          headers: {
            ...headers,
            'cache-control': 'no-store, no-cache',
            ...(error.status === 405 ? { allow: 'POST' } : {}),
            ...(error.retryAfterSeconds === undefined
              ? {}
              : { 'retry-after': String(error.retryAfterSeconds) }),
          },
          body: tokenErrorBody(error, { now: now(), traceId, correlationId, origin }),
        };
      }
    },
  };
};
