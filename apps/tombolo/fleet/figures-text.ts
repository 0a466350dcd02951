/** A simulated fleet's figures for people. */

import type { ByCode, WireBytes } from '@tombolo/agent/fleet/fleet';
import { table } from '../shell/output.ts';
import type { SimulationResult } from './simulation.ts';

const sumOf = (byCode: ByCode): number => Object.values(byCode).reduce((sum, { count }) => sum + count, 0);

const each = ({ sent, received }: WireBytes, among: number): string =>
  among === 0 ? 'none' : `${Math.round(sent / among)} sent, ${Math.round(received / among)} received`;

const machinesText = ({ removed, kept, groupRemoved }: SimulationResult['machines']): string => {
  if (kept) return 'The machines were left, without agents; "./tombolo machine delete" removes one.';
  return `Removed ${removed} machines${groupRemoved ? ', and their resource group' : ''}.`;
};

/** Whether every agent connected, and every heartbeat was taken. */
export const wentWell = ({ agents, connected, heartbeats }: SimulationResult): boolean =>
  connected === agents && sumOf(heartbeats.refused) === 0;

export const figuresText = (result: SimulationResult, heartbeatMs: number): string => {
  const { agents, connected, connectFailed, connectMs, heartbeats, bytes, processorSeconds } = result;
  const failed = sumOf(connectFailed);
  const refused = sumOf(heartbeats.refused);
  const sent = heartbeats.taken + refused;
  const { sent: up, received: down } = bytes.heartbeats;
  const aDay = sent === 0 ? undefined : ((up + down) / sent) * (86_400_000 / heartbeatMs);
  const rows = [
    ['agents', String(agents)],
    ['connected', String(connected)],
    ['failed to connect', String(failed)],
    ...(agents === connected + failed ? [] : [['not begun', String(agents - connected - failed)]]),
    ...(connectMs === undefined
      ? []
      : [['connect p50, p99', `${Math.round(connectMs.p50)} ms, ${Math.round(connectMs.p99)} ms`]]),
    ['heartbeats taken', String(heartbeats.taken)],
    ['heartbeats refused', String(refused)],
    ['bytes to connect, an agent', each(bytes.connecting, connected + failed)],
    ['bytes a heartbeat', each(bytes.heartbeats, sent)],
    ...(aDay === undefined
      ? []
      : [[`bytes a day, an agent (every ${heartbeatMs / 1000} s)`, String(Math.round(aDay))]]),
    ['time', `${result.seconds} s`],
    ...Object.entries(processorSeconds).map(([name, seconds]) => [
      name === 'agents' ? 'processor time of this process' : `processor time of ${name}`,
      `${seconds} s`,
    ]),
  ];
  const reasons = [
    ...Object.entries(connectFailed).map(
      ([code, { count, message }]) => `failed to connect: ${count} × ${code}: ${message}`,
    ),
    ...Object.entries(heartbeats.refused).map(
      ([code, { count, message }]) => `heartbeats refused: ${count} × ${code}: ${message}`,
    ),
  ];
  return [table(['of the fleet', 'figure'], rows), ...reasons, machinesText(result.machines)].join('\n');
};
