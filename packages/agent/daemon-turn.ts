/** One turn of the daemon: what it is connected as, its settings, a heartbeat and what belongs to it, the status that it leaves. */

import { backOffMs } from '@tombolo/back-off';
import type { Configuration } from './configuration-property.ts';
import { createDaemonIdentity, type EndpointStatus } from './daemon-identity.ts';
import { createDaemonNotifications } from './daemon-notifications.ts';
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
import { type AgentStatus, type ConnectedState, errorFields } from './state-directory.ts';
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

/** What came of a turn. */
interface Turn {
  /** Until the next one, unless something happens before. */
  readonly delayMs: number;
  /** By what it went: where that is otherwise, the next turn is due. */
  readonly was: { readonly connected: ConnectedState; readonly configuration?: Configuration };
  /** The code of what went wrong; undefined: the heartbeat was taken. */
  readonly failed: string | undefined;
}

export interface Daemon {
  /** Undefined: the machine is not connected. What fails at the service or on the way is a turn, too. */
  turn(): Promise<Turn | undefined>;
  /** Resolves once the machine's desired state has changed since it last did, or when the signal aborts. */
  changed(signal: AbortSignal): Promise<void>;
  /** Takes it without a heartbeat. False where it failed: then a whole turn finds out why. */
  takeChange(): Promise<boolean>;
  close(): Promise<void>;
}

/** `wake`: there is something to tell the service before the next turn. */
export const openDaemon = (options: DaemonOptions, wake: () => void): Daemon => {
  const { state, log, now } = options;
  const agentVersion = options.agentVersion ?? ownVersion;
  const machine = options.machine === undefined ? {} : { machine: options.machine };
  let session: Session | undefined;
  let counts = { heartbeats: 0, failures: 0 };
  let inARow = 0;
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

  const succeeded = async (connected: ConnectedState, fields: Fields): Promise<void> => {
    const [before, route] = [last.route?.kind, fields.route?.kind];
    if (before !== undefined && before !== route)
      log('info', 'the route has changed', { from: before, to: route });
    inARow = 0;
    counts = { ...counts, heartbeats: counts.heartbeats + 1 };
    const { agentErrorCode: _code, agentErrorDetails: _details, agentErrorTimestamp: _at, ...kept } = last;
    await report('Connected', { ...kept, ...fields, machineId: connected.machineId });
    log('info', 'heartbeat', { route: fields.route?.kind });
  };

  /** @returns its code */
  const failed = async (connected: ConnectedState, error: unknown): Promise<string> => {
    inARow += 1;
    counts = { ...counts, failures: counts.failures + 1 };
    const failure = errorFields(error, now());
    log('warn', 'cycle failed', { code: failure.agentErrorCode, details: failure.agentErrorDetails });
    if (await state.readConnected().catch(() => undefined)) {
      await report('Disconnected', { ...last, ...failure, machineId: connected.machineId });
    }
    return failure.agentErrorCode;
  };

  return {
    turn: async () => {
      const connected = await state.readConnected().catch(() => undefined);
      if (connected === undefined) {
        if (session !== undefined) log('info', 'disconnected; waiting for connect');
        await closeSession();
        return undefined;
      }
      endpoint = await identity.tend();
      let configuration: Configuration | undefined;
      let delayMs = options.heartbeatMs;
      let code: string | undefined;
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
        await succeeded(connected, await healingCycle(options, session));
        notifications.follow(session);
      } catch (error) {
        code = await failed(connected, error);
        delayMs = waitAfter(error, inARow, options);
      }
      // No connection is held between heartbeats.
      session?.client.release();
      const was = { connected, ...(configuration === undefined ? {} : { configuration }) };
      return { delayMs, was, failed: code };
    },
    changed: notifications.changed,
    takeChange: async () => {
      const of = session;
      if (of === undefined) return false;
      try {
        const fields = await takeConfiguration(options, of);
        of.client.release();
        if (fields.configuration) await report('Connected', { ...last, ...fields });
        return true;
      } catch {
        return false;
      }
    },
    close: async () => {
      await closeSession();
      await identity.close();
    },
  };
};
