/** The signature of an offline bundle's checksums, by a key of its own that the installation's authority vouches for. */

import type { CertificateAuthority } from '@tombolo/identity';
import { bundleSignerName } from '@tombolo/onboarding';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { signText } from './signed-text.ts';

export interface BundleSignatureOptions {
  readonly authority: CertificateAuthority;
  readonly now: () => number;
  readonly isOperator: (request: FastifyRequest) => boolean;
}

const shape = z.strictObject({ checksums: z.string().min(1).max(4_096) });

export const bundleSignatureRoutes =
  ({ authority, now, isOperator }: BundleSignatureOptions) =>
  async (app: FastifyInstance): Promise<void> => {
    app.post('/onboarding/signature', async (request, reply) => {
      const refuse = (status: number, code: string, message: string) =>
        reply.code(status).send({ error: { code, message } });
      if (!isOperator(request)) return refuse(401, 'Unauthorized', 'The operator token is needed.');
      const parsed = shape.safeParse(request.body);
      if (!parsed.success) return refuse(400, 'InvalidArgument', 'checksums has to be text of a few lines.');
      const text = parsed.data.checksums;
      const { certificate, signature } = await signText(authority, {
        name: bundleSignerName,
        text,
        now: now(),
      });
      return { certificate, signature };
    });
  };
