/** The feed over HTTP: a stream for each follower, its acknowledgements, and the head. */

import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { isObject } from '../document.ts';
import type { JsonObject, Store } from '../port.ts';
import { type FeedStream, feedStream } from './feed-stream.ts';
import type { FollowerProgress } from './follower-progress.ts';
import { systemTimers, type Timers } from './timers.ts';

interface FeedRole {
  /** A follower of this role is named so, or so with a suffix: `dns`, `dns-2`, `dns.north`. */
  readonly role: string;
  /** The only types that the role may see. */
  readonly types: readonly string[];
}

export interface FeedRoutesOptions {
  readonly store: Store;
  /** Called after the parent's hook has checked the bearer token; undefined refuses. */
  readonly authorizeRole: (request: FastifyRequest) => FeedRole | undefined;
  /** Epoch milliseconds; stamps acknowledgements. */
  readonly now: () => number;
  readonly timers?: Timers;
  /** Filled in as streams come, go on and go. */
  readonly progress?: Map<string, FollowerProgress>;
}

const MAX_STREAMS = 256;
const MAX_REPORT = 256 * 1024;
const FOLLOWER = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

const forbidden = (message: string) => new Refusal(403, 'AuthorizationFailed', message);
const invalid = (message: string) => new Refusal(400, 'InvalidRequestContent', message);

/** Refuses a name that is not the role's own: else one follower could acknowledge for another. */
function followerName({ role }: FeedRole, name: unknown): string {
  if (typeof name !== 'string' || !FOLLOWER.test(name))
    throw invalid('The follower needs a name of 1 to 100 letters, digits, dots, hyphens and underscores.');
  if (name !== role && !name.startsWith(`${role}-`) && !name.startsWith(`${role}.`))
    throw forbidden(`The role ${role} may not follow as ${name}: use ${role}, or ${role}- with a suffix.`);
  return name;
}

function wholeNumber(what: string, value: unknown): number {
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  if (Number.isSafeInteger(number) && (number as number) >= 0) return number as number;
  throw invalid(`${what} must be a whole number of at least 0.`);
}

function wantedTypes({ role, types }: FeedRole, wanted: unknown): readonly string[] {
  if (wanted === undefined || wanted === '') return types;
  if (typeof wanted !== 'string') throw invalid('types must be one list with commas.');
  const list = wanted.split(',');
  const foreign = list.find((type) => !types.includes(type));
  if (foreign !== undefined)
    throw forbidden(`The role ${role} may not follow ${foreign}: ask only for ${types.join(', ')}.`);
  return list;
}

/**
 * `GET /feed?follower=&epoch=&after=&types=a,b`, `POST /feed/acknowledgements {follower, through, epoch?, report}`
 * and `GET /feed/head`. Refusals are ARM's error envelope with 400, 403, 409 or 503.
 */
export function feedRoutes(options: FeedRoutesOptions): FastifyPluginAsync {
  const { store, authorizeRole, now, timers = systemTimers, progress = new Map() } = options;
  const streams = new Set<FeedStream>();

  const authorized = (request: FastifyRequest): FeedRole => {
    const role = authorizeRole(request);
    if (role === undefined) throw forbidden('The token is of no role that may follow the feed.');
    return role;
  };

  async function open(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const role = authorized(request);
    const query = request.query as Record<string, unknown>;
    const name = followerName(role, query.follower);
    const types = wantedTypes(role, query.types);
    const { epoch } = query;
    const known = typeof epoch === 'string' && epoch !== '';
    const cursor = known ? { epoch, after: wholeNumber('after', query.after) } : undefined;
    if (streams.size >= MAX_STREAMS)
      throw new Refusal(
        503,
        'ServerBusy',
        `More than ${MAX_STREAMS} followers are connected: try again later.`,
      );
    reply.hijack();
    const response = reply.raw;
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    response.flushHeaders();
    // The newest stream of a name is the follower's; an older one may not have noticed yet that it is over.
    let mine: FollowerProgress = { takenAt: now() };
    const note = (next: FollowerProgress): void => {
      if (progress.get(name) === mine) progress.set(name, next);
      mine = next;
    };
    progress.set(name, mine);
    const stream = feedStream({
      store,
      types,
      response,
      timers,
      ...(cursor ? { cursor } : {}),
      onProgress: (round) => {
        const since = mine.round?.since ?? now();
        note({ takenAt: mine.takenAt, ...(round ? { round: { ...round, since } } : {}) });
      },
      onTaken: () => note({ ...mine, takenAt: now() }),
    });
    streams.add(stream);
    try {
      await stream.ended;
    } catch (error) {
      request.log.error({ err: error }, 'the feed to a follower ended');
    } finally {
      streams.delete(stream);
      if (progress.get(name) === mine) progress.delete(name);
    }
  }

  async function acknowledge(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const role = authorized(request);
    if (!isObject(request.body)) throw invalid('An acknowledgement is a JSON object.');
    const { follower, through, epoch, report = {} } = request.body;
    const name = followerName(role, follower);
    const number = wholeNumber('through', through);
    if (!isObject(report)) throw invalid('The report must be an object.');
    const head = await store.head();
    if ((epoch !== undefined && epoch !== head.epoch) || number > head.through)
      throw new Refusal(
        409,
        'FeedGone',
        `Number ${number} is not of this feed, which is at ${head.through} of epoch ${head.epoch}: start from a snapshot.`,
      );
    await store.acknowledge({ name, through: number, at: now(), report: report as JsonObject });
    reply.code(204).send();
  }

  return async (app) => {
    app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
      const own = error instanceof Refusal;
      const status = own ? error.status : (error.statusCode ?? 500);
      if (status >= 500 && !own) request.log.error({ err: error }, 'the feed failed');
      const code = own ? error.code : status < 500 ? 'InvalidRequestContent' : 'InternalServerError';
      const message = status < 500 || own ? error.message : `The feed failed; see the log for ${request.id}.`;
      return reply.code(status).send({ error: { code, message } });
    });
    app.addHook('preClose', async () => {
      for (const stream of streams) stream.end();
    });
    app.get('/feed', open);
    app.get('/feed/head', async (request) => {
      authorized(request);
      return store.head();
    });
    app.post('/feed/acknowledgements', { bodyLimit: MAX_REPORT }, acknowledge);
  };
}
