/** The hybrid services' server: entries, HTTP shell, state and heartbeats put together. */

import { ArmError, errorBody } from '@tombolo/arm';
import { readIssuerChain } from '@tombolo/identity/machine-certificate-check';
import { type Bites, createBites, repeatedHeader } from '@tombolo/listener-bounds';
import type { CloudProfile } from '@tombolo/private-link';
import { openReplayJournal } from '@tombolo/store/replay-journal';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { fastify } from 'fastify';
import { ConnectionReset } from './access.ts';
import { serviceError } from './errors.ts';
import { createFeedProgress } from './feed-progress.ts';
import { createHeartbeatBuffer, underItsName } from './heartbeat-buffer.ts';
import type { Listener, ListenerOptions, ServerCredentials, TcpEntry } from './listener.ts';
import { openListener } from './listener.ts';
import { createLogBudget, defaultLogBounds, type LogBounds } from './log-budget.ts';
import { createNotificationEntry } from './notification-entry.ts';
import type { FollowedState, HybridProjection } from './projection.ts';
import { createRateLimit } from './rate-limit.ts';
import type { RegistrationAuthority } from './registration-authority.ts';
import { createReplayCache } from './replay-cache.ts';
import { type Downloads, sourceKey } from './request.ts';
import { sendResponse } from './send-response.ts';
import { createHybridService } from './service.ts';
import { serviceRequest } from './service-request.ts';

/** NDJSON fields; never a token, a key or a body. */
export type LogEntry = Readonly<Record<string, unknown>> & {
  readonly level: string;
  readonly message: string;
};

export interface HybridLimits extends LogBounds {
  readonly bootstrapBurst: number;
  readonly bootstrapPerSecond: number;
  readonly failureBurst: number;
  readonly failurePerSecond: number;
  /** Sources remembered by each rate limit. */
  readonly sources: number;
  readonly replayEntries: number;
  readonly heartbeatFlushMs: number;
  readonly heartbeatBatch: number;
  readonly heartbeatEntries: number;
  /** How long a request waits for a feed number. */
  readonly feedWaitMs: number;
  readonly bodyBytes: number;
  /** Machines that may listen for notifications at once. */
  readonly listeners: number;
}

/** A hundred servers behind one address may onboard at once. */
const defaultLimits: HybridLimits = {
  bootstrapBurst: 400,
  bootstrapPerSecond: 20,
  failureBurst: 100,
  failurePerSecond: 5,
  sources: 50_000,
  replayEntries: 200_000,
  heartbeatFlushMs: 200,
  heartbeatBatch: 500,
  heartbeatEntries: 50_000,
  feedWaitMs: 5_000,
  bodyBytes: 65_536,
  listeners: 15_000,
  ...defaultLogBounds,
};

export interface HybridServerOptions
  extends Pick<ListenerOptions, 'publicEntries' | 'proxySocketPath' | 'maxConnections'> {
  readonly profile: Pick<CloudProfile, 'suffixes' | 'regions'>;
  readonly credentials: ServerCredentials;
  /** PEM: the certificate that issues machine certificates, then those above it. */
  readonly machineAuthorities: readonly string[];
  readonly projection: HybridProjection;
  /** The feed number that the follower has applied; absent: the projection's own. */
  readonly appliedFeed?: () => number;
  readonly authority: RegistrationAuthority;
  /** Where uses of proofs and assertions are kept over a restart; absent: the process alone remembers them. */
  readonly replayFile?: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly newGuid: () => string;
  readonly log: (entry: LogEntry) => void;
  readonly limits?: Partial<HybridLimits>;
  readonly downloads?: Downloads;
  /** Archives of extension packages, each named by its SHA-256. */
  readonly packageDirectory?: string;
}

export interface HybridServer {
  readonly publicAddresses: readonly TcpEntry[];
  /** Connections that a bound cut off, by reason. */
  readonly dropped: Bites['counts'];
  /** To be called after the projection has taken in changes: requests may wait for them, and machines listen for theirs. */
  advanced(changed: FollowedState['changed']): void;
  /** Machines that listen for notifications. */
  readonly listening: () => number;
  replaceCredentials(credentials: ServerCredentials): void;
  /** Sends waiting heartbeats now. */
  flush(): Promise<void>;
  close(graceMs?: number): Promise<void>;
}

const every = (milliseconds: number, work: () => void): (() => void) => {
  const timer = setInterval(work, milliseconds);
  timer.unref();
  return () => clearInterval(timer);
};

const after = (milliseconds: number, callback: () => void): (() => void) => {
  const timer = setTimeout(callback, milliseconds);
  timer.unref();
  return () => clearTimeout(timer);
};

/** Fastify's own refusals in our envelope. */
const toRefusal = (error: unknown, id: string): ArmError => {
  if (error instanceof ArmError) return error;
  const { statusCode, message } = error as { readonly statusCode?: number; readonly message?: string };
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return serviceError('InvalidRequest', [message ?? 'it cannot be read']);
  }
  return serviceError('InternalServerError', [id]);
};

/** Opens every entry; throws the system's error where one cannot be. */
export const openHybridServer = async (options: HybridServerOptions): Promise<HybridServer> => {
  const { now, newGuid, log, projection } = options;
  const limits = { ...defaultLimits, ...options.limits };
  const heartbeats = createHeartbeatBuffer({
    record: (batch) => options.authority.recordHeartbeats(batch.map(underItsName(projection))),
    flushMs: limits.heartbeatFlushMs,
    batchSize: limits.heartbeatBatch,
    maxEntries: limits.heartbeatEntries,
    after,
    onError: (error, kept) =>
      log({
        level: 'warn',
        message: 'heartbeats could not be recorded and are kept',
        kept,
        error: String(error),
      }),
  });
  const progress = createFeedProgress({
    applied: options.appliedFeed ?? (() => projection.through),
    maxWaiting: 1_000,
    after,
  });
  // A scanner must not fill the log.
  const bites = createBites(now, (reason, count) =>
    log({ level: 'warn', message: 'connections dropped', reason, count }),
  );
  const suppressed = createBites(now, (_reason, count) =>
    log({ level: 'warn', message: 'log lines of callers suppressed', count }),
  );
  const mayLog = createLogBudget({
    bounds: limits,
    sources: limits.sources,
    now,
    onSuppressed: () => suppressed.add('log lines'),
  });
  const limit = (burst: number, perSecond: number) =>
    createRateLimit({ burst, perSecond, maxSources: limits.sources, now });
  const journal = options.replayFile === undefined ? undefined : openReplayJournal(options.replayFile);
  const handle = createHybridService({
    profile: options.profile,
    state: projection,
    ...(options.downloads === undefined ? {} : { downloads: options.downloads }),
    ...(options.packageDirectory === undefined ? {} : { packageDirectory: options.packageDirectory }),
    applied: (feed) => progress.reached(feed, limits.feedWaitMs),
    authority: options.authority,
    heartbeats,
    replays: createReplayCache({
      ...{ maxEntries: limits.replayEntries, now },
      ...(journal === undefined ? {} : { journal }),
      onJournalFailure: (error) =>
        log({ level: 'error', message: 'uses of proofs are kept in memory only', error: String(error) }),
    }),
    bootstrapLimit: limit(limits.bootstrapBurst, limits.bootstrapPerSecond),
    failureLimit: limit(limits.failureBurst, limits.failurePerSecond),
    machineAuthorities: [readIssuerChain(options.machineAuthorities)],
    now,
    newGuid,
    onFailureLog: (entry, source) => {
      if (mayLog(source)) log({ level: 'info', message: 'failure log of a machine', source, entry });
    },
  });

  const app = fastify({ logger: false, exposeHeadRoutes: false });
  app.removeAllContentTypeParsers();
  // Left in the connection: `readBody` takes it, once the caller is known.
  app.addContentTypeParser('*', (_request, _payload, done) => done(null));
  let listener: Listener | undefined;

  const answerError = (reply: FastifyReply, error: unknown, id: string): FastifyReply => {
    const refusal = toRefusal(error, id);
    if (refusal.status === 500) {
      log({
        level: 'error',
        message: 'a request failed',
        requestId: id,
        error: (error as Error)?.stack ?? String(error),
      });
    }
    return sendResponse(reply.header('x-ms-request-id', id).header('x-ms-error-code', refusal.code), {
      status: refusal.status,
      headers: refusal.headers,
      body: errorBody(refusal),
    });
  };
  const answer = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    const id = newGuid();
    const arrival = listener?.arrivalOf(request.raw);
    const source = arrival === undefined || arrival.kind === 'probe' ? '' : sourceKey(arrival);
    const reset = (why: string): undefined => {
      if (mayLog(source)) log({ level: 'info', message: 'connection reset', requestId: id, source, why });
      reply.hijack();
      request.raw.socket.destroy();
      return undefined;
    };
    if (arrival === undefined) return reset('its entry is unknown');
    if (arrival.kind === 'probe') return sendResponse(reply, { status: 200, body: { status: 'Healthy' } });
    try {
      const repeated = repeatedHeader(request.raw.rawHeaders);
      if (repeated !== undefined)
        throw serviceError('InvalidRequest', [`the header '${repeated}' is there twice; send it once.`]);
      const response = await handle(serviceRequest(request.raw, id, arrival, limits.bodyBytes));
      if (response.listener) throw serviceError('UpgradeRequired', [], { headers: { upgrade: 'websocket' } });
      return sendResponse(reply.header('x-ms-request-id', id), response);
    } catch (error) {
      if (error instanceof ConnectionReset) return reset(error.message);
      if (error instanceof ArmError && (error.status === 401 || error.status === 403) && mayLog(source)) {
        log({
          level: 'info',
          message: 'refused',
          requestId: id,
          code: error.code,
          host: request.headers.host,
          path: request.raw.url?.slice(0, 256),
          arrival,
          target: error.target,
        });
      }
      return answerError(reply, error, id);
    }
  };
  app.all('/*', answer);
  app.setNotFoundHandler(answer);
  app.setErrorHandler((error, _request, reply) => answerError(reply, error, newGuid()));
  await app.ready();

  const notifications = createNotificationEntry({
    atMost: limits.listeners,
    judge: async (request) => {
      const arrival = listener?.arrivalOf(request);
      if (arrival === undefined || arrival.kind === 'probe') throw new ConnectionReset('no machine');
      const repeated = repeatedHeader(request.rawHeaders);
      if (repeated !== undefined)
        throw serviceError('InvalidRequest', [`the header '${repeated}' is there twice`]);
      return handle(serviceRequest(request, newGuid(), arrival, limits.bodyBytes));
    },
    refusalOf: (error) => toRefusal(error, newGuid()),
    every,
  });
  listener = await openListener({
    ...options,
    handler: (request, response) => app.routing(request, response),
    onUpgrade: notifications.upgrade,
    onDropped: bites.add,
  });
  const opened = listener;
  return {
    publicAddresses: opened.publicAddresses,
    dropped: bites.counts,
    advanced: (changed) => {
      progress.advanced();
      notifications.changed(changed);
    },
    listening: () => notifications.size,
    replaceCredentials: opened.replaceCredentials,
    flush: heartbeats.flush,
    close: async (graceMs) => {
      notifications.close();
      await opened.close(graceMs);
      await heartbeats.close();
      await app.close();
      journal?.close();
    },
  };
};
