/** `check`: the machine's own way to the names of a cloud (resolver, proxy, trust), tried endpoint by endpoint. */

import { connect } from 'node:net';
import type { SecureContext } from 'node:tls';
import {
  type CheckedEndpoint,
  type CheckQuestion,
  checkList,
  judgeEndpoint,
  probeAll,
  type Way,
} from '@tombolo/connectivity-check';
import { type CloudProfile, normalizeLocation } from '@tombolo/private-link';
import { currentCatalogue, RequirementsProblem } from '@tombolo/requirements';
import { AgentFailure } from './failure.ts';
import { trustOf } from './https-client.ts';
import type { ProxyChoice } from './proxy.ts';
import { createResolver } from './resolver.ts';
import { tunnelTo } from './tunnel.ts';

export interface ConnectivityOptions extends Omit<CheckQuestion, 'operatingSystem'> {
  readonly proxy: ProxyChoice | undefined;
  /** Milliseconds for one endpoint; all are tried at once. */
  readonly timeoutMs: number;
  readonly progress: (percent: number) => void;
  readonly debug: (line: string) => void;
}

export interface Connectivity {
  readonly checked: readonly CheckedEndpoint[];
  readonly notes: readonly string[];
}

const machineWay = (profile: CloudProfile, proxy: ProxyChoice | undefined, trust: SecureContext): Way => {
  const port = profile.ports.https;
  const { resolve, lookup } = createResolver(profile.nameServers);
  const carries = (host: string): boolean => proxy?.carries(host, port) ?? false;
  return {
    resolve,
    proxyStatusOf: (host) => (proxy === undefined ? 'not used' : carries(host) ? 'used' : 'bypassed'),
    open: (host, to, { signal, atProxy }) =>
      proxy !== undefined && carries(host)
        ? tunnelTo(proxy, `${host}:${to}`, trust, { signal, atProxy })
        : new Promise((opened, failed) => {
            const socket = connect({ host, port: to, lookup: lookup as never, noDelay: true });
            signal.addEventListener('abort', () => socket.destroy(signal.reason as Error), { once: true });
            socket.once('error', failed);
            socket.once('connect', () => opened(socket));
          }),
  };
};

const listFor = (options: ConnectivityOptions) => {
  const { location, ...question } = options;
  const asked = location === undefined ? {} : { location: normalizeLocation(location) };
  const operatingSystem = process.platform === 'win32' ? 'windows' : 'linux';
  try {
    return checkList({ ...question, ...asked, operatingSystem }, currentCatalogue);
  } catch (error) {
    if (!(error instanceof RequirementsProblem)) throw error;
    throw new AgentFailure(20, error.message, { fix: error.fix });
  }
};

/** Nothing is written, nothing is sent beyond TLS handshakes. @throws AgentFailure 20 for a region that the cloud does not have */
export const checkConnectivity = async (options: ConnectivityOptions): Promise<Connectivity> => {
  const { profile, proxy, timeoutMs, progress, debug } = options;
  const { endpoints, notes } = listFor(options);
  const tried = endpoints.filter(({ pattern }) => !pattern);
  const secureContext = trustOf(profile);
  const observations = await probeAll(
    tried,
    {
      way: machineWay(profile, proxy, secureContext),
      secureContext,
      startDeadline: () => AbortSignal.timeout(timeoutMs),
      monotonic: () => performance.now(),
    },
    ({ host }, { proxyStatus, tls, fault }, done) => {
      const how = proxyStatus === 'used' ? 'proxy is used' : `proxy is ${proxyStatus}`;
      debug(
        fault === undefined
          ? `DEBUG   ${host} is available, using cryptographic protocol: ${tls}, proxy status: ${how}`
          : `DEBUG   ${host} is not available: ${fault.code} ${fault.message}, proxy status: ${how}`,
      );
      progress(Math.floor((done / tried.length) * 100));
    },
  );
  const publicAddresses = profile.publicAddresses ?? [];
  const checked = endpoints.map((endpoint) =>
    judgeEndpoint(endpoint, observations[tried.indexOf(endpoint)], publicAddresses),
  );
  return { checked, notes };
};
