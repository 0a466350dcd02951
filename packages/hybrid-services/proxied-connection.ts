/** Reads the PROXY v2 header at the start of a connection and puts back what follows it. */

import type { Socket } from 'node:net';
import type { ProxyHeader } from '@tombolo/gateway/proxy-protocol';
import { decodeProxyHeader, maximumProxyHeaderLength } from '@tombolo/gateway/proxy-protocol';

const proxyHeaderTimeoutMs = 5_000;

export type ProxyOutcome = { readonly header: ProxyHeader } | { readonly refused: string };

/**
 * Calls `done` once: with the header, the socket then stands at the first byte after it; or with why there is none
 * (not PROXY v2, longer than the decoder's bound, not whole within `timeoutMs`, closed). The caller destroys.
 */
export const readProxyHeader = (
  socket: Socket,
  done: (outcome: ProxyOutcome) => void,
  timeoutMs = proxyHeaderTimeoutMs,
): void => {
  let bytes: Buffer = Buffer.alloc(0);
  const finish = (outcome: ProxyOutcome): void => {
    clearTimeout(timer);
    socket.removeListener('readable', read);
    socket.removeListener('end', ended);
    socket.removeListener('close', ended);
    done(outcome);
  };
  const ended = (): void =>
    finish({ refused: 'PROXY header refused: the connection ended before it was whole' });
  const read = (): void => {
    for (let chunk = socket.read(); chunk !== null; chunk = socket.read()) {
      bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk]);
      const decoding = decodeProxyHeader(bytes);
      if (decoding.status === 'error') {
        finish({ refused: decoding.reason });
        return;
      }
      if (decoding.status === 'header') {
        const rest = bytes.subarray(decoding.length);
        if (rest.length > 0) socket.unshift(rest);
        finish({ header: decoding.header });
        return;
      }
      if (bytes.length > maximumProxyHeaderLength) {
        finish({ refused: 'PROXY header refused: too long' });
        return;
      }
    }
  };
  const timer = setTimeout(() => finish({ refused: 'PROXY header refused: too slow' }), timeoutMs);
  socket.on('readable', read);
  socket.once('end', ended);
  socket.once('close', ended);
};
