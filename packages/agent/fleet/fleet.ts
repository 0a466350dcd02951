/** Many agents in one process: each connects and beats as the command and the daemon do, by the same functions; only their state is in memory. */

import { type ConnectOptions, connect } from '../connect.ts';
import type { ConnectRequest } from '../connect-arguments.ts';
import { type Daemon, openDaemon } from '../daemon-turn.ts';
import { AgentFailure } from '../failure.ts';
import { type ClientMeans, trustOf } from '../https-client.ts';
import { createResolver } from '../resolver.ts';
import { errorFields, type StateDirectory } from '../state-directory.ts';
import { createMemoryState } from './memory-state.ts';
import { createSchedule } from './schedule.ts';
import { createWireMeter, type WireBytes } from './wire-meter.ts';

export type { WireBytes } from './wire-meter.ts';

export interface FleetOptions extends Pick<ConnectOptions, 'now' | 'newGuid'> {
  /** One for each agent, all of one cloud profile. */
  readonly requests: readonly [ConnectRequest, ...ConnectRequest[]];
  readonly heartbeatMs: number;
  /** How many connect, and how many beat, at the same time. */
  readonly atOnce: number;
  /** In [0, 1). */
  readonly random: () => number;
  /** After each that has connected, or failed to: how many have. */
  readonly onConnect: (done: number) => void;
  /** The first time that a code is met, by an agent that connects or by a heartbeat. */
  readonly onRefused: (what: 'connect' | 'heartbeat', code: string, message: string) => void;
}

/** How often a code came, and what was said with it the first time. */
export type ByCode = Readonly<Record<string, { readonly count: number; readonly message: string }>>;

export interface FleetFigures {
  readonly agents: number;
  readonly connected: number;
  readonly connectFailed: ByCode;
  /** Absent: none has connected. */
  readonly connectMs?: { readonly p50: number; readonly p99: number };
  readonly heartbeats: { readonly taken: number; readonly refused: ByCode };
  /** Of all agents; the first heartbeat is a part of connecting. */
  readonly bytes: { readonly connecting: WireBytes; readonly heartbeats: WireBytes };
}

export interface Fleet {
  /** Each once; heartbeats of those that are connected begin. Where the signal aborts, no more begin. */
  connect(signal: AbortSignal): Promise<void>;
  figures(): FleetFigures;
  /** Heartbeats end. The machine resources stay. */
  stop(): Promise<void>;
  /** What the machines are known by, connected or not. */
  vmIds(): Promise<ReadonlySet<string>>;
}

/** `onFirst` is called once a code. */
const createTally = (onFirst: (code: string, message: string) => void) => {
  const seen = new Map<string, { count: number; message: string }>();
  return {
    add: (code: string, message: string): void => {
      const entry = seen.get(code);
      if (entry !== undefined) {
        entry.count += 1;
        return;
      }
      seen.set(code, { count: 1, message });
      onFirst(code, message);
    },
    read: (): ByCode => Object.fromEntries([...seen].map(([code, entry]) => [code, { ...entry }])),
  };
};

/** By nearest rank. */
const percentile = (sorted: readonly number[], part: number): number =>
  sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)]!;

const codeOf = (error: unknown, now: number): string =>
  error instanceof AgentFailure ? (error.serviceCode ?? error.code) : errorFields(error, now).agentErrorCode;

interface Member {
  readonly request: ConnectRequest;
  readonly state: StateDirectory;
  daemon?: Daemon;
  /** Of the next heartbeat. */
  dueAt: number;
  /** It was told so, and has not taken it yet. */
  changed: boolean;
  listens: boolean;
}

export const createFleet = (options: FleetOptions): Fleet => {
  const { requests, heartbeatMs, atOnce, random, onConnect, now, newGuid } = options;
  const [{ profile }] = requests;
  const meters = { connecting: createWireMeter(), heartbeats: createWireMeter() };
  const common = { secureContext: trustOf(profile), resolver: createResolver(profile.nameServers) };
  const meansOf = ({ onConnection }: Pick<ClientMeans, 'onConnection'>): ClientMeans => ({
    ...common,
    onConnection,
  });
  const means = { connecting: meansOf(meters.connecting), heartbeats: meansOf(meters.heartbeats) };
  // No variable of this process is a setting of its machines: none goes by a proxy.
  const env = {};
  const members = requests.map(
    (request): Member => ({
      ...{ request, state: createMemoryState(), dueAt: 0, changed: false, listens: false },
    }),
  );
  const connectMs: number[] = [];
  const connectFailed = createTally((...told) => options.onRefused('connect', ...told));
  const refused = createTally((...told) => options.onRefused('heartbeat', ...told));
  const ending = new AbortController();
  let taken = 0;
  let tried = 0;

  const schedule = createSchedule<Member>({
    atOnce,
    now,
    perform: async (member) => {
      const { daemon, state } = member;
      if (daemon === undefined) return undefined;
      const early = member.changed && now() < member.dueAt;
      member.changed = false;
      if (early && (await daemon.takeChange())) {
        listen(member, daemon);
        return Math.max(0, member.dueAt - now());
      }
      const turn = await daemon.turn();
      if (turn === undefined) return undefined;
      member.dueAt = now() + turn.delayMs;
      if (turn.failed === undefined) listen(member, daemon);
      if (turn.failed === undefined) taken += 1;
      else refused.add(turn.failed, (await state.readStatus())?.agentErrorDetails ?? '');
      return turn.delayMs;
    },
  });

  /** As `run` does between its heartbeats. */
  const listen = (member: Member, daemon: Daemon): void => {
    if (ending.signal.aborted || member.listens) return;
    member.listens = true;
    void daemon.changed(ending.signal).then(() => {
      member.listens = false;
      if (ending.signal.aborted) return;
      member.changed = true;
      schedule.hasten(member);
    });
  };

  const beginHeartbeats = (member: Member): void => {
    const daemon = openDaemon(
      {
        ...{ state: member.state, heartbeatMs, now, random, newGuid, env },
        means: means.heartbeats,
        log: () => {},
      },
      () => schedule.hasten(member),
    );
    member.daemon = daemon;
    // Machines of a site are not started in the same second.
    schedule.add(member, random() * heartbeatMs);
  };

  const connectOne = async (member: Member): Promise<void> => {
    const begin = now();
    try {
      await connect({
        ...{ request: member.request, state: member.state, env, now, newGuid },
        means: means.connecting,
        info: () => {},
        progress: () => {},
      });
      connectMs.push(now() - begin);
      beginHeartbeats(member);
    } catch (error) {
      connectFailed.add(codeOf(error, now()), (error as Error).message);
    }
  };

  const figures = (): FleetFigures => {
    const sorted = connectMs.toSorted((a, b) => a - b);
    return {
      agents: members.length,
      connected: sorted.length,
      connectFailed: connectFailed.read(),
      ...(sorted.length === 0
        ? {}
        : { connectMs: { p50: percentile(sorted, 0.5), p99: percentile(sorted, 0.99) } }),
      heartbeats: { taken, refused: refused.read() },
      bytes: { connecting: meters.connecting.read(), heartbeats: meters.heartbeats.read() },
    };
  };

  return {
    figures,
    connect: async (signal) => {
      const waiting = members.values();
      const lane = async (): Promise<void> => {
        for (const member of waiting) {
          if (signal.aborted) return;
          await connectOne(member);
          tried += 1;
          onConnect(tried);
        }
      };
      await Promise.all(Array.from({ length: Math.min(atOnce, members.length) }, lane));
    },
    stop: async () => {
      ending.abort();
      await schedule.stop();
      await Promise.all(members.map(({ daemon }) => daemon?.close()));
    },
    vmIds: async () => {
      const all = await Promise.all(members.map(({ state }) => state.readVmId()));
      return new Set(all.filter((vmId) => vmId !== undefined));
    },
  };
};
