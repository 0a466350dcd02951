/** HTTPS to the services of a cloud profile: its resolver, its port, its trust, deadlines, bounded answers. */

import { Agent, request } from 'node:https';
import { connect, type NetConnectOpts, type Socket } from 'node:net';
import { createSecureContext, getCACertificates, type SecureContext, type TLSSocket } from 'node:tls';
import type { CloudProfile } from '@tombolo/private-link';
import { minVersion } from '@tombolo/private-link';
import { type Download, downloadBy } from './download.ts';
import { NetworkFault, ServiceRefusal } from './failure.ts';
import type { ProxyChoice } from './proxy.ts';
import type { NameResolver } from './resolver.ts';
import { createResolver } from './resolver.ts';
import { createSerialNotice } from './serial-notice.ts';
import { createTunnelAgent } from './tunnel.ts';

export interface HttpAsk {
  readonly method: string;
  /** `https://…`; anything else is refused. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly deadlineMs?: number;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Parsed JSON; undefined where there is none. */
  readonly body: unknown;
  readonly text: string;
  /** The address that answered. */
  readonly remoteAddress: string;
}

export interface HttpsClient extends NameResolver {
  /** @throws Error: refused, too long, no answer in time; the file is gone then */
  download(what: Download): Promise<void>;
  /** Any status is an answer. @throws NetworkFault */
  send(ask: HttpAsk): Promise<HttpAnswer>;
  /** `https://host:port/path` with the profile's port, left out where it is 443. */
  serviceUrl(host: string, path: string): string;
  /** Of the proxy by which a request to this host goes, without user and password; undefined: directly. */
  proxyFor(host: string): string | undefined;
  /** What a connection to this address is made by, for who speaks something else than requests on it. */
  agentFor(url: URL): Agent;
  /** Closes idle connections: agents hold none between heartbeats. */
  release(): void;
}

const longestAnswer = 4 * 1024 * 1024;
const defaultDeadlineMs = 30_000;

const parse = (text: string): unknown => {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** What the clients of several agents in one process have in common; connections are each agent's own, as they are on machines. */
export interface ClientMeans {
  readonly secureContext: SecureContext;
  readonly resolver: NameResolver;
  /** Below TLS, as it is on the wire; one of a proxy's is not among them. */
  readonly onConnection: (socket: Socket) => void;
}

export interface HttpsClientOptions {
  readonly proxy?: ProxyChoice | undefined;
  /** Absent: made for this client. */
  readonly means?: ClientMeans | undefined;
  /** What somebody should know, and nothing stops at. */
  readonly onNotice?: (message: string) => void;
}

/** What a machine trusts. To be made once: hundreds of roots are slow to parse for each connection. */
export const trustOf = ({
  certificateAuthorities,
}: Pick<CloudProfile, 'certificateAuthorities'>): SecureContext =>
  createSecureContext({
    ca: [
      ...new Set([
        ...getCACertificates('default'),
        ...getCACertificates('system'),
        ...certificateAuthorities,
      ]),
    ],
    minVersion,
  });

/** Its sockets are opened by us, and TLS is put over them: only so their bytes can be counted. */
const watchConnections = (agent: Agent, onConnection: ClientMeans['onConnection']): void => {
  const secure = agent.createConnection.bind(agent);
  agent.createConnection = (options, callback) => {
    const socket = connect(options as NetConnectOpts);
    onConnection(socket);
    return secure({ ...options, ...{ socket } }, callback);
  };
};

/**
 * Trust: Node's and the system's roots (SSL_CERT_FILE and SSL_CERT_DIR where they are set) and the profile's authorities; nothing is
 * pinned (R18), TLS 1.2 or later (R16). All connections are outbound (R17), by a proxy where there is one for the host (R19): then the
 * proxy resolves the name.
 */
export const createHttpsClient = (
  profile: Pick<CloudProfile, 'ports' | 'certificateAuthorities' | 'nameServers'>,
  { proxy, onNotice, means }: HttpsClientOptions = {},
): HttpsClient => {
  const resolver = means?.resolver ?? createResolver(profile.nameServers);
  const secureContext = means?.secureContext ?? trustOf(profile);
  const shared = { keepAlive: true, maxSockets: 4, secureContext };
  const direct = new Agent({ ...shared, lookup: resolver.lookup as never });
  if (means !== undefined) watchConnections(direct, means.onConnection);
  // Its own name is the machine's to resolve: the profile's name servers know the cloud's.
  const tunnelled = proxy && createTunnelAgent(proxy, shared);
  const noticeSerials = createSerialNotice(onNotice ?? (() => {}));

  const carrierOf = (host: string, port: number) =>
    proxy && tunnelled && proxy.carries(host, port) ? { agent: tunnelled, shown: proxy.shown } : undefined;

  const send = (ask: HttpAsk): Promise<HttpAnswer> => {
    const url = new URL(ask.url);
    const by = carrierOf(url.hostname, Number(url.port || 443));
    const fault = (error: unknown): NetworkFault => new NetworkFault(url.host, error, by?.shown);
    if (url.protocol !== 'https:') return Promise.reject(fault(new Error('only https is spoken')));
    return new Promise((resolve, reject) => {
      const deadline = AbortSignal.timeout(ask.deadlineMs ?? defaultDeadlineMs);
      const fail = (error: unknown): void =>
        reject(
          fault(
            deadline.aborted ? Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' }) : error,
          ),
        );
      const length = ask.body === undefined ? {} : { 'content-length': String(Buffer.byteLength(ask.body)) };
      const outgoing = request(
        url,
        {
          agent: by?.agent ?? direct,
          method: ask.method,
          headers: { accept: 'application/json', ...ask.headers, ...length },
          signal: deadline,
        },
        (incoming) => {
          const chunks: Buffer[] = [];
          let size = 0;
          const remoteAddress = incoming.socket.remoteAddress ?? '';
          noticeSerials(url.host, incoming.socket as TLSSocket);
          incoming.on('data', (chunk: Buffer) => {
            size += chunk.length;
            if (size > longestAnswer) outgoing.destroy(new Error('the answer is too long'));
            else chunks.push(chunk);
          });
          incoming.on('error', fail);
          incoming.on('end', () => {
            const text = Buffer.concat(chunks).toString('utf8');
            const headers = Object.fromEntries(
              Object.entries(incoming.headers).map(([name, value]) => [
                name,
                Array.isArray(value) ? value.join(', ') : value,
              ]),
            );
            resolve({ status: incoming.statusCode ?? 0, headers, body: parse(text), text, remoteAddress });
          });
        },
      );
      outgoing.on('error', fail);
      outgoing.end(ask.body);
    });
  };
  const port = profile.ports.https === 443 ? '' : `:${profile.ports.https}`;
  return {
    ...resolver,
    send,
    agentFor: ({ hostname, port: own }) => carrierOf(hostname, Number(own || 443))?.agent ?? direct,
    proxyFor: (host) => carrierOf(host, profile.ports.https)?.shown,
    download: (what) => {
      const { hostname, port: at } = new URL(what.url);
      const agent = carrierOf(hostname, Number(at || 443))?.agent ?? direct;
      return downloadBy((url, more) => request(url, { ...more, agent }), what);
    },
    serviceUrl: (host, path) => `https://${host}${port}${path}`,
    release: () => {
      for (const { freeSockets } of tunnelled ? [direct, tunnelled] : [direct])
        for (const socket of Object.values(freeSockets).flat()) socket?.destroy();
    },
  };
};

/** The answer itself, or its refusal thrown (ARM's envelope, what stands in it alone, or an OAuth error). @throws ServiceRefusal */
export const accepted = (
  answer: HttpAnswer,
  statuses: readonly number[] = [200, 201, 202, 204],
): HttpAnswer => {
  if (statuses.includes(answer.status)) return answer;
  const body = (answer.body ?? {}) as {
    readonly error?: string | { readonly code?: string; readonly message?: string };
    readonly error_description?: string;
    readonly code?: string;
    readonly message?: string;
  };
  const seconds = Number(answer.headers['retry-after']);
  const retryAfterMs = Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, 3600) * 1000 : undefined;
  const [code, message] =
    typeof body.error === 'string'
      ? [body.error, body.error_description ?? body.error]
      : [
          (body.error ?? body).code ?? `HTTP${answer.status}`,
          (body.error ?? body).message ?? answer.text.slice(0, 300),
        ];
  throw new ServiceRefusal(answer.status, code, message, retryAfterMs);
};
