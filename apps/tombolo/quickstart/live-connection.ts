/** A TLS connection that is kept open, to see whether a change of policy reaches it. */

import { connect, type TLSSocket } from 'node:tls';
import { minVersion } from '@tombolo/private-link';

export interface LiveConnection {
  /** Resolves with the error code, or `closed`, when the other side ends it. */
  readonly ended: Promise<string>;
  readonly close: () => void;
}

export interface Target {
  readonly address: string;
  readonly port: number;
  /** SNI. */
  readonly serverName: string;
  readonly certificateAuthority: string;
}

/** Resolves once TLS stands; rejects with the socket's error where it is refused or reset. */
export const openLiveConnection = (target: Target): Promise<LiveConnection> =>
  new Promise((resolve, reject) => {
    const socket: TLSSocket = connect({
      host: target.address,
      port: target.port,
      servername: target.serverName,
      ca: target.certificateAuthority,
      minVersion,
    });
    let code: string | undefined;
    socket.setTimeout(60_000, () =>
      socket.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })),
    );
    const ended = new Promise<string>((finish) => {
      socket.on('error', (error: NodeJS.ErrnoException) => {
        code = error.code ?? error.message;
        reject(error);
      });
      socket.on('close', () => finish(code ?? 'closed'));
    });
    socket.once('secureConnect', () => {
      socket.setTimeout(0);
      socket.resume();
      resolve({ ended, close: () => socket.destroy() });
    });
  });

/** `connected`, or the code with which it was refused. */
export const tryConnection = async (target: Target): Promise<string> => {
  try {
    (await openLiveConnection(target)).close();
    return 'connected';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? (error as Error).message;
  }
};
