/** A small ARM client for the command line: sign-in, requests, long-running operations to their end. */

import { Agent, request as httpsRequest } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import { minVersion } from '@tombolo/private-link';
import type { Json, JsonObject } from '@tombolo/store/port';
import { CommandError } from '../shell/command-error.ts';

export interface ArmClientOptions {
  /** `https://localhost:8443`. */
  readonly origin: string;
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** PEM of the installation's authority. */
  readonly certificateAuthority: string;
}

interface ArmAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: JsonObject;
  /** The change-feed number of a write. */
  readonly feed: number | undefined;
}

export interface ArmClient {
  /** Throws RequestRefused with ARM's code and message. Long-running operations are followed to their end. */
  readonly send: (method: string, path: string, body?: Json) => Promise<ArmAnswer>;
  readonly close: () => void;
}

interface Raw {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
}

const longestOperationMs = 300_000;

export const createArmClient = (options: ArmClientOptions): ArmClient => {
  const agent = new Agent({ ca: options.certificateAuthority, keepAlive: true, minVersion });
  let token: { value: string; expires: number } | undefined;

  const exchange = (
    method: string,
    url: URL,
    headers: Record<string, string>,
    body: string | undefined,
  ): Promise<Raw> =>
    new Promise((resolve, reject) => {
      const sent = httpsRequest(
        url,
        {
          method,
          agent,
          headers: {
            ...headers,
            ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
          },
          timeout: 60_000,
        },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on('data', (chunk: Buffer) => chunks.push(chunk));
          answer.on('error', reject);
          answer.on('end', () =>
            resolve({
              status: answer.statusCode ?? 0,
              headers: answer.headers as Record<string, string | undefined>,
              text: Buffer.concat(chunks).toString('utf8'),
            }),
          );
        },
      );
      sent.on('timeout', () => sent.destroy(new Error(`no answer from ${url.origin} within 60 s`)));
      sent.on('error', (error) =>
        reject(
          new CommandError(
            'NotRunning',
            `${url.origin} does not answer: ${error.message}.`,
            'Is the server up? "./tombolo status" says.',
          ),
        ),
      );
      sent.end(body);
    });

  const signIn = async (): Promise<string> => {
    if (token && token.expires > Date.now() + 60_000) return token.value;
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: options.clientId,
      client_secret: options.clientSecret,
      scope: 'https://management.azure.com/.default',
    }).toString();
    const url = new URL(`/${options.tenantId}/oauth2/v2.0/token`, options.origin);
    const answer = await exchange('POST', url, { 'content-type': 'application/x-www-form-urlencoded' }, form);
    const body = parse(answer.text);
    if (answer.status !== 200 || typeof body.access_token !== 'string') {
      throw new CommandError(
        'RequestRefused',
        `Sign-in was refused: ${String(body.error_description ?? answer.text)}`,
        'Check the client id and secret in credentials.json of the state directory.',
      );
    }
    token = { value: body.access_token, expires: Date.now() + Number(body.expires_in ?? 300) * 1000 };
    return token.value;
  };

  const once = async (method: string, url: URL, body?: Json): Promise<Raw> => {
    const headers: Record<string, string> = {
      authorization: `Bearer ${await signIn()}`,
      accept: 'application/json',
    };
    if (body === undefined) return exchange(method, url, headers, undefined);
    return exchange(method, url, { ...headers, 'content-type': 'application/json' }, JSON.stringify(body));
  };

  const follow = async (start: Raw): Promise<void> => {
    const address = start.headers['azure-asyncoperation'];
    if (address === undefined) return;
    const deadline = Date.now() + longestOperationMs;
    for (let wait = 20; Date.now() < deadline; wait = Math.min(1_000, wait * 2)) {
      const polled = await once('GET', new URL(address));
      const body = parse(polled.text);
      if (polled.status >= 400) throw refused(polled);
      if (body.status === 'Succeeded') return;
      if (body.status === 'Failed' || body.status === 'Canceled') {
        const error = (body.error ?? {}) as JsonObject;
        throw new CommandError(
          'RequestRefused',
          `${String(error.code ?? 'OperationFailed')}: ${String(error.message ?? 'the operation failed')}`,
          'Correct what the message names and send the request again.',
        );
      }
      await delay(wait);
    }
    throw new CommandError(
      'Timeout',
      `The operation at ${address} did not end within ${longestOperationMs / 1000} s.`,
      'Look at "./tombolo status": a follower may be down.',
    );
  };

  const send = async (method: string, path: string, body?: Json): Promise<ArmAnswer> => {
    const url = new URL(path, options.origin);
    const answer = await once(method, url, body);
    if (answer.status >= 400) throw refused(answer);
    await follow(answer);
    const operated =
      answer.headers['azure-asyncoperation'] !== undefined && (method === 'PUT' || method === 'PATCH');
    const shown = operated ? await once('GET', url) : answer;
    const feed = answer.headers['x-tombolo-feed'];
    return {
      status: answer.status,
      headers: answer.headers,
      body: parse(shown.text),
      feed: feed === undefined ? undefined : Number(feed),
    };
  };

  return { send, close: () => agent.destroy() };
};

const parse = (text: string): JsonObject => {
  if (text === '') return {};
  try {
    return JSON.parse(text) as JsonObject;
  } catch {
    return { text };
  }
};

const refused = (answer: Raw): CommandError => {
  const body = parse(answer.text);
  // Some of Azure's services answer without the envelope.
  const error = (body.error ?? body) as JsonObject;
  return new CommandError(
    'RequestRefused',
    `${String(error.code ?? answer.status)}: ${String(error.message ?? answer.text)}`,
    'The message says what to do.',
  );
};
