/** The hybrid side of registration: the port over HTTP on the control process's Unix socket. */

import type { Agent as HttpAgent } from 'node:http';
import { ArmError } from '@tombolo/arm';
import { z } from 'zod';
import { serviceError } from './errors.ts';
import type { RegistrationAuthority } from './registration-authority.ts';

// Without an import statement: docs/decisions/0035.
const { Agent, request } = process.getBuiltinModule('node:http');

export interface ControlClientOptions {
  readonly socketPath: string;
  /** Read anew for each request: a rotated token counts at once. */
  readonly roleToken: () => string;
  /** Prefix of the routes, e.g. `/internal`. */
  readonly prefix?: string;
  readonly timeoutMs?: number;
  /** Why the control process could not be asked; the caller of the service learns only that. */
  readonly onUnavailable?: (reason: string) => void;
}

const issued = z.object({
  certificate: z.string(),
  chain: z.array(z.string()),
  serial: z.string(),
  notAfter: z.number(),
  feed: z.number(),
});
const identityToken = z.object({
  accessToken: z.string(),
  resource: z.string(),
  expiresOn: z.number(),
  expiresInSeconds: z.number(),
});
const refusal = z.object({
  error: z.object({ code: z.string(), message: z.string(), target: z.string().optional() }),
});

const longestAnswer = 1024 * 1024;

const exchange = (
  options: ControlClientOptions,
  agent: HttpAgent,
  path: string,
  body: string,
): Promise<{ readonly status: number; readonly text: string }> =>
  new Promise((resolve, reject) => {
    const outgoing = request(
      {
        agent,
        socketPath: options.socketPath,
        method: 'POST',
        path: `${options.prefix ?? ''}${path}`,
        headers: {
          host: 'control',
          authorization: `Bearer ${options.roleToken()}`,
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
        },
        signal: AbortSignal.timeout(options.timeoutMs ?? 10_000),
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        let size = 0;
        incoming.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > longestAnswer) outgoing.destroy(new Error('the answer is too long'));
          else chunks.push(chunk);
        });
        incoming.on('error', reject);
        incoming.on('end', () =>
          resolve({ status: incoming.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
        );
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });

export interface ControlClient extends RegistrationAuthority {
  close(): void;
}

/** Refusals of the registry are passed on as they are; everything else is 503 `ControlUnavailable`. */
export const createControlClient = (options: ControlClientOptions): ControlClient => {
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const unavailable = (reason: string): ArmError => {
    options.onUnavailable?.(reason);
    return serviceError('ControlUnavailable', [], { retryAfterSeconds: 5 });
  };
  const call = async <T>(path: string, body: unknown, schema: z.ZodType<T>): Promise<T> => {
    let answer: { readonly status: number; readonly text: string };
    let value: unknown;
    try {
      answer = await exchange(options, agent, path, JSON.stringify(body));
      value = JSON.parse(answer.text);
    } catch (error) {
      throw unavailable((error as Error).message);
    }
    if (answer.status === 200) {
      const parsed = schema.safeParse(value);
      if (parsed.success) return parsed.data;
      throw unavailable('the answer of the control process has another shape');
    }
    const refused = refusal.safeParse(value);
    // A refused role is our misconfiguration, never the machine's fault.
    if (!refused.success || answer.status >= 500 || refused.data.error.code === 'RoleRefused') {
      throw unavailable(refused.data?.error.message ?? `the control process answered ${answer.status}`);
    }
    const { code, message, target } = refused.data.error;
    throw new ArmError({
      status: answer.status,
      code,
      message,
      ...(target === undefined ? {} : { target }),
    });
  };
  return {
    register: (body) => call('/machines/register', body, issued),
    renew: (body) => call('/machines/renew', body, issued),
    disconnect: (body) => call('/machines/disconnect', body, z.object({ feed: z.number() })),
    identityToken: (body) => call('/machines/identity-token', body, identityToken),
    recordHeartbeats: async (heartbeats) => {
      await call('/machines/heartbeats', { heartbeats }, z.object({}));
    },
    recordReport: (body) => call('/machines/reports', body, z.object({ accepted: z.boolean() })),
    close: () => agent.destroy(),
  };
};
