/** Agents of one process against the bench's installation, by the agent's library: what connecting and beating take. */

import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { checkConnect } from '@tombolo/agent/connect-arguments';
import { createFleet, type Fleet } from '@tombolo/agent/fleet/fleet';
import { connectToServer } from '../apps/tombolo/installation/server-connection.ts';
import { processorTimes } from '../apps/tombolo/installation/service-processes.ts';
import { connectEnvironment, connectFlags, type MachineOptions } from './bench-machine.ts';
import type { BenchWorld } from './bench-world.ts';

const sum = (values: readonly number[]): number => values.reduce((all, each) => all + each, 0);

/** Throws where one does not connect. */
export const connectFleet = async (
  world: BenchWorld,
  machines: readonly MachineOptions[],
  { atOnce, heartbeatMs }: { readonly atOnce: number; readonly heartbeatMs: number },
): Promise<Fleet> => {
  const requestOf = (machine: MachineOptions) =>
    checkConnect(connectFlags(world, machine), connectEnvironment(world), randomUUID);
  const [first, ...others] = machines;
  const fleet = createFleet({
    requests: [requestOf(first!), ...others.map(requestOf)],
    ...{ heartbeatMs, atOnce, now: Date.now, random: Math.random, newGuid: randomUUID },
    onConnect: (done) => {
      if (done % 100 === 0) process.stderr.write(`${done} of ${machines.length} agents\n`);
    },
    onRefused: (what, code, message) => process.stderr.write(`${what} refused: ${code}: ${message}\n`),
  });
  await fleet.connect(new AbortController().signal);
  const { connected, agents, connectFailed } = fleet.figures();
  if (connected !== agents) throw new Error(`${connected} of ${agents}: ${JSON.stringify(connectFailed)}`);
  return fleet;
};

/** Of a fleet that beats, for some seconds: heartbeats, their bytes, and the processor time that the server's processes took for them. */
export const watchHeartbeats = async (world: BenchWorld, fleet: Fleet, seconds: number) => {
  const { state } = connectToServer(world.state);
  const look = () => {
    const { heartbeats, bytes } = fleet.figures();
    const { sent, received } = bytes.heartbeats;
    return {
      taken: heartbeats.taken,
      refused: sum(Object.values(heartbeats.refused).map(({ count }) => count)),
      bytes: sent + received,
      processor: processorTimes(state),
    };
  };
  const before = look();
  await pause(seconds * 1000);
  const after = look();
  const heartbeats = after.taken - before.taken;
  const processor = Object.entries(after.processor).map(
    ([name, total]) =>
      [name, total - (before.processor[name as keyof typeof before.processor] ?? 0)] as const,
  );
  return {
    heartbeats,
    refused: after.refused - before.refused,
    bytesEach: (after.bytes - before.bytes) / heartbeats,
    perSecond: heartbeats / seconds,
    perCoreSecond: heartbeats / sum(processor.map(([, taken]) => taken)),
    processor: Object.fromEntries(processor),
  };
};
