/** The control process's Unix socket: the feed, registration and the operator, each behind its role's token. */

import { createHash, timingSafeEqual } from 'node:crypto';
import { chmodSync, rmSync } from 'node:fs';
import Fastify, { type FastifyInstance, type FastifyPluginAsync, type FastifyRequest } from 'fastify';
import { withoutSchemas } from '../http/without-schemas.ts';

export interface InternalServerOptions {
  readonly socketPath: string;
  readonly tokens: Readonly<Record<string, string>>;
  readonly routes: readonly ((roleOf: RoleOf) => FastifyPluginAsync)[];
  /** What a route failed with that it does not answer itself. */
  readonly onFault: (error: Error, request: { readonly method: string; readonly path: string }) => void;
}

type RoleOf = (request: FastifyRequest) => string | undefined;

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Compares with every role's token in constant time. */
const roleReader = (tokens: Readonly<Record<string, string>>): RoleOf => {
  const known = Object.entries(tokens).map(([role, token]) => ({ role, digest: digest(token) }));
  return (request) => {
    const given = /^Bearer (.{1,256})$/.exec(request.headers.authorization ?? '')?.[1];
    if (given === undefined) return undefined;
    const own = digest(given);
    return known.filter((entry) => timingSafeEqual(entry.digest, own)).at(0)?.role;
  };
};

export const listenInternally = async (options: InternalServerOptions): Promise<FastifyInstance> => {
  const roleOf = roleReader(options.tokens);
  const app = Fastify({ logger: false, forceCloseConnections: true, schemaController: withoutSchemas });
  app.addHook('onRequest', async (request, reply) => {
    if (roleOf(request) === undefined)
      return reply
        .code(401)
        .send({ error: { code: 'Unauthorized', message: 'A role token of this installation is needed.' } });
  });
  // Who asks is the installation itself or its operator: told what failed, and the log has where.
  app.setErrorHandler(async (error: Error & { readonly statusCode?: number }, { method, url }, reply) => {
    const status = error.statusCode ?? 500;
    const path = url.split('?')[0]!;
    if (status < 500)
      return reply.code(status).send({ error: { code: 'BadRequest', message: error.message } });
    options.onFault(error, { method, path });
    const message = `${method} ${path} failed: ${error.message}. The log of control has the whole error.`;
    return reply.code(status).send({ error: { code: 'InternalServerError', message } });
  });
  for (const route of options.routes) await app.register(route(roleOf));
  rmSync(options.socketPath, { force: true });
  await app.listen({ path: options.socketPath });
  chmodSync(options.socketPath, 0o600);
  return app;
};
