/** What Node read of a request, as the services see it. */

import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { serviceError } from './errors.ts';
import type { Arrival, ServiceRequest } from './request.ts';
import { readBody } from './request-body.ts';

export const serviceRequest = (
  request: IncomingMessage,
  id: string,
  arrival: Arrival,
  bodyBytes: number,
): ServiceRequest => {
  const socket = request.socket as TLSSocket;
  const url = request.url ?? '';
  const path = url.split('?', 1)[0] ?? '';
  if (!path.startsWith('/')) throw serviceError('InvalidRequest', ['the request target is no path.']);
  const certificate = socket.getPeerCertificate().raw as Buffer | undefined;
  const serverName = (socket as { readonly servername?: string | false | null }).servername;
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : value,
    ]),
  );
  return {
    id,
    method: request.method ?? '',
    path,
    ...(url.length > path.length ? { query: url.slice(path.length + 1) } : {}),
    host: request.headers.host ?? '',
    headers,
    readBody: () => readBody(request, bodyBytes),
    arrival,
    ...(typeof serverName === 'string' ? { serverName } : {}),
    ...(certificate === undefined ? {} : { clientCertificate: certificate }),
  };
};
