/** `--check`: policy is changed through the public API, and who gets in is looked at each time. */

import type { ArmClient } from '../installation/arm-client.ts';
import type { ServerConnection } from '../installation/server-connection.ts';
import type { QuickstartServer } from './agents.ts';
import { openLiveConnection, type Target, tryConnection } from './live-connection.ts';
import { type Check, check } from './outcome.ts';
import { setConnection, setPublicAccess, type Topology } from './topology.ts';

export interface CheckWorld {
  readonly server: ServerConnection;
  readonly arm: ArmClient;
  readonly topology: Topology;
  /** Associated, through the private endpoint. */
  readonly privateServer: QuickstartServer;
  /** Associated, by the public route. */
  readonly publicServer: QuickstartServer;
  readonly progress: (sentence: string) => void;
}

export const runChecks = async (world: CheckWorld): Promise<readonly Check[]> => [
  await armSaysConnected(world),
  ...(await publicAccess(world)),
  ...(await approval(world)),
];

const applied = async (world: CheckWorld, feed: number): Promise<void> => {
  await world.server.ask('GET', `/wait?applied=${feed}&timeout=120`);
};

const armSaysConnected = async ({ arm, topology, privateServer }: CheckWorld): Promise<Check> => {
  const id = `${topology.group}/providers/Microsoft.HybridCompute/machines/${privateServer.name}`;
  const machine = await arm.send('GET', `${id}?api-version=2025-01-13`);
  return check(
    `ARM shows ${privateServer.name}`,
    'Connected',
    String((machine.body.properties as { status?: string }).status),
  );
};

/** R8: Disabled refuses the public route at once, Enabled lets it in again; the private route stays. */
const publicAccess = async (world: CheckWorld): Promise<Check[]> => {
  const { arm, topology, publicServer, privateServer } = world;
  world.progress('Disabling public network access…');
  await applied(world, await setPublicAccess(arm, topology, 'Disabled'));
  const refused = await publicServer.until('refused', (status) => status.status === 'Disconnected');
  const before = privateServer.status()?.heartbeats ?? 0;
  const still = await privateServer.until(
    'heard again',
    (status) => status.heartbeats > before || status.status === 'Disconnected',
  );
  world.progress('Enabling public network access…');
  await applied(world, await setPublicAccess(arm, topology, 'Enabled'));
  const again = await publicServer.until('connected again', (status) => status.status === 'Connected');
  return [
    check(
      `${publicServer.name} while public access is Disabled`,
      'PublicNetworkAccessDisabled',
      refused.agentErrorCode ?? refused.status,
    ),
    check(`${privateServer.name} while public access is Disabled`, 'Connected', still.status),
    check(`${publicServer.name} once it is Enabled`, 'Connected', again.status),
  ];
};

/** R15: rejection resets live and new connections of the private route; approval restores them. */
const approval = async (world: CheckWorld): Promise<Check[]> => {
  const { arm, topology, privateServer, server } = world;
  const target = endpointTarget(server, topology);
  const live = await openLiveConnection(target);
  world.progress('Rejecting the private endpoint connection…');
  await applied(world, await setConnection(arm, topology, 'Rejected'));
  const ended = await live.ended;
  const refused = await tryConnection(target);
  const out = await privateServer.until('cut off', (status) => status.status === 'Disconnected');
  world.progress('Approving it…');
  await applied(world, await setConnection(arm, topology, 'Approved'));
  const restored = await tryConnection(target);
  const again = await privateServer.until('connected again', (status) => status.status === 'Connected');
  return [
    check('a live connection when it is Rejected', 'ECONNRESET', ended),
    check('a new connection while it is Rejected', 'ECONNRESET', refused),
    check(`${privateServer.name} while it is Rejected`, 'Disconnected', out.status),
    check('a new connection once it is Approved', 'connected', restored),
    check(`${privateServer.name} once it is Approved`, 'Connected', again.status),
  ];
};

const endpointTarget = (server: ServerConnection, topology: Topology): Target => {
  const [serverName, address] = [...topology.addresses][0]!;
  return {
    address,
    serverName,
    port: server.installation.ports.https,
    certificateAuthority: server.certificateAuthority,
  };
};
