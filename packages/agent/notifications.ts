/** Hears at once that the machine's desired state has changed: one long WebSocket, opened anew with back-off. */

import { backOffMs } from '@tombolo/back-off';
import { WebSocket } from 'ws';
import { wait } from './directory-watch.ts';
import { NetworkFault, ServiceRefusal } from './failure.ts';
import type { HttpsClient } from './https-client.ts';

export interface NotificationOptions {
  readonly client: Pick<HttpsClient, 'agentFor'>;
  /** Where, and with which proof; each time anew. */
  readonly request: () => Promise<{
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
  }>;
  readonly onChange: () => void;
  readonly now: () => number;
  /** In [0, 1). */
  readonly random: () => number;
  readonly onState: (state: 'open' | 'closed', why: string) => void;
  readonly signal: AbortSignal;
}

/** Shown out for a reason (RFC 6455 §7.4.1): its identity perhaps, which the daemon then looks after. */
const policyViolation = 1008;

/** The service pings more often: silence for so long means that nobody is there. */
const silenceMs = 150_000;

/** A connection that lasted so long was none of a failing row. */
const steadyMs = 60_000;

const back = { baseMs: 1_000, capMs: 300_000, spread: 1 };

/** Resolves with the reason when the socket has ended. */
const listen = async (options: NotificationOptions, opened: () => void): Promise<string> => {
  const { url, headers } = await options.request();
  const { signal } = options;
  return new Promise((resolve) => {
    const socket = new WebSocket(url, {
      agent: options.client.agentFor(new URL(url)),
      headers,
      handshakeTimeout: 30_000,
      maxPayload: 4_096,
      followRedirects: false,
      perMessageDeflate: false,
    });
    let silence: NodeJS.Timeout | undefined;
    const heard = (): void => {
      clearTimeout(silence);
      silence = setTimeout(() => socket.terminate(), silenceMs);
    };
    const stop = (): void => socket.terminate();
    let why = '';
    socket.on('open', () => {
      heard();
      opened();
    });
    socket.on('ping', heard);
    socket.on('message', () => {
      heard();
      options.onChange();
    });
    socket.on('unexpected-response', (_request, response) => {
      why = `HTTP ${response.statusCode}`;
      response.resume();
      socket.terminate();
    });
    socket.on('error', (error: Error) => {
      why ||= error.message;
    });
    socket.on('close', (code, reason) => {
      clearTimeout(silence);
      signal.removeEventListener('abort', stop);
      if (code === policyViolation) options.onChange();
      resolve(why || `${code} ${reason.toString('utf8')}`.trim());
    });
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
  });
};

/** Until the signal aborts. Never rejects: without it the machine asks every five minutes. */
export const followNotifications = async (options: NotificationOptions): Promise<void> => {
  const { signal, onState, random, now } = options;
  let failures = 0;
  while (!signal.aborted) {
    let openedAt: number | undefined;
    const why = await listen(options, () => {
      openedAt = now();
      onState('open', '');
    }).catch((error: unknown) =>
      error instanceof ServiceRefusal || error instanceof NetworkFault ? error.message : String(error),
    );
    if (signal.aborted) return;
    failures = openedAt !== undefined && now() - openedAt >= steadyMs ? 1 : failures + 1;
    onState('closed', why);
    await wait(backOffMs(failures, random(), back), signal);
  }
};
