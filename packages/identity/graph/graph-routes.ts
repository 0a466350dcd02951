/** Microsoft Graph as a Fastify plugin: `/v1.0` on a real listener, and errors in Graph's form. */

import { ArmError, type ArmResponse, type Method, type Principal, unknownCaller } from '@tombolo/arm';
import { isGuid } from '@tombolo/arm/guid';
import { type AuditEntry, type Json, StoreFault } from '@tombolo/store/port';
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type { RequireStanding } from '../principal-standing.ts';
import { auditedAction, auditedPath } from './directory.ts';
import { answerGraph } from './graph.ts';
import type { GraphServices } from './message.ts';
import { graphError, graphErrorBody } from './refusals.ts';

export interface GraphRoutesOptions extends GraphServices {
  /** Throws an ArmError of status 401. */
  readonly authenticate: (authorization: string | undefined) => Promise<Principal>;
  /** Throws an ArmError of status 401 where the caller's token is over before its time. */
  readonly requireStanding: RequireStanding;
  /** Where a client goes on that asked with this `Host`. */
  readonly originOf: (host: string | undefined) => string;
  readonly onFailure: (requestId: string, error: unknown) => void;
  /** Refused requests of callers that are known, for the activity log. */
  readonly onRefusal: (entry: AuditEntry) => void;
}

/** A thousand ids are 40 kB, 32 certificates under a megabyte. */
const bodyLimit = 1024 * 1024;
const longestPath = 2048;

const segmentsOf = (url: string): readonly string[] => {
  const path = url.split('?', 1)[0]!;
  const below = path.replace(/^\/+v1\.0\/*/i, '').slice(0, longestPath);
  try {
    return below.split('/').filter(Boolean).map(decodeURIComponent);
  } catch {
    throw graphError('BadRequest', ['The path cannot be decoded.']);
  }
};

/** Of what was refused: its path may be the reason. */
const segmentsForLog = (url: string): readonly string[] => {
  try {
    return segmentsOf(url);
  } catch {
    return [url.slice(0, longestPath)];
  }
};

/** What no route is found for: a path below Graph's that cannot be decoded, in Graph's form. Undefined: it is not Graph's. */
export const undecodablePath =
  ({ now, newGuid, onRefusal }: Pick<GraphRoutesOptions, 'now' | 'newGuid' | 'onRefusal'>) =>
  (method: string, url: string): ArmResponse | undefined => {
    if (!/^\/+v1\.0\//i.test(url)) return undefined;
    const refusal = graphError('BadRequest', ['The path cannot be decoded.']);
    const [requestId, at] = [newGuid(), now()];
    const segments = segmentsForLog(url);
    onRefusal({
      ...{ at, correlationId: requestId, caller: unknownCaller, action: auditedAction(method, segments) },
      ...{ resourceId: auditedPath(segments), status: refusal.status, code: refusal.code },
      message: refusal.message,
    });
    return {
      status: refusal.status,
      headers: { 'request-id': requestId, 'client-request-id': requestId, 'odata-version': '4.0' },
      body: graphErrorBody(refusal, { now: at, requestId, clientRequestId: requestId }),
    };
  };

const queryOf = (url: string): ReadonlyMap<string, string> => {
  const mark = url.indexOf('?');
  const fields = new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1));
  return new Map([...fields].map(([name, value]) => [name.toLowerCase(), value]));
};

/** Whatever went wrong, as an error of Graph. */
const shaped = (error: unknown, requestId: string): ArmError => {
  const { statusCode } = error as { statusCode?: number };
  if (error instanceof ArmError && error.status === 401)
    return graphError('InvalidAuthenticationToken', [error.message], { headers: error.headers ?? {} });
  // What the parser of bodies found, in ARM's words.
  if (error instanceof ArmError && error.code.startsWith('InvalidRequest'))
    return graphError('BadRequest', [error.message]);
  if (error instanceof ArmError) return error;
  if (error instanceof StoreFault) return graphError('ServiceNotAvailable', []);
  if (statusCode !== undefined && statusCode < 500)
    return graphError('BadRequest', [(error as Error).message]);
  return graphError('UnknownError', [requestId]);
};

export const graphRoutes =
  (options: GraphRoutesOptions): FastifyPluginAsync =>
  async (app: FastifyInstance) => {
    const principals = new WeakMap<FastifyRequest, Principal>();
    const ids = new WeakMap<FastifyRequest, string>();
    const requestIdOf = (request: FastifyRequest): string => {
      const id = ids.get(request) ?? options.newGuid();
      ids.set(request, id);
      return id;
    };
    const clientIdOf = (request: FastifyRequest): string => {
      const given = request.headers['client-request-id'];
      return typeof given === 'string' && isGuid(given) ? given : requestIdOf(request);
    };
    const send = (
      request: FastifyRequest,
      reply: FastifyReply,
      status: number,
      body: unknown,
      headers: Readonly<Record<string, string>> = {},
    ): FastifyReply => {
      reply.code(status).headers({
        ...headers,
        'request-id': requestIdOf(request),
        'client-request-id': clientIdOf(request),
        'cache-control': 'no-store, no-cache',
        'odata-version': '4.0',
      });
      if (body === undefined) return reply.send();
      return reply
        .header('content-type', 'application/json; odata.metadata=minimal; charset=utf-8')
        .send(JSON.stringify(body));
    };

    app.setErrorHandler((error, request, reply) => {
      const requestId = requestIdOf(request);
      const refusal = shaped(error, requestId);
      if (refusal.status === 500 || error instanceof StoreFault) options.onFailure(requestId, error);
      const segments = segmentsForLog(request.url);
      options.onRefusal({
        at: options.now(),
        correlationId: requestId,
        caller: principals.get(request)?.objectId ?? unknownCaller,
        action: auditedAction(request.method, segments),
        resourceId: auditedPath(segments),
        status: refusal.status,
        code: refusal.code,
        message: refusal.message.slice(0, 512),
      });
      const context = { now: options.now(), requestId, clientRequestId: clientIdOf(request) };
      return send(request, reply, refusal.status, graphErrorBody(refusal, context), refusal.headers);
    });

    app.route({
      method: ['GET', 'POST', 'PATCH', 'PUT', 'DELETE'],
      url: '/v1.0/*',
      bodyLimit,
      // Before the body: who has no token has nothing read.
      onRequest: async (request) => {
        principals.set(request, await options.authenticate(request.headers.authorization));
      },
      handler: async (request, reply) => {
        await options.requireStanding(principals.get(request)!, options.store.reading());
        const { status, body } = await answerGraph(options, {
          method: request.method as Method,
          segments: segmentsOf(request.url),
          query: queryOf(request.url),
          body: request.body as Json | undefined,
          principal: principals.get(request)!,
          base: `${options.originOf(request.headers.host)}/v1.0`,
          requestId: requestIdOf(request),
        });
        return send(request, reply, status, body);
      },
    });
  };
