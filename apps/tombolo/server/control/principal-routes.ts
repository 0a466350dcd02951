/** Applications with their service principals, made by the operator: for onboarding many servers, and for tests of roles. */

import { randomBytes, randomUUID } from 'node:crypto';
import {
  addCertificate,
  addSecret,
  CredentialRefused,
  createApplication,
  createServicePrincipal,
  newApplication,
  newServicePrincipal,
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
  const names = { appId, displayName: asked.displayName, createdDateTime: new Date(now()).toISOString() };
  const bare = createApplication({ ...names, objectId: randomUUID() });
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
          holder: addCertificate(bare, { keyId: randomUUID(), pem: asked.certificate }),
          secretText: undefined,
        };
  const application = newApplication(credential.holder);
  const principal = newServicePrincipal(createServicePrincipal({ ...names, objectId }));
  await store.commit({
    expect: [...application.expect, ...principal.expect],
    puts: [...application.puts, ...principal.puts],
    claims: [...application.claims, ...principal.claims],
  });
  return {
    appId,
    objectId,
    displayName: asked.displayName,
    ...(credential.secretText === undefined ? {} : { clientSecret: credential.secretText }),
  };
};
