/** The follower's end of the wire: one stream and its acknowledgements over the control plane's Unix socket. */
import type { IncomingMessage } from 'node:http';
import type { JsonObject } from '../port.ts';
import { type FeedEvent, feedEventReader } from './event-stream.ts';

// Without an import statement: docs/decisions/0035.
const { Agent, request } = process.getBuiltinModule('node:http');

export interface FeedClientOptions {
  readonly name: string;
  readonly types: readonly string[];
  readonly socketPath: string;
  readonly token: string;
  /** Called for every sign of life. */
  readonly contact: () => void;
}

export interface FeedClient {
  /** Resolves when the server ends the stream; rejects with the reason when it fails or is refused. */
  stream(
    cursor: { epoch: string; through: number } | undefined,
    take: (event: FeedEvent) => void,
    signal: AbortSignal,
  ): Promise<void>;
  /** Resolves once the store has it; rejects otherwise. */
  acknowledge(
    acknowledgement: { epoch: string; through: number; report: JsonObject },
    signal: AbortSignal,
  ): Promise<void>;
  close(): void;
}

const MAX_REFUSAL = 4_096;
const ANSWER_MS = 10_000;

async function refusal(response: IncomingMessage): Promise<Error> {
  let text = '';
  for await (const bytes of response) {
    text += String(bytes);
    if (text.length > MAX_REFUSAL) break;
  }
  return new Error(`The control plane answered ${response.statusCode}: ${text.slice(0, MAX_REFUSAL)}`);
}

export function feedClient({ name, types, socketPath, token, contact }: FeedClientOptions): FeedClient {
  const agent = new Agent({ keepAlive: true, maxSockets: 2 });
  const common = { socketPath, agent, host: 'localhost' };
  const authorization = `Bearer ${token}`;

  return {
    stream(cursor, take, signal) {
      const query = new URLSearchParams({ follower: name, types: types.join(',') });
      if (cursor !== undefined) {
        query.set('epoch', cursor.epoch);
        query.set('after', String(cursor.through));
      }
      return new Promise((resolve, reject) => {
        const call = request({
          ...common,
          agent: false,
          path: `/feed?${query}`,
          headers: { authorization },
          signal,
        });
        call.on('error', reject);
        call.on('response', (response) => {
          if (response.statusCode !== 200) return void refusal(response).then(reject, reject);
          contact();
          const read = feedEventReader();
          response.on('data', (bytes: Buffer) => {
            contact();
            try {
              for (const event of read(bytes)) take(event);
            } catch (error) {
              response.destroy(error as Error);
            }
          });
          response.on('error', reject);
          response.on('close', resolve);
        });
        call.end();
      });
    },
    acknowledge({ epoch, through, report }, signal) {
      const body = JSON.stringify({ follower: name, epoch, through, report });
      return new Promise((resolve, reject) => {
        const call = request({
          ...common,
          path: '/feed/acknowledgements',
          method: 'POST',
          headers: {
            authorization,
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(body),
          },
          timeout: ANSWER_MS,
          signal,
        });
        call.on('error', reject);
        call.on('timeout', () => call.destroy(new Error('The control plane did not answer in time.')));
        call.on('response', (response) => {
          if (response.statusCode !== 204) return void refusal(response).then(reject, reject);
          contact();
          response.on('end', resolve).on('error', reject).resume();
        });
        call.end(body);
      });
    },
    close: () => agent.destroy(),
  };
}
