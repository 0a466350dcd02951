/** A directory in memory, asked over Fastify without a socket; callers are named in the Authorization header. */

import { ArmError } from '@tombolo/arm';
import { openMemoryStore } from '@tombolo/store/memory/memory-store';
import type { AuditEntry, JsonObject } from '@tombolo/store/port';
import { watchedStore } from '@tombolo/testkit/watched-store';
import { fastify } from 'fastify';
import { createAuthorizationMemory } from '../authorization-memory.ts';
import { createRequireStanding } from '../principal-standing.ts';
import { createServicePrincipal, newServicePrincipal } from '../service-principals.ts';
import { graphRoutes } from './graph-routes.ts';

const tenantId = '11111111-2222-4333-8444-555555555555';
export const operatorAppId = 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee';
export const operatorId = '99999999-8888-4777-8666-555555555555';
const origin = 'https://localhost:8443';
export const now = Date.UTC(2026, 4, 1, 12);

export interface GraphAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  // biome-ignore lint/suspicious/noExplicitAny: tests reach into bodies of every shape and assert what they find.
  readonly json: any;
}

/** A store with the operator's principal, which may everything; `reader` may nothing, nor may '{object id} {application id}'. */
export const createGraphWorld = async () => {
  let count = 0;
  const newGuid = (): string => `bbbbbbbb-0000-4000-8000-${String(++count).padStart(12, '0')}`;
  const { store, take } = watchedStore(openMemoryStore({ newGuid }));
  const failures: unknown[] = [];
  const refusals: AuditEntry[] = [];
  const operator = { appId: operatorAppId, objectId: operatorId, displayName: 'Tombolo operator' };
  await store.commit(newServicePrincipal(createServicePrincipal(operator)));
  const requireStanding = createRequireStanding(createAuthorizationMemory(), {
    authorizationUri: origin,
    now: () => now,
  });
  const app = fastify();
  await app.register(
    graphRoutes({
      store,
      tenantId,
      operatorAppId,
      now: () => now,
      newGuid,
      randomBytes: (length) => new Uint8Array(length).fill(++count),
      isAllowed: async ({ objectId }, action, scope) =>
        objectId === operatorId &&
        action === 'Microsoft.Authorization/roleAssignments/write' &&
        scope === '/',
      authenticate: async (authorization) => {
        if (authorization !== 'operator' && authorization !== 'reader' && !authorization?.includes(' '))
          throw new ArmError({
            code: 'AuthenticationFailed',
            status: 401,
            message: 'Sign in.',
            headers: { 'www-authenticate': 'Bearer' },
          });
        const [objectId = '', appId = operatorAppId] =
          authorization === 'operator' ? [operatorId] : (authorization?.split(' ') ?? []);
        return { objectId, appId, tenantId, kind: 'ServicePrincipal' };
      },
      originOf: () => origin,
      requireStanding: async (principal, reading) => {
        if (principal.objectId !== 'reader') await requireStanding(principal, reading);
      },
      onFailure: (_, error) => failures.push(error),
      onRefusal: (entry) => refusals.push(entry),
    }),
  );
  const send = async (
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE' | 'PUT',
    path: string,
    body?: JsonObject,
    authorization = 'operator',
  ): Promise<GraphAnswer> => {
    const { statusCode, headers, payload } = await app.inject({
      method,
      url: path.replace(origin, ''),
      headers: { authorization, host: 'localhost:8443' },
      ...(body === undefined ? {} : { payload: body }),
    });
    return { status: statusCode, headers, json: payload === '' ? undefined : JSON.parse(payload) };
  };
  return {
    store,
    take,
    failures,
    refusals,
    send,
    get: (path: string, authorization?: string) => send('GET', `/v1.0${path}`, undefined, authorization),
    post: (path: string, body: JsonObject) => send('POST', `/v1.0${path}`, body),
    patch: (path: string, body: JsonObject) => send('PATCH', `/v1.0${path}`, body),
    remove: (path: string) => send('DELETE', `/v1.0${path}`),
    close: () => app.close(),
  };
};

export type GraphWorld = Awaited<ReturnType<typeof createGraphWorld>>;
