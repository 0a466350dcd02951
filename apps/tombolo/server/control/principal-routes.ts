/** Service principals made by the operator: for onboarding many servers, and for tests of roles. */

import { randomBytes, randomUUID } from 'node:crypto';
import {
  addCertificate,
  addSecret,
  CredentialRefused,
  createServicePrincipal,
  servicePrincipalBody,
  servicePrincipalId,
  servicePrincipalType,
} from '@tombolo/identity';
import type { Store } from '@tombolo/store';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';

export interface PrincipalRoutesOptions {
  readonly store: Store;
  readonly isOperator: (request: FastifyRequest) => boolean;
  readonly now: () => number;
}

const bodyShape = z.strictObject({
  displayName: z.string().min(1).max(256),
  /** PEM; without one a secret is made. */
  certificate: z.string().max(32_768).optional(),
  days: z.number().int().min(1).max(3650).default(365),
});

export const principalRoutes =
  (options: PrincipalRoutesOptions) =>
  async (app: FastifyInstance): Promise<void> => {
    app.addHook('onRequest', async (request, reply) => {
      if (!options.isOperator(request))
        return reply
          .code(401)
          .send({ error: { code: 'Unauthorized', message: 'The operator token is needed.' } });
    });

    app.post('/principals', async (request, reply) => {
      const parsed = bodyShape.safeParse(request.body);
      if (!parsed.success)
        return reply
          .code(400)
          .send({ error: { code: 'InvalidArgument', message: parsed.error.issues[0]?.message } });
      try {
        return await create(options, parsed.data);
      } catch (error) {
        if (error instanceof CredentialRefused)
          return reply.code(400).send({ error: { code: 'InvalidArgument', message: error.message } });
        throw error;
      }
    });
  };

const create = async ({ store, now }: PrincipalRoutesOptions, asked: z.infer<typeof bodyShape>) => {
  const [appId, objectId] = [randomUUID(), randomUUID()];
  const bare = createServicePrincipal({ appId, objectId, displayName: asked.displayName });
  const credential =
    asked.certificate === undefined
      ? addSecret(bare, {
          random: randomBytes(32),
          salt: randomBytes(16),
          keyId: randomUUID(),
          now: now(),
          endTime: now() + asked.days * 86_400_000,
        })
      : {
          principal: addCertificate(bare, { keyId: randomUUID(), pem: asked.certificate }),
          secretText: undefined,
        };
  const id = servicePrincipalId(appId);
  await store.commit({
    expect: [{ id, version: 'absent' }],
    puts: [{ id, type: servicePrincipalType, body: servicePrincipalBody(credential.principal) }],
  });
  return {
    appId,
    objectId,
    displayName: asked.displayName,
    ...(credential.secretText === undefined ? {} : { clientSecret: credential.secretText }),
  };
};
