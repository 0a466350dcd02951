/** Public, read-only documents over HTTP: an entity tag and a date each, and 304 for those who have it already. */

import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';

export interface Prepared {
  readonly etag: string;
  readonly lastModified: string;
  readonly type: string;
  readonly body: string;
}

/** @param modified epoch milliseconds; HTTP dates have whole seconds */
export const prepare = (body: string, modified: number, type: string): Prepared => ({
  etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`,
  lastModified: new Date(modified).toUTCString(),
  type,
  body,
});

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

export const answer = (request: FastifyRequest, reply: FastifyReply, prepared: Prepared): FastifyReply => {
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
