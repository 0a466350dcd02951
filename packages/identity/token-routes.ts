/** The token service as a Fastify plugin: Entra's paths on a real listener. */

import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type { TokenOperation, TokenService } from './token-service.ts';

/** A form with one assertion is under 4 kB; certificates in its header make it longer. */
const bodyLimit = 64 * 1024;

type Read = (request: FastifyRequest) => TokenOperation;

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const tenantOf = (request: FastifyRequest): string => text((request.params as { tenant?: unknown }).tenant);

const configuration =
  (version: 1 | 2): Read =>
  (request) => ({ kind: 'configuration', tenant: tenantOf(request), version });

const token =
  (version: 1 | 2): Read =>
  (request) => ({
    kind: 'token',
    tenant: tenantOf(request),
    version,
    method: request.method,
    body: text(request.body),
    authorization: request.headers.authorization,
    source: request.ip,
  });

const keys: Read = (request) => ({ kind: 'keys', tenant: tenantOf(request) });

const instance: Read = (request) => ({
  kind: 'instance',
  authorizationEndpoint: text((request.query as Record<string, unknown>).authorization_endpoint),
});

/** `{tenant}` is an id, a domain, `common`, `organizations` or `adfs`. */
const getRoutes: readonly (readonly [path: string, read: Read])[] = [
  ['/common/discovery/instance', instance],
  ['/:tenant/v2.0/.well-known/openid-configuration', configuration(2)],
  ['/:tenant/.well-known/openid-configuration', configuration(1)],
  ['/:tenant/discovery/v2.0/keys', keys],
  ['/:tenant/discovery/keys', keys],
];

const tokenRoutePaths: readonly (readonly [path: string, read: Read])[] = [
  ['/:tenant/oauth2/v2.0/token', token(2)],
  ['/:tenant/oauth2/token', token(1)],
];

/** Registers the routes; everything in it (the form parser, the limits) stays inside the plugin. */
export const tokenRoutes =
  (service: TokenService): FastifyPluginAsync =>
  async (app: FastifyInstance) => {
    app.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit },
      (_request, body, done) => done(null, body),
    );
    const serve =
      (read: Read) =>
      async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
        const response = await service.handle({
          operation: read(request),
          origin: `https://${request.headers.host ?? ''}`,
          correlationId: text(request.headers['client-request-id']),
        });
        return reply.code(response.status).headers(response.headers).send(response.body);
      };
    for (const [url, read] of getRoutes) app.route({ method: 'GET', url, handler: serve(read) });
    for (const [url, read] of tokenRoutePaths) {
      app.route({ method: ['POST', 'GET'], url, bodyLimit, handler: serve(read) });
    }
  };
