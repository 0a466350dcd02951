/** What is no HTTP request at all: one error in the envelope that every service here has, and the connection ends, so that nothing after it is read as another. */

import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';

interface ParserError extends Error {
  readonly code?: string;
}

const reasons: Readonly<Record<string, readonly [status: number, phrase: string, message: string]>> = {
  HPE_HEADER_OVERFLOW: [
    431,
    'Request Header Fields Too Large',
    'The header of the request is too long; send one of less than 16 kB.',
  ],
  ERR_HTTP_REQUEST_TIMEOUT: [
    408,
    'Request Timeout',
    'The request did not arrive in time; send it again, and whole.',
  ],
};

const malformed = [
  400,
  'Bad Request',
  'The request is not well-formed HTTP/1.1 (RFC 9112); send one that is, with one Content-Length or chunked.',
] as const;

/** The last that is said on a connection. Who never reads it, or never closes, is not waited for. */
export const endWith = (socket: Socket, text: string): void => {
  socket.setTimeout(5_000, () => socket.destroy());
  socket.end(text, () => socket.destroy());
};

/** For the event `clientError` of an HTTP server, and Fastify's `clientErrorHandler`; ends TLS in order, too. */
export const answerClientError = (error: ParserError, socket: Socket): void => {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, phrase, message] = reasons[error.code ?? ''] ?? malformed;
  const body = JSON.stringify({ error: { code: phrase.replaceAll(' ', ''), message } });
  endWith(
    socket,
    [
      `HTTP/1.1 ${status} ${phrase}`,
      'content-type: application/json; charset=utf-8',
      `content-length: ${Buffer.byteLength(body)}`,
      `x-ms-request-id: ${randomUUID()}`,
      'connection: close',
      '',
      body,
    ].join('\r\n'),
  );
};
