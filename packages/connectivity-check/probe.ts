/** One endpoint tried: its name, a connection (through the proxy, where there is one), a TLS handshake, and nothing sent after it. */

import type { Socket } from 'node:net';
import { connect as connectTls, type PeerCertificate, type SecureContext, type TLSSocket } from 'node:tls';
import { minVersion } from '@tombolo/private-link';
import type { Observation, ProxyStatus, SeenCertificate, Step } from './observation.ts';
import type { ExpectedEndpoint } from './question.ts';

/** The machine's way to a name: its resolver and its proxy settings. */
export interface Way {
  resolve(
    name: string,
  ): Promise<{ readonly addresses: readonly string[]; readonly aliases: readonly string[] }>;
  proxyStatusOf(host: string): ProxyStatus;
  /**
   * A connection to the host, or a tunnel through the proxy to it. Rejects with the system's error, or with what the proxy did.
   * `atProxy` is called when the proxy has been reached.
   */
  open(
    host: string,
    port: number,
    how: { readonly signal: AbortSignal; readonly atProxy: () => void },
  ): Promise<Socket>;
}

export interface ProbeOptions {
  readonly way: Way;
  readonly secureContext: SecureContext;
  /** Aborts when what one endpoint may take is over. */
  readonly startDeadline: (host: string) => AbortSignal;
  /** Milliseconds of a clock that does not jump. */
  readonly monotonic: () => number;
}

const nameIn = (name: PeerCertificate['subject'] | undefined): string =>
  name?.CN?.toString() ??
  Object.entries(name ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .join(', ');

/** A date that cannot be read is shown as it stands. */
const dateOf = (text: string): string => {
  const at = Date.parse(text);
  return Number.isNaN(at) ? text : new Date(at).toISOString();
};

const seenCertificate = (socket: TLSSocket): SeenCertificate | undefined => {
  const found = socket.getPeerCertificate();
  if (found === null || found.serialNumber === undefined) return undefined;
  return {
    subject: nameIn(found.subject),
    issuer: nameIn(found.issuer),
    validFrom: dateOf(found.valid_from),
    validTo: dateOf(found.valid_to),
    serialNumber: found.serialNumber,
  };
};

/** `TLSv1.3` as azcmagent writes it. */
const tlsName = (protocol: string | null): string => (protocol ?? 'unknown').replace(/^TLSv/, 'TLS ');

/** Never rejects: what went wrong is what was seen. */
const probe = async (
  { host, port, tls }: Pick<ExpectedEndpoint, 'host' | 'port' | 'tls'>,
  { way, secureContext, startDeadline, monotonic }: ProbeOptions,
): Promise<Observation> => {
  const began = monotonic();
  const signal = startDeadline(host);
  const proxyStatus = way.proxyStatusOf(host);
  let step: Step = 'resolve';
  let seen: Partial<Observation> = {};
  const done = (more: Partial<Observation>): Observation => ({
    proxyStatus,
    ...seen,
    ...more,
    step,
    took: Math.round(monotonic() - began),
  });
  let socket: Socket | undefined;
  try {
    // A name that only the proxy can resolve is nothing wrong.
    const resolved = await untilAborted(way.resolve(host), signal).catch((error: unknown) => {
      if (proxyStatus === 'used' && !signal.aborted) return undefined;
      throw error;
    });
    if (resolved !== undefined) seen = { addresses: resolved.addresses, aliases: resolved.aliases };
    step = proxyStatus === 'used' ? 'proxy' : 'connect';
    const atProxy = (): void => {
      step = 'tunnel';
    };
    socket = await untilAborted(way.open(host, port, { signal, atProxy }), signal);
    if (tls) {
      step = 'tls';
      seen = { ...seen, ...(await handshake(socket, host, secureContext, signal)) };
    }
    step = 'done';
    return done({});
  } catch (error) {
    const { code, message } = error as { readonly code?: string; readonly message?: string };
    const fault = signal.aborted
      ? { code: 'ETIMEDOUT', message: `no answer in ${((monotonic() - began) / 1000).toFixed(1)} s` }
      : { code: code ?? 'ERROR', message: message ?? String(error) };
    return done({ fault });
  } finally {
    socket?.destroy();
  }
};

const untilAborted = <T>(work: Promise<T>, signal: AbortSignal): Promise<T> =>
  Promise.race([
    work,
    new Promise<never>((_, reject) => {
      if (signal.aborted) reject(signal.reason);
      else signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    }),
  ]);

/** The chain is looked at, and judged by Node, but a bad one ends nothing: who it is from says who sits in between. */
const handshake = (
  socket: Socket,
  servername: string,
  secureContext: SecureContext,
  signal: AbortSignal,
): Promise<Pick<Observation, 'tls' | 'certificate' | 'untrusted'>> =>
  new Promise((resolve, reject) => {
    const secure = connectTls({ socket, servername, secureContext, minVersion, rejectUnauthorized: false });
    const abort = (): void => void secure.destroy(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
    secure.once('error', reject);
    secure.once('close', () =>
      reject(Object.assign(new Error('closed during the TLS handshake'), { code: 'ECONNRESET' })),
    );
    secure.once('secureConnect', () => {
      const certificate = seenCertificate(secure);
      const untrusted = secure.authorized ? undefined : codeOf(secure.authorizationError);
      resolve({
        tls: tlsName(secure.getProtocol()),
        ...(certificate === undefined ? {} : { certificate }),
        ...(untrusted === undefined ? {} : { untrusted }),
      });
      signal.removeEventListener('abort', abort);
      secure.destroy();
    });
  });

/** Node gives the code as a string, or an Error that has one. */
const codeOf = (error: unknown): string =>
  typeof error === 'string' ? error : ((error as { code?: string } | null)?.code ?? 'UNTRUSTED');

/** So many at once: an endpoint that hangs holds one place for as long as it may take, and the others go on. */
const atOnce = 64;

/** All of them, in their order; `told` as each ends. */
export const probeAll = async <E extends ExpectedEndpoint>(
  endpoints: readonly E[],
  options: ProbeOptions,
  told: (endpoint: E, observation: Observation, done: number) => void = () => {},
): Promise<readonly Observation[]> => {
  const observations: Observation[] = [];
  let next = 0;
  let done = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < endpoints.length; index = next++) {
      const endpoint = endpoints[index]!;
      const observation = await probe(endpoint, options);
      observations[index] = observation;
      told(endpoint, observation, ++done);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, endpoints.length) }, worker));
  return observations;
};
