/** Cuts off who sends a request byte by byte, or does not take the answer: a connection is not held for nothing. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Server } from 'node:https';
import { answerClientError } from './client-error.ts';

export interface RateBounds {
  /** A body brings this much on the average of each `bodyWindowMs`, as Kestrel wants it (MinRequestBodyDataRate: 240 bytes, 5 s). */
  readonly bodyBytesPerSecond: number;
  readonly bodyWindowMs: number;
  /** An answer is taken at this rate, and `answerGraceMs` later at the latest. */
  readonly answerBytesPerSecond: number;
  readonly answerGraceMs: number;
  /** Of all answers that wait to be taken: beyond it those go that have waited longest. */
  readonly waitingBytes: number;
}

const rateBounds: RateBounds = {
  bodyBytesPerSecond: 240,
  bodyWindowMs: 5_000,
  answerBytesPerSecond: 32_768,
  answerGraceMs: 30_000,
  waitingBytes: 256 * 1024 * 1024,
};

const everyMs = 1_000;

export interface BoundRatesOptions {
  /** `slow body`, `slow reader`, `answers waiting`. */
  readonly onRefused: (reason: string) => void;
  readonly rates?: RateBounds;
  /** Milliseconds of a clock that only goes forward. */
  readonly now?: () => number;
  /** Calls back again and again, until what it returns is called. */
  readonly repeat?: (sweep: () => void) => () => void;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Of the body: since when so much had come. */
  since: number;
  received: number;
  /** Of the answer: since when it waits, and how much of it there was then. */
  waiting?: { readonly since: number; readonly bytes: number };
}

/** All of it until the last of it is with the system: the socket's share is in this number. */
const waitingBytesOf = ({ response }: Exchange): number =>
  response.writableEnded && !response.writableFinished ? response.writableLength : 0;

const everySecond = (sweep: () => void): (() => void) => {
  const timer = setInterval(sweep, everyMs);
  timer.unref();
  return () => clearInterval(timer);
};

/** Servers bound by one call of this share its bounds. */
export const boundRates = (
  servers: readonly Server[],
  { onRefused, rates = rateBounds, now = () => performance.now(), repeat = everySecond }: BoundRatesOptions,
): void => {
  const exchanges = new Set<Exchange>();

  const cut = (exchange: Exchange, reason: string): void => {
    const { request, response } = exchange;
    exchanges.delete(exchange);
    onRefused(reason);
    if (response.headersSent) request.socket.destroy();
    else
      answerClientError(
        Object.assign(new Error(reason), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }),
        request.socket,
      );
  };

  const isSlowBody = (exchange: Exchange, at: number): boolean => {
    const { request } = exchange;
    const elapsed = at - exchange.since;
    const received = request.socket.bytesRead;
    // What lies here unread is ours to be slow with.
    const isOurs = request.complete || request.readableLength > 0;
    if (!isOurs && elapsed < rates.bodyWindowMs) return false;
    const isSlow = (received - exchange.received) * 1_000 < rates.bodyBytesPerSecond * elapsed;
    Object.assign(exchange, { since: at, received });
    return isSlow && !isOurs;
  };

  const isSlowReader = (exchange: Exchange, at: number): boolean => {
    const bytes = waitingBytesOf(exchange);
    if (bytes === 0) {
      delete exchange.waiting;
      return false;
    }
    exchange.waiting ??= { since: at, bytes };
    const { waiting } = exchange;
    const allowed = rates.answerGraceMs + (waiting.bytes * 1_000) / rates.answerBytesPerSecond;
    return at - waiting.since >= allowed;
  };

  /** In the order in which they came, which is about that in which they wait. */
  const makeRoom = (): void => {
    let sum = 0;
    for (const exchange of exchanges) sum += waitingBytesOf(exchange);
    for (const exchange of exchanges) {
      if (sum <= rates.waitingBytes) return;
      const bytes = waitingBytesOf(exchange);
      if (bytes === 0) continue;
      sum -= bytes;
      cut(exchange, 'answers waiting');
    }
  };

  const sweep = (): void => {
    const at = now();
    for (const exchange of exchanges)
      if (isSlowBody(exchange, at)) cut(exchange, 'slow body');
      else if (isSlowReader(exchange, at)) cut(exchange, 'slow reader');
    makeRoom();
  };

  const open = new Set(servers);
  const stop = repeat(sweep);
  for (const server of servers) {
    server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
      const exchange = { request, response, since: now(), received: request.socket.bytesRead };
      exchanges.add(exchange);
      response.once('close', () => exchanges.delete(exchange));
    });
    server.once('close', () => {
      open.delete(server);
      if (open.size === 0) stop();
    });
  }
};
