/** What the daemon does at each heartbeat: certificate, token, heartbeat, desired configuration, and a lost identity. */

import { networkInterfaces } from 'node:os';
import { renewalDueMs } from '@tombolo/arm/machine-life';
import { probeNames } from '@tombolo/private-link';
import { createAgentClient } from './agent-client.ts';
import type { ArcServices } from './arc-services.ts';
import { createArcServices } from './arc-services.ts';
import type { Configuration } from './configuration-property.ts';
import type { DaemonLog } from './daemon-log.ts';
import { exchangeableClient } from './exchangeable-client.ts';
import { openWork } from './extensions/open-work.ts';
import type { WorkServices } from './extensions/work.ts';
import type { WorkManager } from './extensions/work-manager.ts';
import { NetworkFault, ServiceRefusal } from './failure.ts';
import type { ClientMeans, HttpsClient } from './https-client.ts';
import type { IdentitySettings } from './identity-settings.ts';
import type { MachineFacts } from './machine-facts.ts';
import { loadMachineKey } from './machine-key.ts';
import { newNameIn } from './machine-name.ts';
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
  readonly log: DaemonLog;
  /** HTTPS_PROXY and NO_PROXY are in it. */
  readonly env: NodeJS.ProcessEnv;
  /** What it shares with other agents of this process. */
  readonly means?: ClientMeans;
  readonly agentVersion?: string;
  /** Left in the status for those who may not read it themselves. */
  readonly machine?: MachineFacts;
  /** False: what has changed is asked for with the heartbeats only. */
  readonly notifications?: boolean;
  /** Absent: no local identity endpoint. */
  readonly identity?: IdentitySettings;
}

export interface Session {
  connected: ConnectedState;
  readonly client: HttpsClient;
  readonly services: ArcServices;
  token?: { readonly token: string; readonly expiresAt: number };
  /** The certificate that tokens stand on; a renewed one replaces it. */
  certificate: { readonly serial: string; readonly notAfter: number };
  feed?: number;
  etag?: string;
  readonly work: WorkManager;
  /** Goes out by other settings from here on; what is under way, a script among it, goes on. */
  readonly goOutBy: (configuration: Configuration) => void;
}

/** `wake`: there is something to tell the service. @throws Error where the key is gone */
export const openSession = async (
  options: DaemonOptions,
  connected: ConnectedState,
  configuration: Configuration,
  wake: () => void,
): Promise<Session> => {
  const pem = await options.state.readKey();
  if (pem === undefined) throw new Error('the machine key is missing');
  const clientBy = (settings: Configuration): HttpsClient =>
    createAgentClient({
      ...{ profile: connected.profile, configuration: settings, env: options.env },
      means: options.means,
      onNotice: (message) => options.log('warn', message),
    });
  const client = exchangeableClient(clientBy(configuration));
  const { machineId, vmId } = connected;
  const { now, newGuid, log, state } = options;
  const agentVersion = options.agentVersion ?? ownVersion;
  const key = loadMachineKey(pem);
  const { certificateAuthorities: authorities } = connected.profile;
  const services = createArcServices({
    client,
    key,
    machineId,
    vmId,
    agentVersion,
    now,
    newGuid,
  });
  const known = (await state.readStatus().catch(() => undefined))?.configuration;
  const work = await openWork({ state, vmId, client, key, now, log, wake, authorities });
  if (known !== undefined) work.want(known.value);
  const { certificate } = connected;
  const goOutBy = (settings: Configuration): void => client.exchange(clientBy(settings));
  return { connected, client, services, certificate, work, goOutBy, ...(known ? { etag: known.etag } : {}) };
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
export const withToken = async <T>(
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

const takeCertificate = async (
  { state }: DaemonOptions,
  session: Session,
  { certificate, serial, notAfter, feed }: Awaited<ReturnType<ArcServices['renew']>>,
): Promise<void> => {
  const connected = { ...session.connected, certificate: { serial, notAfter } };
  await state.writeConnected(connected, certificate);
  session.connected = connected;
  session.certificate = { serial, notAfter };
  session.feed = feed;
  // The next token stands on the new certificate; its first use retires the old one.
  delete session.token;
};

const renewIfDue = async (options: DaemonOptions, session: Session): Promise<void> => {
  const { now, log } = options;
  if (session.certificate.notAfter - now() > renewalDueMs) return;
  const { connected, services } = session;
  const renewed = await withToken(session, now(), (token) => services.renew(connected.hosts, token));
  try {
    await takeCertificate(options, session, renewed);
  } catch (error) {
    // A full disk is no reason to be silent: the former certificate holds for weeks, and the next heartbeat tries again.
    log('error', 'the renewed certificate could not be kept', { error: (error as Error).message });
    return;
  }
  const { serial, notAfter } = renewed;
  log('info', 'certificate renewed', { serial, notAfter: new Date(notAfter).toISOString() });
};

/** The resource was moved to another group or subscription: `disconnect` has to delete it where it is. */
const adoptName = async (state: StateDirectory, session: Session, configuration: unknown): Promise<void> => {
  const name = newNameIn(configuration, session.connected);
  if (!name) return;
  const certificate = await state.readCertificate();
  if (certificate === undefined) return;
  session.connected = { ...session.connected, ...name };
  await state.writeConnected(session.connected, certificate);
};

const workServices = (session: Session, now: () => number): WorkServices => {
  const { connected, services } = session;
  return {
    instruction: (kind, name) =>
      withToken(session, now(), (token) => services.instruction(connected.hosts, token, kind, name)),
    report: (kind, name, report) =>
      withToken(session, now(), (token) => services.report(connected.hosts, token, { kind, name, report })),
  };
};

export type Fields = Partial<AgentStatus>;

/** What the machine should be, where that has changed since it was last asked. */
export const takeConfiguration = async (options: DaemonOptions, session: Session): Promise<Fields> => {
  const configuration = await withToken(session, options.now(), (token) =>
    session.services.configuration(session.connected.hosts, token, session.etag),
  );
  if (configuration !== undefined) {
    session.etag = configuration.etag;
    await adoptName(options.state, session, configuration.value);
    session.work.want(configuration.value);
  }
  await session.work.exchange(workServices(session, options.now));
  return configuration === undefined ? {} : { configuration };
};

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
  const configured = await takeConfiguration(options, session);
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
    ...configured,
  };
};

/** The identity was lost, or another registration took its place: no token helps, and the key may still be the machine's. */
const evicted = (error: unknown): boolean =>
  error instanceof ServiceRefusal &&
  error.status === 401 &&
  (error.code === 'MachineCertificateRejected' || error.code === 'AuthenticationFailed');

/** As `connect` did, with the same key: the service takes it where it is the machine resource's. */
const registerAgain = async (options: DaemonOptions, session: Session): Promise<void> => {
  const { connected, services } = session;
  const { certificate, serial, notAfter, feed } = await services.register(connected.hosts, session.feed);
  await takeCertificate(options, session, { certificate, serial, notAfter, feed });
  options.log('warn', 'registered again', { serial });
};

/** The name is not served here any more, or not on the way by which the machine comes now. */
const misdirected = (error: unknown): boolean =>
  (error instanceof ServiceRefusal && error.status === 421) ||
  (error instanceof NetworkFault && error.reason === 'ENOTFOUND');

/** R20: another way may carry other names of the region's services (an endpoint those of its time); `gbl` says which. */
const findHostsAgain = async ({ state, log }: DaemonOptions, session: Session): Promise<boolean> => {
  const { connected, services } = session;
  const hosts = await services.lookUpRegion(probeNames(connected.profile).global, connected.location);
  const certificate = await state.readCertificate();
  if (certificate === undefined || JSON.stringify(hosts) === JSON.stringify(connected.hosts)) return false;
  session.connected = { ...connected, hosts };
  await state.writeConnected(session.connected, certificate);
  log('info', 'the services have other names now', { ...hosts });
  return true;
};

/** One heartbeat and what belongs to it; an identity that was lost is registered again, names that have changed are asked for, once. */
export const healingCycle = async (options: DaemonOptions, session: Session): Promise<Fields> => {
  try {
    return await cycle(options, session);
  } catch (error) {
    if (misdirected(error)) {
      if (await findHostsAgain(options, session).catch(() => false)) return cycle(options, session);
      throw error;
    }
    if (!evicted(error)) throw error;
    // Why it is out says more than why it may not come back.
    await registerAgain(options, session).catch(() => {
      throw error;
    });
    return cycle(options, session);
  }
};
