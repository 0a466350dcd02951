/** R16 on real sockets: what a listener answers to an old protocol, and a server that speaks nothing else. */

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import tls from 'node:tls';

export const oldVersions = ['TLSv1', 'TLSv1.1'] as const;
export const newVersions = ['TLSv1.2', 'TLSv1.3'] as const;
type Version = (typeof oldVersions)[number] | (typeof newVersions)[number];

/** As with `NODE_OPTIONS=--tls-min-v1.0` and a lenient OpenSSL: only a floor that is said holds from now on. */
export const lowerDefaults = (): void => {
  tls.DEFAULT_MIN_VERSION = 'TLSv1';
  tls.DEFAULT_CIPHERS = 'DEFAULT:@SECLEVEL=0';
};

/** What OpenSSL says to a peer whose protocol it does not speak. */
export const refusedForVersion = 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION';

/** The version that was agreed on, or the code with which the listener refused exactly this version. */
export const offer = (where: tls.ConnectionOptions, version: Version): Promise<string> =>
  new Promise((resolve) => {
    const socket = tls.connect({
      ...where,
      rejectUnauthorized: false,
      minVersion: version,
      maxVersion: version,
      ciphers: 'DEFAULT:@SECLEVEL=0',
    });
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    socket.on('secureConnect', () => {
      resolve(socket.getProtocol() ?? '');
      socket.destroy();
    });
  });

/** A server on loopback that speaks up to `version` and answers any request with `{}`. */
export const serveUpTo = async (
  version: Version,
  pem: { readonly key: string; readonly cert: string },
): Promise<{ readonly port: number; close(): Promise<void> }> => {
  const sockets = new Set<tls.TLSSocket>();
  const server = tls.createServer(
    { ...pem, minVersion: 'TLSv1', maxVersion: version, ciphers: 'DEFAULT:@SECLEVEL=0' },
    (socket) => {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.once('data', () =>
        socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}'),
      );
    },
  );
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
};
