/** The requirements catalogue and the feed of its changes over HTTP: public, read-only, made once at the start. */

import { catalogueDocument, catalogues, changeFeed, currentCatalogue } from '@tombolo/requirements';
import type { FastifyInstance } from 'fastify';
import { answer, prepare } from './conditional-get.ts';

const document = (value: unknown, date: string, type: string) =>
  prepare(JSON.stringify(value), Date.parse(`${date}T00:00:00Z`), type);

/**
 * `GET /requirements/feed.json` and `GET /requirements/catalogue.json?version=`, for anybody.
 * @param origin `https://localhost:8443`, for the addresses in the feed; never taken from the request
 */
export const catalogueRoutes =
  (origin: string) =>
  async (app: FastifyInstance): Promise<void> => {
    const feed = document(
      changeFeed(catalogues, origin),
      currentCatalogue.date,
      'application/feed+json; charset=utf-8',
    );
    const versions = new Map(
      catalogues.map((entry) => [
        entry.version,
        document(catalogueDocument(entry), entry.date, 'application/json; charset=utf-8'),
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
        const asked = (request.query as { readonly version?: unknown }).version || currentCatalogue.version;
        const prepared = typeof asked === 'string' ? versions.get(asked) : undefined;
        if (prepared !== undefined) return answer(request, reply, prepared);
        const message = `There is no version '${String(asked).slice(0, 32)}' of the catalogue. Ask for one of: ${[...versions.keys()].join(', ')}.`;
        return reply.code(404).send({ error: { code: 'CatalogueVersionNotFound', message } });
      },
    });
  };
