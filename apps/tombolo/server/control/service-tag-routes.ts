/** The operator hands the installation a list of service tags, asks which one it serves, and sees its age in the metrics. */

import {
  freshnessMetrics,
  freshnessOf,
  limits,
  readDocument,
  type ServiceTagDocument,
  ServiceTagRefusal,
  serveBatch,
  servedFacts,
} from '@tombolo/service-tags';
import type { Store } from '@tombolo/store';
import { StoreConflict } from '@tombolo/store/port';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';

export interface ServiceTagRoutesOptions {
  readonly store: Store;
  readonly isOperator: (request: FastifyRequest) => boolean;
  readonly now: () => number;
  /** Called with the Prometheus text of the served list, at the start and after each import. */
  readonly onMetrics?: (render: () => string) => void;
}

const bodyShape = z.strictObject({
  /** The downloadable file's form. */
  document: z.unknown(),
  form: z.enum(['file', 'arm-list', 'arm-details', 'generated']),
  source: z.string().max(512),
  fetchedAt: z.number().int().nonnegative(),
  publishedAt: z.number().int().nonnegative().optional(),
  replace: z.boolean().default(false),
});

const retries = 5;

export const serviceTagRoutes =
  (options: ServiceTagRoutesOptions) =>
  async (app: FastifyInstance): Promise<void> => {
    const { store } = options;
    app.addHook('onRequest', async (request, reply) => {
      if (!options.isOperator(request))
        return reply
          .code(401)
          .send({ error: { code: 'Unauthorized', message: 'The operator token is needed.' } });
    });
    await publish(options);

    app.get('/service-tags', async () => ({ served: (await servedFacts(store)) ?? null }));

    app.post('/service-tags', { bodyLimit: limits.bytes * 2 }, async (request, reply) => {
      const parsed = bodyShape.safeParse(request.body);
      const refuse = (status: number, code: string, message: string) =>
        reply.code(status).send({ error: { code, message } });
      if (!parsed.success) return refuse(400, 'InvalidArgument', parsed.error.issues[0]?.message ?? '');
      const { form, replace, ...facts } = parsed.data;
      let document: ServiceTagDocument;
      try {
        document = { ...readDocument([facts.document]).document, form };
      } catch (error) {
        if (error instanceof ServiceTagRefusal) return refuse(400, error.code, error.message);
        throw error;
      }
      const refused = await serve(store, document, facts, replace);
      if (refused !== undefined) return refuse(409, 'Conflict', refused);
      await publish(options);
      return { served: await servedFacts(store), feed: (await store.head()).through };
    });
  };

/** A sentence where the list is not taken. */
const serve = async (
  store: Store,
  document: ServiceTagDocument,
  facts: Pick<z.infer<typeof bodyShape>, 'source' | 'fetchedAt' | 'publishedAt'>,
  replace: boolean,
): Promise<string | undefined> => {
  for (let attempt = 1; ; attempt += 1) {
    const batch = await serveBatch(
      store,
      document,
      {
        source: facts.source,
        fetchedAt: facts.fetchedAt,
        ...(facts.publishedAt === undefined ? {} : { publishedAt: facts.publishedAt }),
      },
      replace,
    );
    if ('older' in batch)
      return `The installation serves change number ${batch.older.changeNumber}, which is newer than ${document.changeNumber}. Add --replace to serve the older list.`;
    if ('otherCloud' in batch)
      return `The installation serves tags of ${batch.otherCloud.cloud}, these are of ${document.cloud}. Add --replace to change the cloud.`;
    try {
      await store.commit(batch);
      return undefined;
    } catch (error) {
      if (!(error instanceof StoreConflict) || attempt === retries) throw error;
    }
  }
};

const publish = async ({ store, now, onMetrics }: ServiceTagRoutesOptions): Promise<void> => {
  const version = await servedFacts(store);
  onMetrics?.(() =>
    version === undefined ? '' : freshnessMetrics([{ version, freshness: freshnessOf(version, now()) }]),
  );
};
