/** How a WebSocket for notifications comes about: a request that is judged as any other, and then the channel's. */

import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type ArmError, errorBody } from '@tombolo/arm';
import { endWith } from '@tombolo/listener-bounds';
import { WebSocketServer } from 'ws';
import { ConnectionReset } from './access.ts';
import { serviceError } from './errors.ts';
import { createNotificationChannel } from './notification-channel.ts';
import type { FollowedState } from './projection.ts';
import type { ServiceResponse } from './request.ts';

export interface NotificationEntryOptions {
  readonly atMost: number;
  /** Throws ArmError or ConnectionReset. */
  readonly judge: (request: IncomingMessage) => Promise<ServiceResponse>;
  readonly refusalOf: (error: unknown) => ArmError;
  /** Repeats until the returned is called. */
  readonly every: (milliseconds: number, work: () => void) => () => void;
}

/** What stands between forgets a silent connection after four minutes and more (Azure's load balancer); machines miss two pings. */
const sweepMs = 60_000;

const refuse = (socket: Socket, refusal: ArmError): void => {
  const body = JSON.stringify(errorBody(refusal));
  const lines = Object.entries({
    ...refusal.headers,
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(Buffer.byteLength(body)),
    'x-ms-error-code': refusal.code,
    connection: 'close',
  }).map(([name, value]) => `${name}: ${value}`);
  // An upgraded connection has none of the HTTP server's bounds any more.
  endWith(socket, `HTTP/1.1 ${refusal.status} Refused\r\n${lines.join('\r\n')}\r\n\r\n${body}`);
};

export const createNotificationEntry = (options: NotificationEntryOptions) => {
  const channel = createNotificationChannel({ atMost: options.atMost });
  // What a machine sends is none of ours: the smallest frame is too large.
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 1_024, perMessageDeflate: false });
  const stop = options.every(sweepMs, channel.sweep);

  const open = async (request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    const { listener } = await options.judge(request);
    if (listener === undefined) throw serviceError('InvalidRequest', ['nothing is upgraded at this path.']);
    sockets.handleUpgrade(request, socket, head, (opened) => channel.add(opened, listener));
  };
  return {
    get size() {
      return channel.size;
    },
    upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
      socket.on('error', () => socket.destroy());
      open(request, socket, head).catch((error: unknown) => {
        if (error instanceof ConnectionReset) socket.destroy();
        // Of a server of `node:https` it is a TLS socket.
        else refuse(socket as Socket, options.refusalOf(error));
      });
    },
    changed: (changed: FollowedState['changed']): void =>
      channel.changed(changed === 'snapshot' ? 'all' : changed.map(({ id }) => id)),
    close: (): void => {
      stop();
      channel.close();
      sockets.close();
    },
  };
};
