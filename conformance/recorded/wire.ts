/** Requests as they stand: the path, the names of headers and their values go out untouched, empty ones too. */

import { Agent, request } from 'node:https';
import { isObject } from '@tombolo/store/document';
import type { Json, JsonObject } from '@tombolo/store/port';

export interface WireRequest {
  readonly method: string;
  /** With its query, percent-encoded. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** Empty where the body is no JSON object. */
  readonly json: JsonObject;
}

export interface Wire {
  readonly origin: string;
  readonly send: (asked: WireRequest) => Promise<WireAnswer>;
  readonly close: () => void;
}

const objectOf = (text: string): JsonObject => {
  try {
    const parsed = JSON.parse(text) as Json;
    return isObject(parsed) ? parsed : {};
  } catch {
    return {};
  }
};

/** One connection at a time, kept: clients do so too. */
export const openWire = (origin: string, ca: string): Wire => {
  const { hostname, port } = new URL(origin);
  const agent = new Agent({ keepAlive: true, maxSockets: 1, ca });
  const send = ({ method, path, headers, body }: WireRequest): Promise<WireAnswer> =>
    new Promise((resolve, reject) => {
      const length = body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) };
      const sent = request(
        { hostname, port, path, method, agent, headers: { ...headers, ...length } },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            const text = Buffer.concat(chunks).toString('utf8');
            resolve({ status: response.statusCode!, headers: response.headers, text, json: objectOf(text) });
          });
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });
  return { origin, send, close: () => agent.destroy() };
};

export const headerOf = (answer: WireAnswer, name: string): string | undefined => {
  const value = answer.headers[name];
  return Array.isArray(value) ? value[0] : value;
};
