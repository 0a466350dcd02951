/** The operator's part of extension packages on the internal socket. */

import { StoreConflict } from '@tombolo/store/port';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type ExtensionPackages, PackageTrouble } from './extension-packages.ts';

export interface ExtensionPackageRoutesOptions {
  readonly packages: ExtensionPackages;
  readonly isOperator: (request: FastifyRequest) => boolean;
}

const word = z.string().min(1).max(128);
const added = z.strictObject({ path: z.string().min(1).max(4_096) });
const removed = z.strictObject({ publisher: word, type: word, version: word });

export const extensionPackageRoutes =
  ({ packages, isOperator }: ExtensionPackageRoutesOptions) =>
  async (app: FastifyInstance): Promise<void> => {
    const refuse = (reply: FastifyReply, status: number, code: string, message: string) =>
      reply.code(status).send({ error: { code, message } });
    app.addHook('onRequest', async (request, reply) => {
      if (!isOperator(request)) return refuse(reply, 401, 'Unauthorized', 'The operator token is needed.');
    });
    const answering =
      <T>(shape: z.ZodType<T>, work: (body: T) => Promise<unknown>) =>
      async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
        const parsed = shape.safeParse(request.body);
        if (!parsed.success)
          return refuse(reply, 400, 'InvalidArgument', parsed.error.issues[0]?.message ?? '');
        try {
          return await work(parsed.data);
        } catch (error) {
          if (error instanceof PackageTrouble) return refuse(reply, 409, 'Failed', error.message);
          if (error instanceof StoreConflict)
            return refuse(reply, 409, 'Conflict', 'Somebody else wrote at the same time: do it again.');
          throw error;
        }
      };
    app.get('/extensions', async () => ({ value: await packages.list() }));
    app.post(
      '/extensions',
      answering(added, ({ path }) => packages.add(path)),
    );
    app.post(
      '/extensions/remove',
      answering(removed, (name) => packages.remove(name)),
    );
  };
