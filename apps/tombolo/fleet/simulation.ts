/** A simulated fleet against the running server: it connects, beats until it is to end, and takes its machines away. */

import { randomUUID } from 'node:crypto';
import { checkConnect } from '@tombolo/agent/connect-arguments';
import { AgentFailure } from '@tombolo/agent/failure';
import { createFleet, type Fleet, type FleetFigures } from '@tombolo/agent/fleet/fleet';
import type { ArmClient } from '../installation/arm-client.ts';
import { cloudProfile } from '../installation/installation.ts';
import type { ServerConnection } from '../installation/server-connection.ts';
import { processorTimes } from '../installation/service-processes.ts';
import { aborted } from '../shell/ending-signal.ts';
import { invalid } from '../shell/values.ts';
import { closeGroup, nameServersFor, openGroup, type WantedPlace } from './place.ts';
import { removeMachines } from './removal.ts';

export interface SimulationOptions extends WantedPlace {
  readonly count: number;
  readonly prefix: string;
  /** Name or id. */
  readonly network?: string;
  readonly heartbeatMs: number;
  /** Of heartbeats, once all have connected; absent: until the signal. */
  readonly forMs?: number;
  readonly keep: boolean;
  readonly ending: AbortSignal;
  readonly progress: (sentence: string) => void;
}

export interface SimulationResult extends FleetFigures {
  /** From the first connection to the last heartbeat. */
  readonly seconds: number;
  readonly machines: { readonly removed: number; readonly kept: boolean; readonly groupRemoved: boolean };
  /** Of this process, which plays the agents, and of the server's, where they can be known. */
  readonly processorSeconds: Readonly<Record<string, number>>;
}

const atOnce = 8;
const progressEveryMs = 10_000;

/** What a flag makes an agent refuse is a wrong flag here. */
const requestsOf = (
  options: SimulationOptions,
  server: ServerConnection,
  location: string,
  nameServers: readonly string[],
) => {
  const { credentials, installation, certificateAuthority } = server;
  const profile = cloudProfile(installation, certificateAuthority, nameServers);
  const common = {
    subscriptionId: credentials.subscriptionId,
    tenantId: credentials.tenantId,
    servicePrincipalId: credentials.clientId,
    servicePrincipalSecret: credentials.clientSecret,
    resourceGroup: options.group,
    location,
    ...(options.privateLinkScopeId === undefined ? {} : { privateLinkScope: options.privateLinkScopeId }),
  };
  const requestOf = (index: number) =>
    checkConnect({ ...common, resourceName: `${options.prefix}-${index + 1}` }, {}, randomUUID, profile);
  try {
    return [
      requestOf(0),
      ...Array.from({ length: options.count - 1 }, (_, index) => requestOf(index + 1)),
    ] as const;
  } catch (error) {
    if (error instanceof AgentFailure) throw invalid(error.message, error.fix);
    throw error;
  }
};

/** A line for each tenth, and the last. */
const inTenths = (all: number, say: (done: number) => void) => (done: number) => {
  if (done === all || Math.floor((done * 10) / all) > Math.floor(((done - 1) * 10) / all)) say(done);
};

const beating = ({ connected, heartbeats }: FleetFigures): string => {
  const refused = Object.values(heartbeats.refused).reduce((sum, { count }) => sum + count, 0);
  return `${connected} connected, ${heartbeats.taken} heartbeats${refused === 0 ? '' : `, ${refused} refused`}`;
};

const untilItsEnd = async (fleet: Fleet, { forMs, ending, progress }: SimulationOptions): Promise<void> => {
  const say = (): void => progress(`${beating(fleet.figures())}.`);
  const every = setInterval(say, progressEveryMs);
  const stop = new AbortController();
  const late = forMs === undefined ? undefined : setTimeout(() => stop.abort(), forMs);
  await aborted(AbortSignal.any([ending, stop.signal]));
  clearInterval(every);
  clearTimeout(late);
};

const grown = (
  before: Readonly<Record<string, number>>,
  after: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> =>
  Object.fromEntries(
    Object.entries(after).map(([name, seconds]) => [
      name,
      Number((seconds - (before[name] ?? 0)).toFixed(2)),
    ]),
  );

const processorSeconds = (server: ServerConnection): Readonly<Record<string, number>> => {
  const { user, system } = process.cpuUsage();
  return { agents: (user + system) / 1e6, ...processorTimes(server.state) };
};

/** Throws what ARM refuses; what agents are refused is in the figures. */
export const simulateFleet = async (
  server: ServerConnection,
  arm: ArmClient,
  options: SimulationOptions,
): Promise<SimulationResult> => {
  const { count, prefix, heartbeatMs, keep, ending, progress } = options;
  const nameServers = await nameServersFor(arm, server, options.network);
  const group = await openGroup(arm, server, options);
  let fleet: Fleet | undefined;
  const takeAway = async (): Promise<SimulationResult['machines']> => {
    if (keep) return { removed: 0, kept: true, groupRemoved: false };
    const say = (done: number, all: number): void =>
      inTenths(all, () => progress(`Removed ${done} of ${all} machines.`))(done);
    const removed = await removeMachines(arm, group.id, (await fleet?.vmIds()) ?? new Set(), say);
    return { removed, kept: false, groupRemoved: await closeGroup(arm, group) };
  };
  let figures: Omit<SimulationResult, 'machines'>;
  try {
    fleet = createFleet({
      requests: requestsOf(options, server, group.location, nameServers),
      ...{ heartbeatMs, atOnce, now: Date.now, random: Math.random, newGuid: randomUUID },
      onConnect: inTenths(count, (done) => progress(`Connected or refused: ${done} of ${count}.`)),
      onRefused: (what, code, message) =>
        progress(`${what === 'connect' ? 'An agent' : 'A heartbeat'} was refused: ${code}: ${message}`),
    });
    progress(`Connecting ${count} agents, ${prefix}-1 to ${prefix}-${count}, in ${options.group}…`);
    const [begin, before] = [performance.now(), processorSeconds(server)];
    await fleet.connect(ending);
    // Where none has connected there is nothing to wait for.
    if (!ending.aborted && fleet.figures().connected > 0) {
      progress(
        `${beating(fleet.figures())}. Ctrl-C ends it and ${keep ? 'leaves' : 'removes'} the machines.`,
      );
      await untilItsEnd(fleet, options);
    }
    await fleet.stop();
    const seconds = (performance.now() - begin) / 1000;
    figures = {
      ...fleet.figures(),
      seconds: Number(seconds.toFixed(1)),
      processorSeconds: grown(before, processorSeconds(server)),
    };
  } catch (error) {
    await takeAway();
    throw error;
  }
  return { ...figures, machines: await takeAway() };
};
