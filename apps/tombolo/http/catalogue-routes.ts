/** The requirements catalogue and the feed of its changes over HTTP: public, read-only, made once at the start. */

import { createHash } from 'node:crypto';
import { catalogueDocument, catalogues, changeFeed, currentCatalogue } from '@tombolo/requirements';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

interface Prepared {
  readonly etag: string;
  readonly lastModified: string;
  readonly type: string;
  readonly body: string;
}

const prepare = (value: unknown, date: string, type: string): Prepared => {
  const body = JSON.stringify(value);
  return {
    etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`,
    lastModified: new Date(`${date}T00:00:00Z`).toUTCString(),
    type,
    body,
  };
};

/** RFC 9110 §13.1.2: weak comparison; `*` matches whatever there is. */
const matches = (header: string | undefined, etag: string): boolean =>
  (header ?? '')
    .split(',')
    .map((entry) => entry.trim().replace(/^W\//, ''))
    .some((entry) => entry === etag || entry === '*');

/** RFC 9110 §13.1.3: counts only without If-None-Match. */
const unmodified = ({ headers }: FastifyRequest, { etag, lastModified }: Prepared): boolean => {
  if (headers['if-none-match'] !== undefined) return matches(headers['if-none-match'], etag);
  const since = Date.parse(headers['if-modified-since'] ?? '');
  return Number.isFinite(since) && Date.parse(lastModified) <= since;
};

const answer = (request: FastifyRequest, reply: FastifyReply, prepared: Prepared): FastifyReply => {
  reply.headers({
    etag: prepared.etag,
    'last-modified': prepared.lastModified,
    // A poller asks each time and mostly gets 304.
    'cache-control': 'public, no-cache',
    // It is public and carries no credentials: pages elsewhere may read it.
    'access-control-allow-origin': '*',
    'x-content-type-options': 'nosniff',
  });
  if (unmodified(request, prepared)) return reply.code(304).send();
  return reply.type(prepared.type).send(prepared.body);
};

/**
 * `GET /requirements/feed.json` and `GET /requirements/catalogue.json?version=`, for anybody.
 * @param origin `https://localhost:8443`, for the addresses in the feed; never taken from the request
 */
export const catalogueRoutes =
  (origin: string) =>
  async (app: FastifyInstance): Promise<void> => {
    const feed = prepare(
      changeFeed(catalogues, origin),
      currentCatalogue.date,
      'application/feed+json; charset=utf-8',
    );
    const versions = new Map(
      catalogues.map((entry) => [
        entry.version,
        prepare(catalogueDocument(entry), entry.date, 'application/json; charset=utf-8'),
      ]),
    );
    app.route({
      method: ['GET', 'HEAD'],
      url: '/requirements/feed.json',
      handler: async (request, reply) => answer(request, reply, feed),
    });
    app.route({
      method: ['GET', 'HEAD'],
      url: '/requirements/catalogue.json',
      handler: async (request, reply) => {
        const asked = (request.query as { readonly version?: unknown }).version ?? currentCatalogue.version;
        const prepared = typeof asked === 'string' ? versions.get(asked) : undefined;
        if (prepared !== undefined) return answer(request, reply, prepared);
        const message = `There is no version '${String(asked).slice(0, 32)}' of the catalogue. Ask for one of: ${[...versions.keys()].join(', ')}.`;
        return reply.code(404).send({ error: { code: 'CatalogueVersionNotFound', message } });
      },
    });
  };
