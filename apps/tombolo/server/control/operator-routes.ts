/** The operator's part of the internal socket: status, waiting for convergence, reset, backup. */

import { type FollowersProgress, type Store, writeBackupFile } from '@tombolo/store';
import type { JsonObject } from '@tombolo/store/port';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { followersStatus } from './followers-status.ts';
import { waitApplied } from './wait-applied.ts';

export interface OperatorRoutesOptions {
  readonly store: Store;
  readonly isOperator: (request: FastifyRequest) => boolean;
  readonly now: () => number;
  /** The names of the processes that follow the feed. */
  readonly followers: readonly string[];
  /** How far their streams are. */
  readonly progress: FollowersProgress;
  /** Connections that the bounds of ARM's listener cut off, by reason. */
  readonly cutOff: () => ReadonlyMap<string, number>;
  readonly reset: () => Promise<JsonObject>;
}

export const operatorRoutes =
  (options: OperatorRoutesOptions) =>
  async (app: FastifyInstance): Promise<void> => {
    const { store } = options;
    app.addHook('onRequest', async (request, reply) => {
      if (!options.isOperator(request))
        return reply
          .code(401)
          .send({ error: { code: 'Unauthorized', message: 'The operator token is needed.' } });
    });

    app.get('/status', async () => followersStatus(options));

    app.get('/wait', async (request, reply) => {
      const query = request.query as { applied?: string; timeout?: string };
      const feed = query.applied === undefined ? (await store.head()).through : Number(query.applied);
      const timeoutMs = Math.min(600_000, Number(query.timeout ?? 30) * 1000);
      if (!Number.isSafeInteger(feed) || feed < 0 || !(timeoutMs > 0))
        return reply.code(400).send({
          error: {
            code: 'InvalidArgument',
            message: 'applied has to be a feed number and timeout seconds.',
          },
        });
      return waitApplied(store, feed, options.followers, timeoutMs);
    });

    app.get('/activity', async (request) => {
      const { limit, resource } = request.query as { limit?: string; resource?: string };
      const wanted = Math.min(1_000, Math.max(1, Number(limit ?? 50) || 50));
      return {
        value: await store.audit({
          limit: wanted,
          ...(resource === undefined ? {} : { resourceId: resource }),
        }),
      };
    });

    app.post('/reset', async () => options.reset());

    app.post('/backup', async (request, reply) => {
      const { path } = (request.body ?? {}) as { path?: unknown };
      if (typeof path !== 'string' || path === '')
        return reply.code(400).send({ error: { code: 'InvalidArgument', message: 'path is missing.' } });
      try {
        return { path, ...(await writeBackupFile(store, path)) };
      } catch (error) {
        return reply.code(409).send({
          error: { code: 'Failed', message: `${path} could not be written: ${(error as Error).message}` },
        });
      }
    });
  };
