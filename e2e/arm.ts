/** Raw ARM requests over kept connections: what was answered, whether it was answered at all. */

import { readFileSync } from 'node:fs';
import { Agent, request as httpsRequest } from 'node:https';
import { join } from 'node:path';
import type { Json } from '@tombolo/store/port';
import { endsWithFile } from '@tombolo/testkit/ends-with-file';
import { until } from '@tombolo/testkit/until';

export interface ArmAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: ArmBody;
}

/** What ARM answers with, as far as the tests look. */
export interface ArmBody {
  readonly id?: string;
  readonly name?: string;
  readonly status?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly value?: readonly ArmBody[];
  readonly nextLink?: string;
  readonly error?: { readonly code: string; readonly message: string };
  /** Of services that refuse without the envelope. */
  readonly code?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
}

export interface Arm {
  readonly subscription: string;
  /** Rejects only where no answer came. */
  readonly send: (
    method: string,
    path: string,
    body?: Json,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<ArmAnswer>;
  /** Sends, requires success, and follows a long-running operation to `Succeeded`. */
  readonly done: (method: string, path: string, body?: Json) => Promise<ArmAnswer>;
  /** Every item of a list, over its pages. */
  readonly list: (path: string) => Promise<readonly ArmBody[]>;
  /** Where the operation of an answer is polled; undefined where it has none. */
  readonly operationOf: (answer: ArmAnswer) => string | undefined;
  /** Resolves when the operation at this `Azure-AsyncOperation` or `Location` has ended: how. */
  readonly finished: (address: string) => Promise<string>;
  /** The header that signs a request. */
  readonly authorization: { readonly authorization: string };
}

interface Credentials {
  readonly tenantId: string;
  readonly subscriptionId: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Signs in with the operator's credentials of the state directory, or as another principal. */
export const signIn = async (
  state: string,
  origin: string,
  as: Partial<Pick<Credentials, 'clientId' | 'clientSecret'>> = {},
): Promise<Arm> => {
  const own = JSON.parse(readFileSync(join(state, 'credentials.json'), 'utf8')) as Credentials;
  const credentials = { ...own, ...as };
  const agent = new Agent({ ca: readFileSync(join(state, 'ca.pem'), 'utf8'), keepAlive: true });
  endsWithFile(() => agent.destroy());
  const exchange = (
    method: string,
    url: URL,
    headers: Record<string, string>,
    body?: string,
  ): Promise<ArmAnswer> =>
    new Promise((resolve, reject) => {
      const sent = httpsRequest(url, { method, agent, headers }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({
            status: answer.statusCode!,
            headers: answer.headers as Record<string, string | undefined>,
            body: text === '' ? {} : (JSON.parse(text) as ArmBody),
          });
        });
      });
      sent.on('error', reject);
      sent.end(body);
    });

  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: credentials.clientId,
    client_secret: credentials.clientSecret,
    scope: 'https://management.azure.com/.default',
  }).toString();
  const signedIn = await exchange(
    'POST',
    new URL(`/${credentials.tenantId}/oauth2/v2.0/token`, origin),
    {
      'content-type': 'application/x-www-form-urlencoded',
    },
    form,
  );
  const token = (signedIn.body as { access_token?: string }).access_token;
  if (token === undefined) throw new Error(`Sign-in was refused: ${JSON.stringify(signedIn.body)}`);

  const send: Arm['send'] = (method, path, body, headers = {}) =>
    exchange(
      method,
      new URL(path, origin),
      {
        authorization: `Bearer ${token}`,
        ...headers,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body === undefined ? undefined : JSON.stringify(body),
    );

  const operationOf = ({ status, headers }: ArmAnswer): string | undefined =>
    headers['azure-asyncoperation'] ?? (status === 202 ? headers.location : undefined);

  const finished = (address: string): Promise<string> => {
    const { pathname, search } = new URL(address);
    return until(`the operation at ${address} has ended`, async () => {
      const { status, body } = await send('GET', `${pathname}${search}`);
      if (status >= 400) return `${status} ${JSON.stringify(body)}`;
      if (status === 202 || body.status === 'InProgress') return undefined;
      return body.error === undefined ? (body.status ?? 'Succeeded') : JSON.stringify(body);
    });
  };

  const done = async (method: string, path: string, body?: Json): Promise<ArmAnswer> => {
    const answer = await send(method, path, body);
    if (answer.status >= 400)
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    const address = operationOf(answer);
    if (address === undefined) return answer;
    const ended = await finished(address);
    if (ended !== 'Succeeded') throw new Error(`${method} ${path}: ${ended}`);
    return answer;
  };

  const list = async (path: string): Promise<readonly ArmBody[]> => {
    const items: ArmBody[] = [];
    for (let next: string | undefined = path; next !== undefined; ) {
      const answer: ArmAnswer = await send('GET', next);
      if (answer.status !== 200)
        throw new Error(`GET ${next}: ${answer.status} ${JSON.stringify(answer.body)}`);
      items.push(...(answer.body.value ?? []));
      next =
        answer.body.nextLink && new URL(answer.body.nextLink).pathname + new URL(answer.body.nextLink).search;
    }
    return items;
  };

  return {
    subscription: `/subscriptions/${credentials.subscriptionId}`,
    send,
    done,
    list,
    operationOf,
    finished,
    authorization: { authorization: `Bearer ${token}` },
  };
};
