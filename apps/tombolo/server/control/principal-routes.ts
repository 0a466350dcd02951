/** Applications with their service principals, made and kept by the operator: for onboarding many servers, and for tests of roles. */

import { randomBytes, randomUUID } from 'node:crypto';
import { ArmError, errorBody } from '@tombolo/arm';
import {
  addCertificate,
  addSecret,
  CredentialRefused,
  createApplication,
  createPrincipalAdministration,
  createServicePrincipal,
  newApplication,
  newServicePrincipal,
  shownName,
} from '@tombolo/identity';
import type { Store } from '@tombolo/store';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';

export interface PrincipalRoutesOptions {
  readonly store: Store;
  readonly isOperator: (request: FastifyRequest) => boolean;
  readonly now: () => number;
  /** As whom the commands sign in, and how they learn its new secret. */
  readonly operator: { readonly appId: string; readonly deliver: (secretText: string) => void };
}

/** What the command makes its secret of that has kept it already; without it, it is made here. */
const random = z
  .string()
  .regex(/^[A-Za-z0-9_-]{43}$/)
  .transform((text): Uint8Array => Buffer.from(text, 'base64url'))
  .optional();

const named = z.strictObject({ name: z.string().min(1).max(256) });
const rotation = z.strictObject({
  ...named.shape,
  /** PEM; without one a secret is made. */
  certificate: z.string().max(32_768).optional(),
  random,
  days: z.number().int().min(1).max(3650).default(365),
  keep: z.boolean().default(false),
});

const bodyShape = z.strictObject({
  displayName: shownName.min(1),
  /** PEM; without one a secret is made. */
  certificate: z.string().max(32_768).optional(),
  random,
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

    const invalid = (message: string | undefined) => ({ error: { code: 'InvalidArgument', message } });
    app.setErrorHandler((error, _, reply) => {
      if (error instanceof CredentialRefused || error instanceof z.ZodError)
        return reply
          .code(400)
          .send(invalid(error instanceof z.ZodError ? error.issues[0]?.message : error.message));
      return error instanceof ArmError ? reply.code(error.status).send(errorBody(error)) : reply.send(error);
    });

    const administration = createPrincipalAdministration({
      ...{ store: options.store, now: options.now, operatorAppId: options.operator.appId },
      ...{ newGuid: randomUUID, randomBytes },
    });
    app.post('/principals', async ({ body }) => create(options, bodyShape.parse(body)));
    app.get('/principals', async () => ({ value: await administration.list() }));
    app.post('/principals/show', async ({ body }) => administration.show(named.parse(body).name));
    app.post('/principals/rotate', async ({ body }, reply) => {
      const { name, days, keep, certificate, random } = rotation.parse(body);
      const asked = { days, keep, certificate, random };
      const isOperator = await administration.isOperator(name);
      if (isOperator && certificate !== undefined)
        return reply.code(400).send(invalid('The commands of this installation sign in with a secret.'));
      const { shown, secretText } = await administration.rotate(
        name,
        asked,
        isOperator ? options.operator.deliver : undefined,
      );
      // The operator's is where its commands read it, and nowhere else.
      return secretText === undefined || isOperator ? shown : { ...shown, clientSecret: secretText };
    });
    for (const [what, enabled] of [
      ['disable', false],
      ['enable', true],
    ] as const)
      app.post(`/principals/${what}`, async ({ body }) =>
        administration.setEnabled(named.parse(body).name, enabled),
      );
    app.post('/principals/delete', async ({ body }) => administration.remove(named.parse(body).name));
  };

const create = async ({ store, now }: PrincipalRoutesOptions, asked: z.infer<typeof bodyShape>) => {
  const [appId, objectId] = [randomUUID(), randomUUID()];
  const names = { appId, displayName: asked.displayName, createdDateTime: new Date(now()).toISOString() };
  const bare = createApplication({ ...names, objectId: randomUUID() });
  const credential =
    asked.certificate === undefined
      ? addSecret(bare, {
          random: asked.random ?? randomBytes(32),
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
