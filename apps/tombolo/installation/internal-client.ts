/** Requests to the internal Unix socket of the control process. */

import type { JsonObject } from '@tombolo/store/port';
import { CommandError } from '../shell/command-error.ts';

// Without an import statement: docs/decisions/0035.
const { request } = process.getBuiltinModule('node:http');

export interface InternalClientOptions {
  readonly socketPath: string;
  readonly token: string;
}

/** Throws NotRunning where nobody answers, RequestRefused where the answer is an error, Failed where it broke while it was done. */
export const askControl = (
  options: InternalClientOptions,
  method: 'GET' | 'POST',
  path: string,
  body?: JsonObject,
): Promise<JsonObject> =>
  new Promise((resolve, reject) => {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const sent = request(
      {
        socketPath: options.socketPath,
        method,
        path,
        headers: {
          authorization: `Bearer ${options.token}`,
          ...(text === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
        },
      },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => {
          const parsed = parse(Buffer.concat(chunks).toString('utf8'));
          if ((answer.statusCode ?? 500) < 400) return resolve(parsed);
          const error = (parsed.error ?? {}) as JsonObject;
          reject(
            new CommandError(
              answer.statusCode === 500 ? 'Failed' : 'RequestRefused',
              String(error.message ?? `status ${answer.statusCode}`),
              answer.statusCode === 500
                ? 'See the log of the control process.'
                : 'Correct what the message names.',
            ),
          );
        });
      },
    );
    sent.on('error', (error: NodeJS.ErrnoException) => {
      const why =
        error.code === 'ENOENT' || error.code === 'ECONNREFUSED'
          ? 'the server is not running'
          : error.message;
      reject(
        new CommandError(
          'NotRunning',
          `The control process does not answer: ${why}.`,
          'Start it with "./tombolo up", or name its directory with --state.',
        ),
      );
    });
    sent.end(text);
  });

const parse = (text: string): JsonObject => {
  try {
    return JSON.parse(text) as JsonObject;
  } catch {
    return {};
  }
};
