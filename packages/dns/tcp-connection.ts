/** DNS over one TCP connection: length framing, pipelined queries, bounded memory and time (RFC 7766). */

import type { Socket } from 'node:net';

export interface TcpConnectionOptions {
  /** Silence after which the connection ends; also the time a started message may take. Milliseconds. */
  readonly idleMs: number;
  /** Queries under way at once; reading pauses beyond. */
  readonly maxPipelined: number;
  /** Undefined: nothing to answer, and the connection ends. */
  readonly respond: (query: Uint8Array) => Uint8Array | undefined | Promise<Uint8Array>;
}

/** Longest query taken: far beyond any honest one, so that a connection holds little memory. */
const maxQueryOctets = 4096;

const framed = (answer: Uint8Array): Buffer => {
  const bytes = Buffer.allocUnsafe(2 + answer.length);
  bytes.writeUInt16BE(answer.length, 0);
  bytes.set(answer, 2);
  return bytes;
};

/** Serves the socket until the client closes, goes silent or sends what is no query. Answers may come out of order. */
export const serveTcpConnection = (socket: Socket, options: TcpConnectionOptions): void => {
  let received: Buffer = Buffer.alloc(0);
  let pending = 0;
  let ended = false;
  let blocked = false;
  // A slow sender must not hold a connection by one octet at a time: only whole queries count as activity.
  let timer = setTimeout(() => socket.destroy(), options.idleMs);
  const active = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => socket.destroy(), options.idleMs);
  };
  const flow = (): void => {
    if (blocked || pending >= options.maxPipelined) socket.pause();
    else socket.resume();
  };
  const send = (answer: Uint8Array): void => {
    if (socket.destroyed || !socket.writable) return;
    active();
    if (!socket.write(framed(answer))) {
      blocked = true;
      socket.once('drain', () => {
        blocked = false;
        read();
        flow();
      });
    }
  };
  const finish = (): void => {
    if (ended && pending === 0) socket.end();
  };
  const read = (): void => {
    while (!blocked && pending < options.maxPipelined && received.length >= 2 && !socket.destroyed) {
      const length = received.readUInt16BE(0);
      if (length > maxQueryOctets) return void socket.destroy();
      if (received.length < 2 + length) return;
      const query = received.subarray(2, 2 + length);
      received = received.subarray(2 + length);
      active();
      const answer = options.respond(query);
      if (answer === undefined) return void socket.destroy();
      if (answer instanceof Uint8Array) {
        send(answer);
        continue;
      }
      pending++;
      answer
        .then(send, () => socket.destroy())
        .finally(() => {
          pending--;
          read();
          flow();
          finish();
        });
    }
  };
  socket.on('data', (chunk: Buffer) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
    read();
    flow();
  });
  socket.on('end', () => {
    ended = true;
    finish();
  });
  socket.on('error', () => socket.destroy());
  socket.on('close', () => clearTimeout(timer));
};
