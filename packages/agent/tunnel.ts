/** An agent of `node:https` whose connections go by an HTTP proxy (CONNECT, RFC 9110 §9.3.6), and that says what the proxy did. */

import type { ClientRequest, IncomingMessage } from 'node:http';
import { Agent, type AgentOptions, request as secureRequest } from 'node:https';
import { isIP, type Socket } from 'node:net';
import { type SecureContext, connect as secure } from 'node:tls';
import { minVersion } from '@tombolo/private-link';
import type { ProxyChoice } from './proxy.ts';

const { request } = process.getBuiltinModule('node:http');

type Done = (error: Error | null, socket?: Socket) => void;

/** As long as a request may take: whatever the proxy does, nothing is left open. */
const deadlineMs = 30_000;

const fault = (code: string, text: string): Error => Object.assign(new Error(text), { code });

/** A 5xx is no refusal: the proxy would, and gets there no more than anybody (RFC 9110 §15.6). */
const refusal = (shown: string, status: number | undefined): Error => {
  if (status === 407)
    return fault(
      'ProxyAuthenticationRequired',
      `the proxy ${shown} asks for a user and a password (HTTP 407)`,
    );
  return status !== undefined && status >= 500
    ? fault('ProxyFailed', `the proxy ${shown} got no connection (HTTP ${status})`)
    : fault('ProxyRefused', `the proxy ${shown} refused to connect (HTTP ${status})`);
};

/** A socket to the target behind the proxy, or why there is none. `done` is called once. */
const openTunnel = (
  proxy: ProxyChoice,
  target: string,
  secureContext: SecureContext,
  done: Done,
  { signal, atProxy }: { readonly signal?: AbortSignal; readonly atProxy?: () => void } = {},
): void => {
  const { address, authorization, shown } = proxy;
  const host = address.hostname.replace(/^\[|\]$/g, '');
  const isSecure = address.protocol === 'https:';
  const ask = {
    host,
    port: address.port === '' ? (isSecure ? 443 : 80) : Number(address.port),
    method: 'CONNECT',
    path: target,
    headers: {
      host: target,
      ...(authorization === undefined ? {} : { 'proxy-authorization': authorization }),
    },
    agent: false as const,
    ...(signal === undefined ? {} : { signal }),
  };
  const outgoing: ClientRequest = isSecure
    ? secureRequest({ ...ask, ...({ secureContext } as object), ...(isIP(host) ? {} : { servername: host }) })
    : request(ask);
  const late = setTimeout(() => outgoing.destroy(new Error('no answer in time')), deadlineMs);
  const end = (error: Error | null, socket?: Socket): void => {
    clearTimeout(late);
    done(error, socket);
  };
  outgoing.once('connect', ({ statusCode }: IncomingMessage, socket: Socket, head: Buffer) => {
    // Any 2xx (RFC 9110 §9.3.6). What follows a refusal is for people.
    if (statusCode === undefined || statusCode < 200 || statusCode > 299) {
      socket.destroy();
      return end(refusal(shown, statusCode));
    }
    if (head.length > 0) socket.unshift(head);
    end(null, socket);
  });
  if (atProxy !== undefined)
    outgoing.once('socket', (socket) => socket.once(isSecure ? 'secureConnect' : 'connect', atProxy));
  outgoing.once('error', (error: NodeJS.ErrnoException) =>
    end(fault('ProxyUnreachable', `the proxy ${shown} cannot be reached: ${error.code ?? error.message}`)),
  );
  outgoing.end();
};

/**
 * Rejects with a code: `ProxyAuthenticationRequired`, `ProxyRefused`, `ProxyFailed`, `ProxyUnreachable`.
 * @param asking `atProxy`: the proxy has been reached, and is being asked
 */
export const tunnelTo = (
  proxy: ProxyChoice,
  target: string,
  secureContext: SecureContext,
  asking: { readonly signal: AbortSignal; readonly atProxy: () => void },
): Promise<Socket> =>
  new Promise((opened, failed) => {
    openTunnel(
      proxy,
      target,
      secureContext,
      (error, socket) => (socket === undefined ? failed(error) : opened(socket)),
      asking,
    );
  });

interface Target {
  readonly host?: string;
  readonly port?: number | string;
}

export const createTunnelAgent = (
  proxy: ProxyChoice,
  shared: AgentOptions & { readonly secureContext: SecureContext },
): Agent => {
  const agent = new Agent(shared);
  agent.createConnection = (options, callback) => {
    const { host, port } = options as Target;
    const name = isIP(host ?? '') === 6 ? `[${host}]` : host;
    openTunnel(proxy, `${name}:${port ?? 443}`, shared.secureContext, (error, socket) => {
      // Beyond it TLS is the target's own, as it is without a proxy.
      if (socket === undefined) callback?.(error, undefined as never);
      else callback?.(null, secure({ ...(options as object), socket, minVersion }));
    });
    return undefined;
  };
  return agent;
};
