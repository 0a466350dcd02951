/** The control process's internal routes for hybrid processes: register, renew, disconnect, heartbeats. */

import { ArmError, errorBody } from '@tombolo/arm';
import type { IssueIdentityToken } from '@tombolo/identity/managed-identity';
import { workKinds } from '@tombolo/store/machine-report';
import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { serviceError } from './errors.ts';
import { createMachineIdentityTokens } from './machine-identity-token.ts';
import type { MachineRegistryOptions } from './machine-registry.ts';
import { createMachineRegistry } from './machine-registry.ts';
import { reportShape } from './report-shape.ts';

export interface RegistrationRoutesOptions extends MachineRegistryOptions {
  /** Of machines' system-assigned identities: the token service's. */
  readonly issueIdentityToken: IssueIdentityToken;
  readonly newGuid: () => string;
  /** The role of the request's bearer token; undefined refuses. */
  readonly authorizeRole: (request: FastifyRequest) => { readonly role: string } | undefined;
  /** An error that is no refusal; the answer names only its id. */
  readonly onFault?: (error: unknown, id: string) => void;
}

const machineId = z.string().min(1).max(2048);
const csr = z.string().min(1).max(16_384);
const json = z.record(z.string(), z.json());
const schemas = {
  register: z.object({
    ...{ machineId, csr, agentVersion: z.string().max(64) },
    registrationId: z.string().min(8).max(128),
  }),
  renew: z.object({ machineId, csr, serial: z.string().max(64) }),
  disconnect: z.object({ machineId, serial: z.string().max(64) }),
  identityToken: z.object({ machineId, serial: z.string().max(64), resource: z.string().max(1024) }),
  heartbeats: z.object({
    heartbeats: z
      .array(
        z.object({
          machineId,
          at: z.number().nonnegative(),
          serial: z.string().max(64),
          agentVersion: z.string().max(64),
          value: json,
        }),
      )
      .max(5_000),
  }),
};

const report = z.object({
  machineId,
  kind: z.enum(workKinds),
  name: z.string().min(1).max(256),
  report: z.object({ ...reportShape.shape, time: z.string().max(64) }),
});

const parse = <T>(schema: z.ZodType<T>, body: unknown): T => {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw serviceError('InvalidRequest', [
    `${issue?.path.join('.') ?? 'body'}: ${issue?.message ?? 'invalid'}.`,
  ]);
};

/** Only the role `hybrid` may call; mount it on the internal socket, never on a public listener. */
export const registrationRoutes = (options: RegistrationRoutesOptions): FastifyPluginAsync => {
  const registry = createMachineRegistry(options);
  const identityToken = createMachineIdentityTokens(options);
  return async (app) => {
    app.addHook('onRequest', async (request) => {
      if (options.authorizeRole(request)?.role !== 'hybrid') {
        throw serviceError('RoleRefused', []);
      }
    });
    app.setErrorHandler((error, _request, reply) => {
      const id = options.newGuid();
      const { statusCode } = error as { readonly statusCode?: number };
      const known = statusCode !== undefined && statusCode >= 400 && statusCode < 500;
      if (!(error instanceof ArmError) && !known) options.onFault?.(error, id);
      const refusal =
        error instanceof ArmError
          ? error
          : known
            ? serviceError('InvalidRequest', [(error as Error).message])
            : serviceError('InternalServerError', [id]);
      return reply.code(refusal.status).send(errorBody(refusal));
    });
    const large = { bodyLimit: 8 * 1024 * 1024 };
    app.post('/machines/register', async (request) =>
      registry.register(parse(schemas.register, request.body)),
    );
    app.post('/machines/renew', async (request) => registry.renew(parse(schemas.renew, request.body)));
    app.post('/machines/disconnect', async (request) =>
      registry.disconnect(parse(schemas.disconnect, request.body)),
    );
    app.post('/machines/identity-token', async (request) =>
      identityToken(parse(schemas.identityToken, request.body)),
    );
    app.post('/machines/reports', async (request) => registry.recordReport(parse(report, request.body)));
    app.post('/machines/heartbeats', large, async (request) => {
      await registry.recordHeartbeats(parse(schemas.heartbeats, request.body).heartbeats);
      return {};
    });
  };
};
