/** The requirements catalogue in force and the feed of its changes over HTTP: public, read-only, made once for each catalogue. */

import {
  catalogueDocument,
  catalogueName,
  cataloguesUpTo,
  changeFeed,
  sourceAge,
  sourceSpan,
} from '@tombolo/requirements';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { InForce } from '../../installation/catalogue-in-force.ts';
import { answer, type Prepared, prepare } from './conditional-get.ts';

const document = (value: unknown, modified: number, type: string): Prepared =>
  prepare(JSON.stringify(value), modified, type);

/** Since when an answer made of the catalogue can be what it is. */
export const catalogueModified = ({ catalogue, since }: InForce): number =>
  Math.max(Date.parse(`${catalogue.date}T00:00:00Z`), since);

/**
 * Which catalogue answers, and how old its sources are: in a header, since the age changes each day and the document does not.
 * @param now epoch milliseconds
 */
export const catalogueHeader = ({ catalogue }: InForce, now: number): Readonly<Record<string, string>> => {
  const sources = sourceSpan(catalogue.requirements);
  const { newestDays = 0, oldestDays = 0 } = sourceAge(sources, new Date(now).toISOString().slice(0, 10));
  return {
    'x-tombolo-catalogue': `${catalogueName(catalogue)}; sources ${sources.oldest ?? 'undated'} to ${sources.newest ?? 'undated'}; ${newestDays} to ${oldestDays} days old`,
  };
};

/** No list rather than an older one, which a firewall would take for the newer. */
export const catalogueUnreadable = (reply: FastifyReply): FastifyReply => {
  const message =
    'The catalogue that was taken from a file cannot be read. The log says why; "./tombolo requirements update" takes one again.';
  return reply.code(503).send({ error: { code: 'CatalogueUnreadable', message } });
};

interface Documents {
  readonly of: InForce;
  readonly feed: Prepared;
  readonly versions: ReadonlyMap<string, Prepared>;
}

const documentsOf = (inForce: InForce, origin: string): Documents => {
  const published = cataloguesUpTo(inForce.catalogue);
  const modified = catalogueModified(inForce);
  return {
    of: inForce,
    feed: document(changeFeed(published, origin), modified, 'application/feed+json; charset=utf-8'),
    versions: new Map(
      published.map((entry) => [
        entry.version,
        document(
          catalogueDocument(entry),
          entry === inForce.catalogue ? modified : Date.parse(`${entry.date}T00:00:00Z`),
          'application/json; charset=utf-8',
        ),
      ]),
    ),
  };
};

/**
 * `GET /requirements/feed.json` and `GET /requirements/catalogue.json?version=`, for anybody.
 * @param origin `https://localhost:8443`, for the addresses in the feed; never taken from the request
 */
export const catalogueRoutes =
  (origin: string, inForce: () => InForce | undefined, now: () => number) =>
  async (app: FastifyInstance): Promise<void> => {
    let made: Documents | undefined;
    const documents = (): Documents | undefined => {
      const current = inForce();
      if (current === undefined) return undefined;
      if (made?.of !== current) made = documentsOf(current, origin);
      return made;
    };
    app.route({
      method: ['GET', 'HEAD'],
      url: '/requirements/feed.json',
      handler: async (request, reply) => {
        const ready = documents();
        if (ready === undefined) return catalogueUnreadable(reply);
        const { feed, of } = ready;
        return answer(request, reply.headers(catalogueHeader(of, now())), feed);
      },
    });
    app.route({
      method: ['GET', 'HEAD'],
      url: '/requirements/catalogue.json',
      handler: async (request, reply) => {
        const ready = documents();
        if (ready === undefined) return catalogueUnreadable(reply);
        const { of, versions } = ready;
        const asked = (request.query as { readonly version?: unknown }).version || of.catalogue.version;
        const prepared = typeof asked === 'string' ? versions.get(asked) : undefined;
        if (prepared !== undefined)
          return answer(request, reply.headers(catalogueHeader(of, now())), prepared);
        const message = `There is no version '${String(asked).slice(0, 32)}' of the catalogue. Ask for one of: ${[...versions.keys()].join(', ')}.`;
        return reply.code(404).send({ error: { code: 'CatalogueVersionNotFound', message } });
      },
    });
  };
