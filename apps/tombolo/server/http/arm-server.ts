/** The ARM API's HTTPS listener: one wildcard route; everything below it is `handle(request) → response`. */

import { randomUUID } from 'node:crypto';
import type { Server } from 'node:https';
import {
  ArmError,
  type ArmRequest,
  type ArmResponse,
  armError,
  type ByteOrderMark,
  errorBody,
  type Method,
  type Pipeline,
  type Principal,
  parseJson,
  unexpected,
  unknownCaller,
} from '@tombolo/arm';
import { isGuid } from '@tombolo/arm/guid';
import {
  answerClientError,
  boundConnections,
  connectionBounds,
  repeatedHeader,
  requestBounds,
} from '@tombolo/listener-bounds';
import { minVersion } from '@tombolo/private-link';
import { type AuditEntry, type Json, StoreFault } from '@tombolo/store/port';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { withoutSchemas } from './without-schemas.ts';

export interface ArmServerOptions {
  readonly tls: ArmCertificate;
  readonly pipeline: Pipeline;
  /** Verifies the bearer token. Throws an ArmError of status 401 with `www-authenticate`. */
  readonly authenticate: (authorization: string | undefined) => Promise<Principal>;
  /** Where a client goes on that asked with this `Host`. */
  readonly originOf: (host: string | undefined) => string;
  /** Answers `/metadata/endpoints` for this origin and api-version. */
  readonly metadataEndpoints: (origin: string, apiVersion: string) => unknown;
  /** The answer to a path that cannot be decoded, where it is another API's than ARM. */
  readonly undecodablePath?: (method: string, url: string) => ArmResponse | undefined;
  readonly onFailure: (correlationId: string, error: unknown) => void;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** A request that was refused before the pipeline had it. */
  readonly onRefusal: (entry: AuditEntry) => void;
  /** Why a connection was dropped: one of a few fixed words. */
  readonly onRefusedConnection: (reason: string) => void;
  readonly maxConnections?: number;
  /** Of a JSON body; default: passed over. */
  readonly byteOrderMark?: ByteOrderMark;
  /** Sent with every answer of the pipeline. */
  readonly answerHeaders?: Readonly<Record<string, string>>;
}

/** PEM. */
export interface ArmCertificate {
  readonly key: string;
  readonly cert: string;
}

/** The first certificate and each later one are used with the same floor (R16). */
const secureContextOf = ({ key, cert }: ArmCertificate) => ({ key, cert, minVersion }) as const;

/** For new connections. */
export const replaceCertificate = (app: FastifyInstance<Server>, certificate: ArmCertificate): void =>
  app.server.setSecureContext(secureContextOf(certificate));

/** ARM takes request bodies of up to 4 MiB. */
/** Every path that no other route takes. */
const armRoute = '/*';

const bodyLimit = 4 * 1024 * 1024;

const header = (request: FastifyRequest, name: string): string | undefined => {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
};

/** The caller's own, where it is one: who asks can find the answer in the activity log, whatever became of the request. */
const correlationIdOf = (request: FastifyRequest): string | undefined => {
  const given = header(request, 'x-ms-correlation-request-id');
  return given !== undefined && isGuid(given) ? given : undefined;
};

const toArmRequest = (
  request: FastifyRequest,
  { origin, principal, correlationId }: Pick<ArmRequest, 'origin' | 'principal' | 'correlationId'>,
): ArmRequest => {
  const mark = request.url.indexOf('?');
  const rawPath = mark < 0 ? request.url : request.url.slice(0, mark);
  const query = new Map<string, string>();
  if (mark >= 0)
    for (const [name, value] of new URLSearchParams(request.url.slice(mark + 1)))
      query.set(name.toLowerCase(), value);
  const headers = new Map<string, string>();
  const given = request.headers;
  for (const name in given) {
    const value = given[name];
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return {
    method: request.method as Method,
    path: decodePath(rawPath),
    query,
    headers,
    ...bodyOf(request.body),
    principal,
    origin,
    correlationId,
  };
};

/** What the parser left: nothing, the value, or why there is none. */
const bodyOf = (left: unknown): Pick<ArmRequest, 'body' | 'unreadable'> => {
  if (left === undefined) return {};
  return left instanceof ArmError ? { unreadable: left } : { body: left as Json };
};

/** Decodes once; an encoded slash or traversal stays visible to the id parser, which refuses it. */
const decodePath = (path: string): string => {
  if (/%2f|%5c|%00/i.test(path)) throw armError('InvalidResourceId', [path.slice(0, 256)]);
  try {
    return decodeURIComponent(path);
  } catch {
    throw armError('InvalidResourceId', [path.slice(0, 256)]);
  }
};

const send = (reply: FastifyReply, response: ArmResponse): FastifyReply => {
  reply.code(response.status).headers(response.headers);
  if (response.body === undefined) return reply.send();
  return reply
    .header('content-type', 'application/json; charset=utf-8')
    .send(response.text ?? JSON.stringify(response.body));
};

/** Builds the application; the caller registers more routes (the token service) and listens. */
export const createArmServer = (options: ArmServerOptions): FastifyInstance<Server> => {
  const app = Fastify({
    https: { ...secureContextOf(options.tls), ...requestBounds },
    bodyLimit,
    routerOptions: {
      caseSensitive: false,
      ignoreTrailingSlash: true,
      ignoreDuplicateSlashes: true,
      maxParamLength: 2048,
    },
    clientErrorHandler: answerClientError,
    requestTimeout: requestBounds.requestTimeout,
    connectionTimeout: 60_000,
    logger: false,
    schemaController: withoutSchemas,
    exposeHeadRoutes: false,
    // A path that cannot be decoded, before any route.
    frameworkErrors: (error, request, reply) => {
      const other = options.undecodablePath?.(request.method, request.url);
      const answer = other ?? errorResponse(error, request as FastifyRequest, options);
      // Fastify types this reply by a server of its own.
      send(reply as unknown as FastifyReply, answer);
    },
    // With `https` its type names a server of TLS; the routes are typed for any.
  }) as unknown as FastifyInstance<Server>;

  boundConnections([app.server], {
    bounds: connectionBounds(options.maxConnections ?? 10_000),
    onRefused: options.onRefusedConnection,
  });

  // azurerm sends `If-Match:` and `If-None-Match:` empty where it has no condition: an empty header means what none means, to
  // every route, and to Fastify, which looks for a parser of an empty content type.
  app.addHook('onRequest', ({ headers, raw }, _reply, done) => {
    const repeated = repeatedHeader(raw.rawHeaders);
    for (const name in headers) if (headers[name] === '') delete headers[name];
    done(
      repeated === undefined
        ? undefined
        : armError('InvalidRequestContent', [`the header '${repeated}' is there twice; send it once.`]),
    );
  });

  // Fastify reads text/plain by itself; Resource Manager reads JSON and nothing else.
  app.removeContentTypeParser(['application/json', 'text/plain']);
  // az sends templates that are no JSON to a type that is not served: that is said of the type, before the text is judged.
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, text, done) => {
    if (text === '') return done(null, undefined);
    try {
      done(null, parseJson(text as string, options.byteOrderMark));
    } catch (error) {
      if (request.routeOptions.url === armRoute && error instanceof ArmError) done(null, error);
      else done(error as Error);
    }
  });

  const principals = new WeakMap<FastifyRequest, Principal>();
  const metadata = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const version = (request.query as Record<string, string | undefined>)['api-version'] ?? '';
    return send(reply, {
      status: 200,
      headers: {},
      body: options.metadataEndpoints(options.originOf(request.headers.host), version) as Json,
    });
  };
  app.get('/metadata/endpoints', metadata);

  app.route({
    method: ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'POST'],
    url: armRoute,
    // Before the body: who has no token has nothing read, let alone parsed.
    onRequest: async (request) => {
      principals.set(request, await options.authenticate(header(request, 'authorization')));
    },
    handler: async (request, reply) => {
      const correlationId = correlationIdOf(request) ?? randomUUID();
      const principal = principals.get(request);
      if (principal === undefined) throw new Error('a request came to its handler without authentication');
      reply.headers(options.answerHeaders ?? {});
      const origin = options.originOf(request.headers.host);
      return send(reply, await options.pipeline(toArmRequest(request, { origin, principal, correlationId })));
    },
  });

  const notFound = (request: FastifyRequest, reply: FastifyReply): FastifyReply =>
    send(
      reply,
      errorResponse(armError('NotFound', [`A method ${request.method} of this path`]), request, options),
    );
  app.setNotFoundHandler(notFound);
  // What no route takes has no token to check, and no body to read either.
  app.addHook('onRequest', (request, reply, done) => {
    if (request.is404) notFound(request, reply);
    else done();
  });
  app.setErrorHandler((error, request, reply) =>
    send(reply, errorResponse(error, request, options, principals.get(request)?.objectId)),
  );
  return app;
};

const errorResponse = (
  error: unknown,
  request: FastifyRequest,
  options: ArmServerOptions,
  caller = unknownCaller,
): ArmResponse => {
  const requestId = randomUUID();
  const correlationId = correlationIdOf(request) ?? requestId;
  const headers = { 'x-ms-request-id': requestId, 'x-ms-correlation-request-id': correlationId };
  const shaped = toArmError(error, correlationId, request);
  if (shaped.status === 500 || error instanceof StoreFault) options.onFailure(correlationId, error);
  options.onRefusal({
    at: options.now(),
    correlationId,
    caller,
    action: request.method,
    resourceId: request.url.split('?', 1)[0]!.slice(0, 512),
    status: shaped.status,
    code: shaped.code,
    message: `${shaped.message.slice(0, 440)} It came from ${request.ip}.`,
  });
  const body = request.method === 'HEAD' ? {} : { body: errorBody(shaped) };
  return { status: shaped.status, headers: { ...headers, ...shaped.headers }, ...body };
};

/** In Azure's words: without parameters, and `<null>` where there is none. */
const mediaTypeOf = (request: FastifyRequest): string => {
  const [type = ''] = (request.headers['content-type'] ?? '').split(';', 1);
  return type.trim().slice(0, 128) || '<null>';
};

const toArmError = (
  error: unknown,
  correlationId: string,
  request: FastifyRequest,
): ReturnType<typeof armError> => {
  const { name, code, statusCode } = error as { name?: string; code?: string; statusCode?: number };
  if (name === 'ArmError') return error as ReturnType<typeof armError>;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return armError('RequestContentTooLarge', [String(bodyLimit)]);
  if (code === 'FST_ERR_BAD_URL') return armError('InvalidResourceId', [request.url.slice(0, 256)]);
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE')
    return armError('UnsupportedMediaType', [mediaTypeOf(request)]);
  if (statusCode !== undefined && statusCode < 500)
    return armError('InvalidRequestContent', [(error as Error).message]);
  return unexpected(error, correlationId);
};
