/** `run`: heartbeats, desired configuration, renewal; goes on whatever restarts around it, until it is told to stop. */

import { backOffMs } from '@tombolo/back-off';
import type { Configuration } from './configuration-property.ts';
import { createDaemonIdentity, type EndpointStatus } from './daemon-identity.ts';
import { createDaemonNotifications } from './daemon-notifications.ts';
import { directoryChange, wait, whenOtherwise } from './directory-watch.ts';
import { ServiceRefusal } from './failure.ts';
import { followSettings, isOfConnections } from './followed-settings.ts';
import {
  type DaemonOptions,
  type Fields,
  healingCycle,
  openSession,
  type Session,
  takeConfiguration,
} from './session.ts';
import { type AgentStatus, errorFields } from './state-directory.ts';
import { agentVersion as ownVersion } from './version.ts';

const baseMs = 500;
const capMs = 60_000;

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
  const machine = options.machine === undefined ? {} : { machine: options.machine };
  let session: Session | undefined;
  let counts = { heartbeats: 0, failures: 0 };
  let last: Fields = {};
  let endpoint: EndpointStatus | undefined;
  const report = async (status: AgentStatus['status'], fields: Fields): Promise<void> => {
    last = { ...fields, ...endpoint, status };
    const updatedAt = new Date(now()).toISOString();
    await state
      .writeStatus({ ...last, ...counts, ...machine, status, agentVersion, pid: process.pid, updatedAt })
      .catch((error: Error) =>
        log('error', 'the status file could not be written', { error: error.message }),
      );
  };
  /** False where it failed: then a whole cycle finds out why. */
  const takeChange = async (of: Session): Promise<boolean> => {
    try {
      const fields = await takeConfiguration(options, of);
      of.client.release();
      if (fields.configuration) await report('Connected', { ...last, ...fields });
      return true;
    } catch {
      return false;
    }
  };
  const settings = followSettings(state, log);
  const identity = createDaemonIdentity({
    ...{ now, newGuid: options.newGuid, log },
    settings: options.identity,
    session: () => session,
    status: () => last,
  });
  const notifications = createDaemonNotifications({
    ...{ now, random: options.random, log },
    wanted: options.notifications !== false,
  });
  const closeSession = async (): Promise<void> => {
    notifications.stop();
    const closing = session;
    session = undefined;
    identity.forget();
    await closing?.work.stop();
    closing?.client.release();
  };
  let woken = new AbortController();
  const wake = (): void => woken.abort();
  try {
    log('info', 'started', { agentVersion, stateDirectory: state.path });
    let inARow = 0;
    while (!signal.aborted) {
      const connected = await state.readConnected().catch(() => undefined);
      if (connected === undefined) {
        if (session !== undefined) log('info', 'disconnected; waiting for connect');
        await closeSession();
        // After `disconnect` the directory holds nothing of the machine: no status file either.
        await directoryChange(state.path, signal);
        continue;
      }
      let delay = options.heartbeatMs;
      endpoint = await identity.tend();
      let configuration: Configuration | undefined;
      try {
        const read = await settings.read();
        ({ configuration } = read);
        if (read.changed.some(isOfConnections)) {
          session?.goOutBy(configuration);
          // Followed again below, by the new way.
          notifications.stop();
        }
        if (session?.connected.connectedAt !== connected.connectedAt) {
          await closeSession();
          session = await openSession(options, connected, configuration, wake);
          last = { ...(await state.readStatus().catch(() => undefined)) };
        }
        const fields = await healingCycle(options, session);
        const [before, route] = [last.route?.kind, fields.route?.kind];
        if (before !== undefined && before !== route)
          log('info', 'the route has changed', { from: before, to: route });
        inARow = 0;
        notifications.follow(session);
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
      // What ended while the cycle ran has been told by it, or is told by the next at once.
      const either = AbortSignal.any([signal, stop.signal, woken.signal]);
      const was = { connected, ...(configuration === undefined ? {} : { configuration }) };
      const due = Promise.race([wait(delay, either), whenOtherwise(state, was, either)]).then(() => false);
      const changed = (): Promise<boolean> => notifications.changed(either).then(() => true);
      while (session !== undefined && inARow === 0 && (await Promise.race([due, changed()]))) {
        if (signal.aborted || !(await takeChange(session))) break;
      }
      await (inARow === 0 ? undefined : due);
      stop.abort();
      if (woken.signal.aborted) woken = new AbortController();
    }
  } finally {
    await closeSession();
    await identity.close();
    await release();
    log('info', 'stopped');
  }
};
