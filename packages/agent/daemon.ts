/** `run`: heartbeats, desired configuration, renewal; goes on whatever restarts around it, until it is told to stop. */

import { once } from 'node:events';
import { watch } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { backOffMs } from '@tombolo/back-off';
import { probeNames } from '@tombolo/private-link';
import type { ArcServices } from './arc-services.ts';
import { createArcServices } from './arc-services.ts';
import { NetworkFault, ServiceRefusal } from './failure.ts';
import type { HttpsClient } from './https-client.ts';
import { createHttpsClient } from './https-client.ts';
import { loadMachineKey } from './machine-key.ts';
import { networkProfile } from './network-interfaces.ts';
import type { AgentStatus, ConnectedState, StateDirectory } from './state-directory.ts';
import { agentVersion as ownVersion } from './version.ts';

export interface DaemonOptions {
  readonly state: StateDirectory;
  readonly heartbeatMs: number;
  readonly now: () => number;
  /** In [0, 1). */
  readonly random: () => number;
  readonly newGuid: () => string;
  readonly log: (
    level: 'info' | 'warn' | 'error',
    message: string,
    fields?: Readonly<Record<string, unknown>>,
  ) => void;
  readonly signal: AbortSignal;
  readonly agentVersion?: string;
}

/** Certificates live 90 days and are renewed when 45 or fewer are left. */
const renewalDueMs = 45 * 86_400_000;
const baseMs = 500;
const capMs = 60_000;

interface Session {
  readonly connected: ConnectedState;
  readonly client: HttpsClient;
  readonly services: ArcServices;
  token?: { readonly token: string; readonly expiresAt: number };
  /** The certificate that tokens stand on; a renewed one replaces it. */
  certificate: { readonly serial: string; readonly notAfter: number };
  feed?: number;
  etag?: string;
}

/** Resolves early, and never rejects, when the signal aborts. */
const wait = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });

/** Until the directory changes, or two seconds at most. */
const directoryChange = async (path: string, signal: AbortSignal): Promise<void> => {
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  try {
    const watcher = watch(path, { signal: either });
    watcher.on('error', () => {});
    await Promise.race([once(watcher, 'change', { signal: either }).catch(() => {}), wait(2_000, either)]);
  } catch {
    // The directory itself is gone: it may come back.
    await wait(2_000, either);
  }
  stop.abort();
};

const openSession = async (options: DaemonOptions, connected: ConnectedState): Promise<Session> => {
  const pem = await options.state.readKey();
  if (pem === undefined) throw new Error('the machine key is missing');
  const client = createHttpsClient(connected.profile);
  const { machineId, vmId } = connected;
  const { now, newGuid } = options;
  const agentVersion = options.agentVersion ?? ownVersion;
  const services = createArcServices({
    client,
    key: loadMachineKey(pem),
    machineId,
    vmId,
    agentVersion,
    now,
    newGuid,
  });
  const etag = (await options.state.readStatus().catch(() => undefined))?.configuration?.etag;
  return { connected, client, services, certificate: connected.certificate, ...(etag ? { etag } : {}) };
};

const tokenOf = async (session: Session, now: number): Promise<string> => {
  if (session.token === undefined || session.token.expiresAt - now < 60_000) {
    session.token = await session.services.token(
      session.connected.hosts,
      session.certificate.serial,
      session.feed,
    );
  }
  return session.token.token;
};

/** A token may be refused before its time (a rotated key, a revoked certificate): a new one is tried once. */
const withToken = async <T>(
  session: Session,
  now: number,
  work: (token: string) => Promise<T>,
): Promise<T> => {
  const cached = session.token !== undefined;
  try {
    return await work(await tokenOf(session, now));
  } catch (error) {
    if (!(cached && error instanceof ServiceRefusal && error.status === 401)) throw error;
    delete session.token;
    return work(await tokenOf(session, now));
  }
};

const renewIfDue = async (options: DaemonOptions, session: Session): Promise<void> => {
  const { state, now, log } = options;
  if (session.certificate.notAfter - now() > renewalDueMs) return;
  const { connected, services } = session;
  const renewed = await withToken(session, now(), (token) => services.renew(connected.hosts, token));
  const { certificate, serial, notAfter, feed } = renewed;
  await state.writeConnected({ ...connected, certificate: { serial, notAfter } }, certificate);
  session.certificate = { serial, notAfter };
  session.feed = feed;
  // The next token stands on the new certificate; its first use retires the old one.
  delete session.token;
  log('info', 'certificate renewed', { serial, notAfter: new Date(notAfter).toISOString() });
};

type Fields = Partial<AgentStatus>;

const cycle = async (options: DaemonOptions, session: Session): Promise<Fields> => {
  const { now } = options;
  const { connected, services, client } = session;
  const names = probeNames(connected.profile);
  const agentVersion = options.agentVersion ?? ownVersion;
  await renewIfDue(options, session);
  const beat = await withToken(session, now(), (token) =>
    services.heartbeat(connected.hosts, token, {
      agentVersion,
      status: 'Connected',
      certificateNotAfter: session.certificate.notAfter,
      networkProfile: networkProfile(networkInterfaces()),
    }),
  );
  const lastHeartbeat = new Date(now()).toISOString();
  const configuration = await withToken(session, now(), (token) =>
    services.configuration(connected.hosts, token, session.etag),
  );
  if (configuration !== undefined) session.etag = configuration.etag;
  const resolved = await Promise.all(
    [names.global, names.guestConfiguration].map((name) =>
      client.resolve(name).then(
        ({ addresses }) => ({ name, addresses }),
        () => ({ name, addresses: [] }),
      ),
    ),
  );
  const { serial, notAfter } = session.certificate;
  return {
    lastHeartbeat,
    resolved,
    certificate: { serial, notAfter: new Date(notAfter).toISOString() },
    ...(beat.route === undefined ? {} : { route: beat.route }),
    ...(configuration === undefined ? {} : { configuration }),
  };
};

const errorFields = (error: unknown, now: number): Fields => {
  const code =
    error instanceof ServiceRefusal
      ? error.code
      : error instanceof NetworkFault
        ? error.reason
        : 'AgentError';
  return {
    agentErrorCode: code,
    agentErrorDetails: (error as Error).message.slice(0, 1000),
    agentErrorTimestamp: new Date(now).toISOString(),
  };
};

/** Milliseconds until the next try: drawn by lot, after what the service asked for, and as heartbeats come at the longest. */
export const waitAfter = (
  error: unknown,
  failures: number,
  { random, heartbeatMs }: Pick<DaemonOptions, 'random' | 'heartbeatMs'>,
): number => {
  const asked = error instanceof ServiceRefusal ? (error.retryAfterMs ?? 0) : 0;
  return asked + backOffMs(failures, random(), { baseMs, capMs: Math.min(capMs, heartbeatMs), spread: 1 });
};

/**
 * Runs until the signal aborts. Not connected (yet, or no more): it waits for `connect`. A failure is shown in the
 * status file and tried again with back-off; nothing ends the daemon but the signal.
 * @throws AgentFailure 2 where another daemon runs
 */
export const runDaemon = async (options: DaemonOptions): Promise<void> => {
  const { state, signal, log, now } = options;
  const release = await state.lock('run');
  const agentVersion = options.agentVersion ?? ownVersion;
  let session: Session | undefined;
  let counts = { heartbeats: 0, failures: 0 };
  let last: Fields = {};
  const report = async (status: AgentStatus['status'], fields: Fields): Promise<void> => {
    last = fields;
    const updatedAt = new Date(now()).toISOString();
    await state
      .writeStatus({ ...fields, ...counts, status, agentVersion, pid: process.pid, updatedAt })
      .catch((error: Error) =>
        log('error', 'the status file could not be written', { error: error.message }),
      );
  };
  const closeSession = (): void => {
    session?.client.release();
    session = undefined;
  };
  try {
    log('info', 'started', { agentVersion, stateDirectory: state.path });
    let inARow = 0;
    while (!signal.aborted) {
      const connected = await state.readConnected().catch(() => undefined);
      if (connected === undefined) {
        if (session !== undefined) log('info', 'disconnected; waiting for connect');
        closeSession();
        // After `disconnect` the directory holds nothing of the machine: no status file either.
        await directoryChange(state.path, signal);
        continue;
      }
      let delay = options.heartbeatMs;
      try {
        if (session?.connected.connectedAt !== connected.connectedAt) {
          closeSession();
          session = await openSession(options, connected);
          last = { ...(await state.readStatus().catch(() => undefined)) };
        }
        const fields = await cycle(options, session);
        inARow = 0;
        counts = { ...counts, heartbeats: counts.heartbeats + 1 };
        const {
          agentErrorCode: _code,
          agentErrorDetails: _details,
          agentErrorTimestamp: _at,
          ...kept
        } = last;
        await report('Connected', { ...kept, ...fields, machineId: connected.machineId });
        log('info', 'heartbeat', { route: fields.route?.kind });
      } catch (error) {
        inARow += 1;
        counts = { ...counts, failures: counts.failures + 1 };
        const failure = errorFields(error, now());
        log('warn', 'cycle failed', { code: failure.agentErrorCode, details: failure.agentErrorDetails });
        if (await state.readConnected().catch(() => undefined)) {
          await report('Disconnected', { ...last, ...failure, machineId: connected.machineId });
        }
        delay = waitAfter(error, inARow, options);
      }
      // No connection is held between heartbeats.
      session?.client.release();
      const stop = new AbortController();
      const either = AbortSignal.any([signal, stop.signal]);
      await Promise.race([wait(delay, either), whenDisconnected(state, connected, either)]);
      stop.abort();
    }
  } finally {
    closeSession();
    await release();
    log('info', 'stopped');
  }
};

/** Notices `disconnect` (and a new `connect`) between heartbeats. */
const whenDisconnected = async (
  state: StateDirectory,
  was: ConnectedState,
  signal: AbortSignal,
): Promise<void> => {
  while (!signal.aborted) {
    await directoryChange(state.path, signal);
    const is = await state.readConnected().catch(() => was);
    if (is?.connectedAt !== was.connectedAt) return;
  }
};
